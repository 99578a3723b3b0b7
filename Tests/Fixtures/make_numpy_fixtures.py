#!/usr/bin/env python3
"""Writes numpy_random.json and numpy_printing.json: what NumPy draws and prints.

Usage: python3 make_numpy_fixtures.py      (NumPy 2.3 or later, on Linux or macOS)

The tests in Tests/ArraysTests compare NumPyRandom and ArrayPrinter with these files.
"""

import json
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
WEIGHTS = [0.1, 0.0, 0.3, 0.25, 0.05, 0.3]


def write(name, value):
    text = json.dumps(value, separators=(",", ":"))
    # One case a line, so that a change shows as a change of that line.
    text = text.replace("},{", "},\n{")
    (HERE / name).write_text(text + "\n")


def listed(x):
    return x.tolist() if isinstance(x, np.ndarray) else x


# Each step: method, its arguments. Integers and floats are kept apart by the result's key.
STEPS = [
    ("random", [5]),
    ("randn", [3]),
    ("random", [2]),
    ("randn", [4]),
    ("randint", [0, 10, 8]),
    ("randn", [1]),
    ("normal", [2.5, 0.25, 3]),
    ("uniform", [-1.5, 2.0, 4]),
    ("randint", [-1000, 1000, 5]),
    ("randint", [3, 4, 3]),
    ("randint", [0, 2**32, 3]),
    ("randint", [0, 2**32 - 1, 3]),
    ("randint", [-(2**62), 2**62 + 12345, 3]),
    ("randint", [-(2**63), 2**63 - 1, 2]),
    ("randint", [0, 2**40 + 1, 4]),
    ("permutation", [13]),
    ("shuffle", [7]),
    ("permutation", [1]),
    ("permutation", [0]),
    ("choice", [10, 6, True, None]),
    ("choice", [10, 6, False, None]),
    ("choice", [6, 9, True, WEIGHTS]),
    ("choice", [6, 5, False, WEIGHTS]),
    ("choice", [6, 2, False, WEIGHTS]),
    ("choice", [100, 100, False, None]),
    ("randn", [2]),
    ("random", [1]),
]


def run(state, name, arguments):
    if name == "uniform":
        low, high, count = arguments
        return state.uniform(low, high, count)
    if name == "normal":
        mean, deviation, count = arguments
        return state.normal(mean, deviation, count)
    if name == "shuffle":
        array = np.arange(100, 100 + arguments[0])
        state.shuffle(array)
        return array
    if name == "choice":
        n, size, replace, p = arguments
        return state.choice(n, size, replace, p)
    return getattr(state, name)(*arguments)


def random_cases():
    cases = []
    for seed in [0, 1, 42, 2**32 - 1, 12345, [0], [1, 2, 3], list(range(700))]:
        state = np.random.RandomState(seed)
        steps = []
        for name, arguments in STEPS:
            result = run(state, name, arguments)
            kind = "floats" if result.dtype.kind == "f" else "integers"
            steps.append({"method": name, "arguments": arguments, kind: listed(result)})
        _, key, position, has_gauss, cached = state.get_state()
        words = sum(int(w) * (i + 1) for i, w in enumerate(key)) % 2**32
        cases.append({
            "seed": seed if isinstance(seed, list) else [seed],
            "isArray": isinstance(seed, list),
            "steps": steps,
            "position": position,
            "hasGauss": bool(has_gauss),
            "cachedGaussian": cached,
            "keyChecksum": words,
        })
    return cases


def long_runs():
    """Sums over many numbers, which cross the 624 words at every offset."""
    state = np.random.RandomState(7)
    uniform = state.random_sample(5000)
    normal = state.randn(4999)
    integers = state.randint(0, 60000, 3001)
    order = state.permutation(2000)
    return {
        "uniformLast": uniform[-5:].tolist(), "normalLast": normal[-5:].tolist(),
        "integersLast": integers[-5:].tolist(), "orderFirst": order[:8].tolist(),
        "next": state.random_sample(),
    }


def printing_case(array, rule=None):
    kind = array.dtype.kind
    case = {
        "type": array.dtype.name, "shape": list(array.shape),
        "str": str(array), "repr": repr(array),
    }
    if rule is not None:
        case["rule"] = rule
    elif kind == "f":
        case["values"] = [float(x).hex() for x in array.ravel()]
    else:
        case["values"] = [str(int(x)) for x in array.ravel()]
    return case


def random_array(state, kind, shape):
    count = int(np.prod(shape))
    if kind == "bool":
        return (state.random_sample(count) < 0.5).reshape(shape)
    if kind == "uint8":
        return state.randint(0, state.choice([2, 10, 100, 256]), count).astype(np.uint8).reshape(shape)
    if kind in ("int64", "int32"):
        limit = 10 ** int(state.randint(1, 18 if kind == "int64" else 9))
        low = -limit if state.random_sample() < 0.5 else 0
        return state.randint(low, limit, count).astype(kind).reshape(shape)
    style = state.randint(0, 8)
    if style == 0:
        values = state.randn(count)
    elif style == 1:
        values = state.randn(count) * 10.0 ** state.randint(-12, 12)
    elif style == 2:
        values = state.randn(count) * 10.0 ** state.randint(-6, 9, count)
    elif style == 3:
        values = state.randint(-50, 50, count) / 4.0
    elif style == 4:
        values = state.random_sample(count).round(3)
    elif style == 5:
        values = state.randint(0, 100, count).astype(float)
    elif style == 6:
        values = state.randint(1, 1000, count) * 10.0 ** int(state.randint(-9, 9))
    else:
        values = 10.0 ** state.uniform(-300 if kind == "float64" else -40, 300 if kind == "float64" else 38, count)
    with np.errstate(all="ignore"):
        values = values.astype(kind)
    if state.random_sample() < 0.2 and count > 0:
        for special in [np.nan, np.inf, -np.inf, -0.0, 0.0]:
            if state.random_sample() < 0.4:
                values[state.randint(0, count)] = special
    return values.reshape(shape)


