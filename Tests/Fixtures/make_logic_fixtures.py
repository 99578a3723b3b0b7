"""Writes logic.json: what NumPy says about bits, flags, finiteness and division that rounds down. Run
with NumPy 2:

    python3 Tests/Fixtures/make_logic_fixtures.py
"""

import numpy as np

from numpy_cases import FLOATS, TYPES, WHOLE, case, values, write

PAIRS = [((), ()), ((3,), ()), ((3,), (3,)), ((2, 3), (2, 1)), ((2, 1, 2), (1, 3, 1)), ((0, 3), (3,))]
BITS = {"bitAnd": np.bitwise_and, "bitOr": np.bitwise_or, "bitXor": np.bitwise_xor}
FLAGS = {"logicalAnd": np.logical_and, "logicalOr": np.logical_or, "logicalXor": np.logical_xor}
DIVISION = {"floorDivide": np.floor_divide, "remainder": np.remainder}
SHIFTS = {"shiftLeft": np.left_shift, "shiftRight": np.right_shift}
FINITE = {"isNaN": np.isnan, "isInfinite": np.isinf, "isFinite": np.isfinite}

for dtype in TYPES:
    for a, b in PAIRS:
        x, y = values(a, dtype, -3, 3), values(b, dtype, -3, 3)
        for name, function in FLAGS.items():
            case(name, [x, y], function(x, y))
        if dtype not in FLOATS:
            for name, function in BITS.items():
                case(name, [x, y], function(x, y))
        if dtype != "bool":
            for name, function in DIVISION.items():
                case(name, [x, y], function(x, y))
    for shape in [(), (5,), (2, 3), (0,)]:
        x = values(shape, dtype, -3, 3)
        case("logicalNot", [x], np.logical_not(x))
        if dtype not in FLOATS:
            case("bitNot", [x], np.invert(x))
        for name, function in FINITE.items():
            case(name, [x], function(x))

for dtype in WHOLE:
    ends = np.iinfo(dtype)
    x = np.array([ends.min, ends.max, 7, 0, ends.max // 3], dtype).reshape(-1, 1)
    y = np.array([1, 3, ends.max, ends.min] + ([-1, -3] if ends.min < 0 else []), dtype)
    for name, function in (BITS | DIVISION).items():
        case(name, [x, y], function(x, y))
    case("bitNot", [x], np.invert(x))
    places = np.array([0, 1, 5, ends.bits - 1, ends.bits, ends.max] + ([-1] if ends.min < 0 else []), dtype)
    for name, function in SHIFTS.items():
        case(name, [x, places], function(x, places))

SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -2.5, 3.0, -7.0, 0.1, 1e30, 5e-324]
for dtype in FLOATS:
    x = np.array(SPECIAL, dtype)
    for name, function in (FLAGS | DIVISION).items():
        case(name, [x.reshape(-1, 1), x], function(x.reshape(-1, 1), x))
    case("logicalNot", [x], np.logical_not(x))
    for name, function in FINITE.items():
        case(name, [x], function(x))

write("logic.json")
