"""Writes arrays.json: what NumPy says about element-wise arithmetic, comparisons, reductions,
matrix products, views, indexing, joining and casts. Run with NumPy 2 and SciPy:

    python3 Tests/Fixtures/make_array_fixtures.py

Inputs are multiples of 1/4 wherever the operation is exact on them, so that the tests can ask for
equality. Functions that round (exp, tanh, ...) are computed in float64 and rounded once.
"""

import itertools

import numpy as np
from scipy import special

from numpy_cases import FLOATS, TYPES, WHOLE, case, random, rounded, values, write

# Element by element, with broadcasting.

PAIRS = [
    ((), ()), ((3,), ()), ((), (2, 3)), ((3,), (3,)), ((2, 3), (3,)), ((2, 1), (3,)),
    ((2, 3), (2, 1)), ((1, 3), (2, 1)), ((2, 3, 2), (3, 1)), ((2, 1, 2), (1, 3, 1)),
    ((1, 1), (1,)), ((0,), (1,)), ((2, 0), (1, 1)), ((0, 3), (3,)), ((2, 1, 3, 1), (2, 1, 4)),
    ((2, 3, 4), (2, 3, 4)),
]
FEW = [((3,), (3,)), ((2, 3), (2, 1)), ((2, 1, 2), (1, 3, 1)), ((0, 3), (3,))]
BINARY = {"add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide,
          "maximum": np.maximum, "minimum": np.minimum, "power": np.power}
COMPARISONS = {"equal": np.equal, "notEqual": np.not_equal, "less": np.less,
               "lessOrEqual": np.less_equal, "greater": np.greater,
               "greaterOrEqual": np.greater_equal}

for dtype in FLOATS + WHOLE:
    for name, function in BINARY.items():
        if name == "divide" and dtype in WHOLE:
            continue
        for a, b in PAIRS if dtype == "float64" or name == "add" else FEW:
            x, y = values(a, dtype), values(b, dtype)
            if name == "power":
                y = np.abs(np.round(y)).astype(dtype) if dtype in FLOATS else np.abs(y)
                if dtype in FLOATS:
                    x = np.abs(x)
                    case(name, [x, y], rounded(np.power, x, y))
                    continue
            if name == "divide":
                case(name, [x, y], rounded(np.divide, x, y))
                continue
            case(name, [x, y], function(x, y))
for dtype in TYPES:
    for name, function in COMPARISONS.items():
        for a, b in PAIRS if dtype == "float32" else FEW:
            x, y = values(a, dtype, -2, 2), values(b, dtype, -2, 2)
            case(name, [x, y], function(x, y))

SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -2.5]
for dtype in FLOATS:
    x = np.array(SPECIAL, dtype).reshape(-1, 1)
    y = np.array(SPECIAL, dtype)
    with np.errstate(all="ignore"):
        for name, function in (BINARY | COMPARISONS).items():
            case(name, [x, y], function(x, y))

# Wrapping around at the ends of the whole types.
for dtype in WHOLE:
    ends = np.iinfo(dtype)
    x = np.array([ends.min, ends.min, ends.max, ends.max], dtype)
    y = np.array([1, ends.max, 1, ends.max], dtype)
    with np.errstate(all="ignore"):
        for name in ["add", "subtract", "multiply", "maximum", "minimum"]:
            case(name, [x, y], BINARY[name](x, y))
        case("negate", [x], (np.zeros_like(x) - x))