SHAPES = [
    (), (0,), (1,), (2,), (3,), (5,), (8,), (17,), (30,), (1, 1), (2, 3), (3, 4), (4, 1), (1, 12),
    (5, 25), (0, 3), (3, 0), (2, 2, 2), (2, 1, 3), (2, 0, 2), (3, 2, 9), (2, 2, 2, 2), (1, 1, 2, 2, 1),
]

SPECIAL = [
    [1e-5], [1e-4], [9.9999e-5], [123456789.0], [99999999.0], [1e8], [1e6], [999999.0], [1.0, 1000.0],
    [1.0, 1001.0], [1.0, 1000.1], [0.0], [-0.0], [0.0, -0.0, 1.5], [np.nan], [np.inf], [-np.inf],
    [np.nan, np.inf], [np.nan, -np.inf, 1.0], [np.nan, 1.5, 12345.678], [np.inf, 1e-10, 1.0],
    [0.1, 0.2, 0.30000000000000004], [1 / 3], [2 / 3, 100.5], [0.123456785], [0.000123456785],
    [0.999999999], [0.9999999999, 0.5], [9.999999999], [99.999999999, 0.001], [5e-324],
    [1.7976931348623157e308], [1e-300, 1e300], [1e100, 1.0], [1e-100, 1e-99, 0.0], [2.0**-44],
    [2.0**-44, 1.0], [2.0**60, 2.0**-60], [1e22, 1e23], [16777216.0, 16777217.0], [0.5, 0.25, 0.125],
    [1.0, 2.0, 3.0], [-1.0, 2.0], [-1.5, -22.25], [3.14159265358979], [0.1, 1e-10], [1e10],
    [123456.7, 1.0], [1234567.0, 1e5], [8388608.5], [1.00000011e-10, 0.1], [0.00390625],
    [0.1, -3.87326813, 1e-9], [1.5e-45, 1.0], [np.nan, 1e-10], [-np.inf, 1e10],
]


def printing_cases():
    state = np.random.RandomState(2024)
    cases = []
    for values in SPECIAL:
        for kind in ["float64", "float32"]:
            with np.errstate(all="ignore"):
                cases.append(printing_case(np.array(values).astype(kind)))
                if len(values) == 1:
                    cases.append(printing_case(np.array(values[0]).astype(kind)))
    for kind, copies in [("float64", 5), ("float32", 5), ("int64", 2), ("int32", 1), ("uint8", 1), ("bool", 1)]:
        for shape in SHAPES:
            for _ in range(copies):
                cases.append(printing_case(random_array(state, kind, shape)))
    # Rule [start, scale]: element i is start + scale i, computed in float64, then converted.
    for shape in [(1000,), (1001,), (7, 143), (6, 167), (167, 6), (334, 3), (3, 334), (10, 10, 10),
                  (10, 10, 11), (2, 3, 200), (200, 3, 2), (7, 7, 7, 7), (1, 1001), (1001, 1), (40, 7, 6)]:
        for kind, rule in [("float64", [-2.5, 0.37]), ("float32", [0.0, 0.1]), ("float64", [1e-7, 1e5]),
                           ("int64", [-500, 3]), ("uint8", [0, 0.125]), ("bool", [-1, 0.001])]:
            if np.prod(shape) <= 1000 and rule[0] != -2.5:
                continue
            numbers = rule[0] + rule[1] * np.arange(np.prod(shape), dtype=np.float64)
            if kind == "bool":
                array = numbers >= 0
            elif kind == "uint8":
                array = (numbers.astype(np.int64) % 256).astype(np.uint8)
            else:
                array = numbers.astype(kind)
            cases.append(printing_case(array.reshape(shape), rule))
    return cases


def scalars():
    state = np.random.RandomState(5)
    values = [v for values in SPECIAL for v in values]
    values += [1e15, 1e16, 9999999999999998.0, 123456789012345680.0, 999999.94, 999999.97]
    values += [2.0**e for e in range(-1074, 1024, 29)] + [2.0**e for e in range(-140, 127, 7)]
    values += (state.randn(100) * 10.0 ** state.randint(-20, 20, 100)).tolist()
    cases = []
    for value in values:
        with np.errstate(all="ignore"):
            single = np.float32(value)
        cases.append({
            "value": float(value).hex(), "double": str(np.float64(value)), "float": str(single),
        })
    return cases


if __name__ == "__main__":
    write("numpy_random.json", {"cases": random_cases(), "long": long_runs()})
    write("numpy_printing.json", {"arrays": printing_cases(), "scalars": scalars()})
