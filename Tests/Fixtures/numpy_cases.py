"""What the scripts share that write what NumPy says: arrays in the fewest digits, each once, and the
cases that name them by number.
"""

import json
import pathlib
import warnings

import numpy as np

FLOATS = ["float32", "float64"]
WHOLE = ["int32", "int64", "uint8"]
TYPES = FLOATS + WHOLE + ["bool"]

warnings.simplefilter("ignore")  # NaN, overflow and empty means are among the cases.
random = np.random.RandomState(20)
arrays, numbers, cases = [], {}, []


def text(x):
    """One number in the fewest digits that read back as the same number."""
    if x.dtype.kind != "f":
        return str(int(x))
    if not np.isfinite(x):
        return str(x)
    if 1e-4 < abs(x) < 1e9:
        return np.format_float_positional(x, unique=True, trim="-")
    return np.format_float_scientific(x, unique=True, trim="-")


def store(array):
    array = np.asarray(array)
    entry = {
        "type": str(array.dtype),
        "shape": list(array.shape),
        "values": " ".join(text(x) for x in array.reshape(-1)),
    }
    key = json.dumps(entry)
    if key not in numbers:
        numbers[key] = len(arrays)
        arrays.append(key)
    return numbers[key]


def case(op, inputs, output, **options):
    cases.append(json.dumps(
        {"op": op, "in": [store(x) for x in inputs], "out": store(output)} | options))


pools = {}


def values(shape, dtype, low=-8, high=8):
    """Numbers that are exact in every type; one of three arrays in turn, to keep the file small."""
    pool = pools.setdefault((shape, dtype, low, high), [])
    if len(pool) < 3:
        pool.append(new_values(shape, dtype, low, high))
    else:
        pool.append(pool.pop(0))
    return pool[-1]


def new_values(shape, dtype, low, high):
    if dtype == "bool":
        return np.asarray(random.randint(0, 2, shape)).astype(bool)
    if dtype in WHOLE:
        least = 0 if dtype == "uint8" else low
        return np.asarray(random.randint(least, high + 1, shape)).astype(dtype)
    return np.asarray(random.randint(4 * low, 4 * high + 1, shape) / 4, dtype)


def rounded(function, *inputs):
    """function in float64, rounded once to the inputs' type."""
    with np.errstate(all="ignore"):
        return function(*[x.astype(np.float64) for x in inputs]).astype(inputs[0].dtype)


def write(name):
    """Writes the cases to the file of this name beside the scripts."""
    target = pathlib.Path(__file__).with_name(name)
    with target.open("w") as file:
        file.write('{"arrays": [\n' + ",\n".join(arrays) + '\n], "cases": [\n' + ",\n".join(cases)
                   + "\n]}\n")
    print(f"{target}: {len(cases)} cases on {len(arrays)} arrays, {target.stat().st_size} bytes")