UNARY = {
    "negate": np.negative, "absolute": np.abs, "sign": np.sign, "squared": np.square,
    "squareRoot": np.sqrt, "exp": np.exp, "log": np.log, "tanh": np.tanh,
    "sigmoid": special.expit, "erf": special.erf, "relu": lambda x: np.maximum(x, 0),
    "step": lambda x: (x > 0).astype(x.dtype), "sin": np.sin, "cos": np.cos, "floor": np.floor,
}
for dtype in FLOATS:
    for name, function in UNARY.items():
        x = values((2, 3, 4), dtype)
        if name in ("log", "squareRoot"):
            x = np.abs(x)
        case(name, [x], rounded(function, x))
        finite = [0.0, 1e-3, -1e-3, 30.0, -30.0, 700.0 if dtype == "float64" else 80.0]
        extra = [] if name in ("sin", "cos") else SPECIAL
        x = np.array(finite + extra, dtype)
        case(name, [x], rounded(function, x))
    for shape in [(), (0,), (2, 0, 3), (1, 1)]:
        x = values(shape, dtype)
        case("tanh", [x], rounded(np.tanh, x))

for shapes in [((3,), (3,), (3,)), ((2, 1), (3,), ()), ((3,), (2, 1), (1, 3)), ((), (2, 3), (3,)),
               ((0, 3), (3,), (1, 1))]:
    for dtype in TYPES:
        c, x, y = values(shapes[0], "bool"), values(shapes[1], dtype), values(shapes[2], dtype)
        case("where", [c, x, y], np.where(c, x, y))

# Reductions.

REDUCTIONS = {"sum": np.sum, "product": np.prod, "max": np.max, "min": np.min, "mean": np.mean}


def wide(x):
    """Whole numbers add up as int64."""
    return x.astype(np.int64) if x.dtype.kind in "iub" else x


def reduce(name, x, axes, keep):
    options = {"keepDims": keep} | ({} if axes is None else {"axes": list(axes)})
    source = wide(x) if name in ("sum", "product") else x
    with np.errstate(all="ignore"):
        result = REDUCTIONS[name](source, axis=axes, keepdims=keep)
        if name == "mean":
            total = source.astype(np.float64).sum(axis=axes, keepdims=keep)
            n = source.size / total.size if total.size else 0
            result = np.asarray(total / np.float64(n)).astype(x.dtype)
    case(name, [x], result, **options)


def subsets(rank):
    return [None] + [s for k in range(rank + 1) for s in itertools.combinations(range(rank), k)]


for name in REDUCTIONS:
    for dtype in ["float64"] if name in ("product", "mean") else FLOATS + ["int32"]:
        x = values((2, 3, 4), dtype, -2, 2)
        for axes in subsets(3):
            for keep in [False, True] if dtype == "float64" else [False]:
                reduce(name, x, axes, keep)
    for shape in [(), (5,), (3, 1, 2), (1, 1), (2, 2, 1, 3)]:
        x = values(shape, "float32", -2, 2)
        for axes in subsets(len(shape)):
            reduce(name, x, axes, len(shape) == 3)
    reduce(name, values((2, 3, 2), "float32", -2, 2), (-1, 0), False)
    for shape in [(0,), (0, 3), (2, 0, 3)]:
        x = values(shape, "float64")
        for axes in subsets(len(shape)):
            if name in ("max", "min"):
                left = [1 if axes is None or i in axes else n for i, n in enumerate(shape)]
                if np.prod(left) > 0:
                    continue  # NumPy and we refuse.
            for keep in [False, True]:
                reduce(name, x, axes, keep)
    if name != "mean":
        for dtype in ["int64", "uint8", "bool"]:
            x = values((2, 3, 2), dtype, -3, 3)
            for axes in [None, (0,), (1,), (2,), (0, 2), ()]:
                reduce(name, x, axes, False)
    for dtype in FLOATS:
        x = np.array([[1, np.nan, 3], [np.inf, 2, -1], [-np.inf, 0.5, 4]], dtype)
        for axes in subsets(2):
            reduce(name, x, axes, False)

