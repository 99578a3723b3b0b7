"""Writes reductions.json: what NumPy says about variances, norms, logarithms of sums, flags, positions
by axes and cumulative reductions. Run with NumPy 2:

    python3 Tests/Fixtures/make_reduction_fixtures.py
"""

import itertools

import numpy as np

from numpy_cases import FLOATS, TYPES, case, values, write


def subsets(rank):
    return [None] + [s for k in range(rank + 1) for s in itertools.combinations(range(rank), k)]


def options(axes, keep):
    return {"keepDims": keep} | ({} if axes is None else {"axes": list(axes)})


def log_sum_exp(x, axes, keep):
    x = x.astype(np.float64)
    largest = np.max(x, axis=axes, keepdims=True, initial=-np.inf)
    largest = np.where(np.isfinite(largest), largest, 0)
    sums = np.log(np.sum(np.exp(x - largest), axis=axes, keepdims=True)) + largest
    return sums if keep else np.squeeze(sums, tuple(range(x.ndim)) if axes is None else axes)


def norm(x, p, axes, keep):
    x = np.abs(x.astype(np.float64))
    if np.isinf(p):
        return (np.max if p > 0 else np.min)(x, axis=axes, keepdims=keep)
    if p == 0:
        return np.sum(x != 0, axis=axes, keepdims=keep)
    return np.sum(x**p, axis=axes, keepdims=keep) ** (1 / p)


def position(function, x, axes, keep):
    others = [a for a in range(x.ndim) if a not in axes]
    rows = np.transpose(x, others + list(axes)).reshape([x.shape[a] for a in others] + [-1])
    places = function(rows, axis=-1)
    if keep:
        places = places.reshape([1 if a in axes else n for a, n in enumerate(x.shape)])
    return np.asarray(places).astype(np.int64)


ODD = np.array([[1, np.nan, 3], [np.inf, 2, -1], [-np.inf, 0.5, 4], [-np.inf, -np.inf, -np.inf]])
for dtype in FLOATS:
    for shape in [(), (5,), (3, 4), (2, 3, 4), (0,), (2, 0, 3)]:
        x = values(shape, dtype, -3, 3)
        for axes in subsets(len(shape)):
            keep = dtype == "float64"
            for correction in [0, 1]:
                result = np.var(x.astype(np.float64), axis=axes, keepdims=keep, ddof=correction)
                case("variance", [x], result.astype(dtype), number=correction, **options(axes, keep))
            left = [1 if axes is None or i in axes else n for i, n in enumerate(shape)]
            for p in [0, 1, 2, 3, 0.5, np.inf, -np.inf] if shape != (5,) else [2]:
                if np.isinf(p) and x.size == 0 and np.prod(left) > 0:
                    continue  # NumPy and we refuse.
                result = np.asarray(norm(x, p, axes, keep)).astype(dtype)
                if np.isfinite(p):
                    case("norm", [x], result, number=p, **options(axes, keep))
                else:  # JSON has no infinity.
                    case("largestNorm" if p > 0 else "smallestNorm", [x], result, **options(axes, keep))
            case("logSumExp", [x], np.asarray(log_sum_exp(x, axes, keep)).astype(dtype),
                 **options(axes, keep))
    x = ODD.astype(dtype)
    for axes in subsets(2):
        case("variance", [x], np.var(x.astype(np.float64), axis=axes).astype(dtype), number=0,
             **options(axes, False))
        case("norm", [x], np.asarray(norm(x, 2, axes, False)).astype(dtype), number=2,
             **options(axes, False))
        case("largestNorm", [x], np.asarray(norm(x, np.inf, axes, False)).astype(dtype),
             **options(axes, False))
        case("logSumExp", [x], np.asarray(log_sum_exp(x, axes, False)).astype(dtype),
             **options(axes, False))
    x = np.array([[1000, 1001, 1002], [-1000, 0, 1000]], dtype)
    case("logSumExp", [x], log_sum_exp(x, (1,), False).astype(dtype), **options((1,), False))

for dtype in TYPES:
    for shape in [(), (5,), (3, 4), (2, 3, 2), (0, 3)]:
        x = values(shape, dtype, -1, 1)
        for axes in subsets(len(shape)):
            keep = dtype in ("float64", "bool")
            for name, function in [("any", np.any), ("all", np.all)]:
                case(name, [x], function(x, axis=axes, keepdims=keep), **options(axes, keep))
            count = np.sum(x != 0, axis=axes, keepdims=keep).astype(np.int64)
            case("countNonzero", [x], count, **options(axes, keep))
    x = values((2, 3, 4), dtype, -2, 2)
    for axes in [(0,), (0, 1), (0, 2), (1, 2), (0, 1, 2), ()]:
        for name, function in [("argmaxOfAxes", np.argmax), ("argminOfAxes", np.argmin)]:
            for keep in [False, True]:
                case(name, [x], position(function, x, axes, keep), **options(axes, keep))
for dtype in FLOATS:
    x = ODD.astype(dtype)
    case("any", [x], np.any(x, axis=1), **options((1,), False))
    case("countNonzero", [x], np.asarray(np.count_nonzero(x)).astype(np.int64), **options(None, False))

CUMULATIVE = {"cumulativeSum": np.add, "cumulativeProduct": np.multiply,
              "cumulativeMax": np.maximum, "cumulativeMin": np.minimum}
for dtype in TYPES:
    for shape in [(5,), (3, 4), (2, 3, 4), (0, 3), (3, 0)]:
        x = values(shape, dtype, -2, 2)
        for name, function in CUMULATIVE.items():
            wide = x.astype(np.int64) if function in (np.add, np.multiply) and x.dtype.kind in "iub" else x
            for axis in range(-len(shape), len(shape)) if dtype == "float32" else range(len(shape)):
                case(name, [x], function.accumulate(wide, axis=axis, dtype=wide.dtype), axis=axis)
                if name == "cumulativeSum":
                    result = np.flip(np.cumsum(np.flip(wide, axis), axis, wide.dtype), axis)
                    case("cumulativeSumReversed", [x], result, axis=axis)
for dtype in FLOATS:
    x = np.array([1, np.inf, 2, -np.inf, 3, np.nan, 4], dtype)
    for name, function in CUMULATIVE.items():
        case(name, [x], function.accumulate(x), axis=0)
        case(name, [x[4:]], function.accumulate(x[4:]), axis=0)

write("reductions.json")
