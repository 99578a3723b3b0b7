"""Writes indexing.json: what NumPy picks and puts by arrays of positions and masks. Run with NumPy 2:

    python3 Tests/Fixtures/make_indexing_fixtures.py
"""

import numpy as np

from numpy_cases import TYPES, case, random, values, write

# In an index, @ stands for the next of the arrays.


def parse(text, arrays):
    arrays = iter(arrays)
    names = {"newaxis": np.newaxis, "s": np.s_}
    parts = [next(arrays) if part == "@" else eval(f"s[{part}]", names) for part in text.split(", ")]
    return tuple(parts)


def positions(shape, length, dtype="int64"):
    least = 0 if dtype == "uint8" else -length
    return np.asarray(random.randint(least, length, shape)).astype(dtype)


# By shape: an index, and the shape of each array with the length of its axis, or of a mask.
INDICES = {
    (5,): [("@", [((3,), 5)]), ("@", [((2, 2), 5)]), ("@", [((), 5)]), ("@", [((0,), 5)]),
           ("@", [(5,)]), ("newaxis, @", [((3,), 5)]), ("@, newaxis", [((3,), 5)]),
           ("..., @", [((3,), 5)]), ("@, ...", [(5,)]), ("@", [((2, 1, 3), 5)])],
    (3, 4): [("@", [((2,), 3)]), (":, @", [((2,), 4)]), ("@, @", [((4,), 3), ((4,), 4)]),
             ("@, @", [((2, 1), 3), ((3,), 4)]), ("@, 1", [((2,), 3)]), ("1, @", [((2, 2), 4)]),
             ("-1, @", [((), 4)]), ("@, 1:3", [((2,), 3)]), ("::-1, @", [((2,), 4)]),
             ("@, ::2", [((2, 2), 3)]), ("1:, @", [((3,), 4)]), ("@", [(3, 4)]), ("@", [(3,)]),
             (":, @", [(4,)]), ("@, @", [(3,), ((1,), 4)]), ("@, newaxis", [((2,), 3)]),
             ("newaxis, @, @", [((2,), 3), ((2,), 4)]), ("@, newaxis, @", [((2,), 3), ((2,), 4)]),
             ("@, ..., @", [((2,), 3), ((2,), 4)]), ("@, :", [((0, 2), 3)]),
             ("@, newaxis", [(3, 4)]), ("0, @", [(4,)]), ("@, -1", [(3,)])],
    (2, 3, 4): [("@", [((2,), 2)]), (":, @", [((2, 2), 3)]), ("..., @", [((3,), 4)]),
                ("@, :, @", [((3,), 2), ((3,), 4)]), (":, @, @", [((2,), 3), ((2,), 4)]),
                ("@, @", [((2,), 2), ((2, 1), 3)]), ("0, :, @", [((3,), 4)]),
                ("0, @, :", [((2,), 3)]), ("@, :, 1", [((3,), 2)]), (":, 1, @", [((3,), 4)]),
                (":, @, 1", [((2,), 3)]), ("@, @, @", [((2,), 2), ((2,), 3), ((2,), 4)]),
                (":, @", [(3, 4)]), ("@", [(2, 3)]), ("@", [(2, 3, 4)]), ("@, ::-1, @", [(2,), ((1,), 4)]),
                (":, @, ..., @", [((2,), 3), ((2,), 4)]), (":, @, newaxis, @", [((2,), 3), ((2,), 4)]),
                ("@, newaxis, 1", [((3,), 2)]), ("1:, :, @", [((2, 2), 4)]), ("1:, @, 2:0:-1", [((2,), 3)]),
                ("@, 1, ...", [((2,), 2)]), ("@, ..., 1", [((2, 1), 2)])],
    (2, 1, 3): [("@", [((2,), 2)]), (":, @", [((3,), 1)]), ("@, 0, @", [((2,), 2), ((2,), 3)])],
    (0, 3): [("@", [(0, 3)]), (":, @", [((2,), 3)]), ("@", [((0,), 1)])],
}
for shape, entries in INDICES.items():
    for text, specifications in entries:
        for dtype in TYPES if text in ("@", "@, @", ":, @") and shape == (3, 4) else ["float32"]:
            x = values(shape, dtype)
            arrays = []
            for number, specification in enumerate(specifications):
                if isinstance(specification[0], tuple):
                    kind = ["int64", "int32", "uint8"][(len(text) + number) % 3]
                    arrays.append(positions(*specification, kind))
                else:
                    arrays.append(np.asarray(random.randint(0, 2, specification)).astype(bool))
            index = parse(text, arrays)
            part = x[index]
            case("pick", [x] + arrays, part, index=text)
            for source_shape in [part.shape] + ([part.shape[1:], ()] if dtype == "float32" else []):
                source = values(source_shape, dtype)
                changed = x.copy()
                changed[index] = source
                case("put", [x, source] + arrays, changed, index=text)
                if dtype != "bool":
                    changed = x.copy()
                    # Broadcast first: NumPy 2.4 adds the wrong elements for some pairs of shapes.
                    np.add.at(changed, index, np.broadcast_to(source, part.shape).copy())
                    case("addAt", [x, source] + arrays, changed, index=text)

for dtype in ["float32", "int32", "bool"]:
    for shape in [(5,), (3, 4), (2, 3, 4)]:
        x = values(shape, dtype)
        for axis in range(-len(shape), len(shape)):
            for other in [(), (2,), (2, 2), (0,)]:
                p = positions(other, shape[axis])
                case("take", [x, p], np.take(x, p, axis), axis=axis)
            for length in [1, 2, 5]:
                lengths = list(shape)
                lengths[axis] = length
                p = positions(lengths, shape[axis])
                case("takeAlong", [x, p], np.take_along_axis(x, p, axis), axis=axis)
                changed = x.copy()
                elements = values(tuple(lengths), dtype)
                np.put_along_axis(changed, p, elements, axis)
                case("putAlong", [x, elements, p], changed, axis=axis)
                if dtype != "bool":
                    changed = x.copy()
                    index = list(np.ogrid[tuple(slice(n) for n in lengths)])
                    index[axis] = p
                    np.add.at(changed, tuple(index), elements)
                    case("addAlong", [x, elements, p], changed, axis=axis)
    x, p = values((3, 4), dtype), positions((1, 2), 4)
    case("takeAlong", [x, p], np.take_along_axis(x, p, 1), axis=1)
    x, p = values((1, 4), dtype), positions((3, 2), 4)
    case("takeAlong", [x, p], np.take_along_axis(x, p, 1), axis=1)

for dtype in TYPES:
    for shape in [(5,), (3, 4), (2, 3, 2), (0, 3)]:
        x = values(shape, dtype, -1, 1)
        for axis, places in enumerate(np.nonzero(x)):
            case("nonzero", [x], places.astype(np.int64), axis=axis)

write("indexing.json")