# Of arrays that repeat, which can lie in memory with a stride of 0.
for shape, part in [((3, 4), (1, 4)), ((3, 4), (3, 1)), ((2, 3, 2), (1, 3, 1)), ((2, 3), (1, 1))]:
    for dtype in ["float32", "int32"]:
        x = np.broadcast_to(values(part, dtype, -2, 2), shape)
        for name in ["sum", "max"]:
            for axes in subsets(len(shape)):
                reduce(name, x, axes, False)
        case("argmin", [x], np.argmin(x, axis=0).astype(np.int64), axis=0)
        row, other = values((shape[-1],), dtype), values(shape, dtype)
        case("add", [x, row], x + row)
        case("less", [other, x], other < x)
        case("matmul", [x, np.swapaxes(x, -1, -2)], x @ np.swapaxes(x, -1, -2))
        case("cast", [x], x.astype("float64"), type="float64")
        if dtype in FLOATS:
            case("softmax", [x], rounded(lambda v: special.softmax(v, axis=0), x), axis=0)
            case("squared", [x], np.square(x))

for name, function in [("argmax", np.argmax), ("argmin", np.argmin)]:
    for dtype in TYPES:
        for shape in [(5,), (2, 3, 4), (3, 1), (0, 3)]:
            x = values(shape, dtype, -2, 2)
            if 0 not in shape:
                case(name, [x], function(x).astype(np.int64))
            for axis in range(-len(shape), len(shape)):
                if shape[axis] > 0:
                    case(name, [x], function(x, axis=axis).astype(np.int64), axis=axis)
    for dtype in FLOATS:
        x = np.array([[1, np.nan, 3], [np.nan, 2, np.nan], [-np.inf, 0.5, np.inf]], dtype)
        for axis in [0, 1]:
            case(name, [x], function(x, axis=axis).astype(np.int64), axis=axis)

for dtype in FLOATS:
    for shape in [(5,), (2, 3), (2, 3, 4), (1, 1), (0, 3), (3, 0)]:
        x = values(shape, dtype, -3, 3)
        for axis in range(-len(shape), len(shape)):
            if shape[axis] == 0:
                case("softmax", [x], x, axis=axis)
                continue
            case("softmax", [x], rounded(lambda v: special.softmax(v, axis=axis), x), axis=axis)
            case("logSoftmax", [x], rounded(lambda v: special.log_softmax(v, axis=axis), x),
                 axis=axis)
    x = np.array([[1000, 1001, 1002], [-1000, 0, 1000]], dtype)
    case("softmax", [x], rounded(lambda v: special.softmax(v, axis=-1), x), axis=-1)
    case("logSoftmax", [x], rounded(lambda v: special.log_softmax(v, axis=-1), x), axis=-1)

# Matrix products.

PRODUCTS = [
    ((3,), (3,)), ((1,), (1,)), ((0,), (0,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 3), (3, 4)),
    ((1, 3), (3, 1)), ((3, 1), (1, 3)), ((1, 1), (1, 1)), ((5, 1), (1, 1)), ((1, 1), (1, 5)),
    ((2, 0), (0, 3)), ((0, 3), (3, 2)), ((2, 3), (3, 0)), ((0,), (0, 3)), ((2, 0), (0,)),
    ((2, 2, 3), (3, 4)), ((2, 3), (2, 3, 4)), ((2, 2, 3), (2, 3, 4)), ((2, 2, 3), (1, 3, 4)),
    ((1, 2, 3), (2, 3, 4)), ((2, 1, 2, 3), (3, 3, 2)), ((2, 1, 2, 3), (1, 3, 3, 2)),
    ((3,), (2, 3, 4)), ((2, 2, 3), (3,)), ((3,), (2, 2, 3, 1)), ((2, 2, 0), (0, 3)),
    ((2, 2, 0), (2, 0, 3)), ((0, 2, 3), (3, 2)), ((0, 2, 3), (0, 3, 2)), ((2, 0, 3), (3, 2)),
    ((2, 2, 3), (3, 0)), ((2, 2, 1), (1, 3)), ((2, 1, 3), (3, 1)), ((0,), (2, 0, 3)),
    ((2, 3, 0), (0,)), ((7, 9), (9, 5)), ((4, 1, 1), (1, 1, 4)), ((1, 2), (5, 2, 1)),
]
for dtype in FLOATS + ["int32", "int64"]:
    for a, b in PRODUCTS if dtype != "int64" else PRODUCTS[:8]:
        x, y = values(a, dtype, -2, 2), values(b, dtype, -2, 2)
        case("matmul", [x, y], np.matmul(x, y))

# Indexing.

INDICES = {
    (5,): ["0", "-1", "4", "1:3", "1:", ":2", "::2", "::-1", "3:0:-1", "-2:", ":-2", "::-2",
           "4::-3", "2:2", "3:1", "5:", "0:0", ":", "...", "newaxis", "newaxis, 2",
           "1:4, newaxis", "..., newaxis", "2, ...", "-1:-4:-1", "1:4:7", "-1::-9", ":0:-1"],
    (3, 4): ["0", "-1", "1, 2", "-1, -1", "0:2, 1:3", ":, -1", "..., 0", "0, ...", "::-1",
             "::-1, ::-1", ":, ::2", "::2, ::-3", "newaxis, 1", "1, newaxis", ":, newaxis, 1:3",
             "newaxis, ..., newaxis", "1:1", ":, 4:", "2:0:-1, 3:0:-2", "..., 1, 2",
             "1, ..., 2", "1, 2, ..."],
    (2, 3, 4): ["1", "1, 2", "1, 2, 3", "..., 1", ":, 1", "0, ..., 0", ":, ::-1, 1:3", "..., ::-2",
                "1, ..., newaxis", "newaxis, 0, ..., 1:2", ":, 1:2, :", "::-1, 0, 3:0:-1",
                "0:1, 2:3, 3:4", "0, 0:0"],
    (): ["...", "newaxis", "newaxis, newaxis", "..., newaxis"],
    (0, 3): [":", "::-1", ":, 1", ":, ::-1", "0:0, 2", "newaxis", "::2"],
    (1, 3): ["0", "::-1", "::5", ":, 0"],
}
for shape, texts in INDICES.items():
    for text_ in texts:
        index = eval(f"np.s_[{text_}]", {"np": np, "newaxis": np.newaxis})
        for dtype in TYPES if shape == (3, 4) else ["float32"]:
            x = values(shape, dtype)
            case("index", [x], x[index], index=text_)
            if dtype in ("float32", "uint8"):
                part = x[index]
                for source_shape in {part.shape, part.shape[1:], ()}:
                    source = values(source_shape, dtype)
                    changed = x.copy()
                    changed[index] = source
                    case("assign", [x, source], changed, index=text_)

# Other views.

for shape, targets in {
    (): [[1], [1, 1], [-1]], (6,): [[2, 3], [3, -1], [-1], [1, 6], [6, 1]],
    (2, 3): [[6], [3, 2], [-1], [1, 2, 3], [2, -1, 1], [3, 1, 2]],
    (2, 3, 4): [[6, 4], [2, 12], [4, 3, 2], [-1, 2], [24]], (1,): [[], [1, 1, 1]],
    (0, 3): [[0], [3, 0], [-1, 3], [1, 0, 2]], (2, 1, 3): [[2, 3], [3, 2, 1]],
}.items():
    for target in targets:
        x = values(shape, "float32")
        case("reshape", [x], x.reshape(target), target=target)
for shape in [(), (3,), (2, 3), (2, 3, 4), (2, 0, 3), (1, 2, 1)]:
    x = values(shape, "float64")
    case("transpose", [x], x.transpose())
    for order in itertools.permutations(range(len(shape))):
        case("transpose", [x], x.transpose(order), axes=list(order))
    case("matrixTranspose", [x], np.matrix_transpose(x) if x.ndim > 1 else x)
    case("flatten", [x], x.reshape(-1))
    case("squeeze", [x], x.squeeze())
    for axis in range(-len(shape) - 1, len(shape) + 1):
        case("expandDims", [x], np.expand_dims(x, axis), axis=axis)
for shape, target in [((), (2, 3)), ((3,), (2, 3)), ((2, 1), (2, 3)), ((1, 1), (0, 2)),
                      ((2, 1, 3), (4, 2, 5, 3)), ((0,), (2, 0)), ((1,), (0,)), ((2, 3), (2, 3))]:
    x = values(shape, "int32")
    case("broadcast", [x], np.broadcast_to(x, target), target=list(target))

# Joining.

for dtype in ["float32", "int64", "bool"]:
    for shapes, axis in [([(3,), (2,)], 0), ([(2, 3), (1, 3)], 0), ([(2, 3), (2, 1), (2, 2)], 1),
                         ([(2, 3), (0, 3)], 0), ([(2, 3), (2, 3)], -1), ([(2, 3, 1), (2, 1, 1)], -2),
                         ([(0, 3)], 0), ([(2, 0), (2, 0)], 0)]:
        parts = [values(s, dtype) for s in shapes]
        case("concatenate", parts, np.concatenate(parts, axis), axis=axis)
    for shape, count, axis in [((), 3, 0), ((3,), 2, 0), ((3,), 2, 1), ((3,), 2, -1),
                               ((2, 3), 2, 1), ((2, 3), 3, -2), ((0, 2), 2, 0)]:
        parts = [values(shape, dtype) for _ in range(count)]
        case("stack", parts, np.stack(parts, axis), axis=axis)
    for shape, rows in [((4,), [3, 1, 3]), ((3, 2), [2, 0]), ((3, 2), []), ((2, 0), [1, 1]),
                        ((3, 2, 2), [1])]:
        x = values(shape, dtype)
        case("gather", [x], x[np.array(rows, int)], rows=rows)
for dtype in ["int32", "int64", "uint8"]:
    for shape in [(), (4,), (2, 3), (0,)]:
        x = np.asarray(random.randint(0, 5, shape)).astype(dtype)
        case("oneHot", [x], np.eye(5, dtype="float32")[x], count=5)

# Casts, of numbers that the target can hold, fractions included.

for source in TYPES:
    for target in TYPES:
        x = values((2, 3), source, 0, 8)
        if source in FLOATS:
            x = np.array([0, 0.25, 1, 2.75, 200.5, 7], source)
            if target not in ("uint8", "bool"):
                x[1] = -2.75
        case("cast", [x], x.astype(target), type=target)
x = np.array([16777217, -16777219, 2**53 + 1, -(2**63), 2**63 - 1], np.int64)
for target in FLOATS:
    case("cast", [x], x.astype(target), type=target)
x = np.array([1e-46, 1.1754943e-38, 3.5e38, -1e300, 0.1, np.nan, np.inf], np.float64)
case("cast", [x], x.astype(np.float32), type="float32")
case("cast", [x], x.astype(bool), type="bool")

# Creation.

for dtype in ["float32", "float64", "int32", "uint8"]:
    for start, stop, step in [(0, 5, 1), (2, 10, 3), (0, 1, 0.25), (5, 0, -2), (3, 3, 1), (3, 0, 1),
                              (0, 1, 0.1), (1, 2, 0.3)]:
        if dtype not in FLOATS and step != int(step):
            continue
        count = max(0, int(np.ceil((stop - start) / step)))
        result = (start + np.arange(count, dtype=np.float64) * step).astype(dtype)
        assert len(result) == len(np.arange(start, stop, step))
        case("range", [], result, numbers=[start, stop, step], type=dtype)
    for start, stop, count in [(0, 1, 5), (0, 1, 1), (2, 3, 0), (-1, 1, 3), (5, -5, 11), (0, 0.3, 4)]:
        if dtype == "uint8" and (start < 0 or stop < 0):
            continue
        case("linearSpace", [], np.linspace(start, stop, count).astype(dtype),
             numbers=[start, stop], count=count, type=dtype)

write("arrays.json")
