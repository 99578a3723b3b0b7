"""Writes movement.json: what NumPy gives for copies, moves, diagonals, triangles and sums of products
by Einstein's convention. Run with NumPy 2:

    python3 Tests/Fixtures/make_movement_fixtures.py
"""

import numpy as np

from numpy_cases import case, values, write

for dtype in ["float32", "int64", "bool"]:
    for shape, repetitions in [((), [2]), ((3,), [2]), ((3,), [2, 2]), ((2, 3), [2]), ((2, 3), [2, 1]),
                               ((2, 3), [3, 2]), ((2, 1, 2), [1, 2, 1, 2]), ((2,), [0]), ((0, 2), [2, 2]),
                               ((2, 2), [])]:
        x = values(shape, dtype)
        case("tile", [x], np.tile(x, repetitions), rows=repetitions)
    for shape in [(3,), (2, 3), (2, 2, 3), (0, 2)]:
        x = values(shape, dtype)
        for axis in range(-1, len(shape)):
            for count in [0, 1, 3]:
                case("repeat", [x], np.repeat(x, count, axis), count=count, axis=axis)
            counts = [(2 * i + axis + 1) % 3 for i in range(shape[axis])]
            case("repeatCounts", [x], np.repeat(x, counts, axis), rows=counts, axis=axis)
    for shape, widths in [((3,), [2, 1]), ((3,), [0, 4]), ((3,), [7, 8]), ((2, 3), [1, 0, 0, 2]),
                          ((2, 3), [0, 0, 3, 3]), ((1, 2), [2, 1, 1, 3]), ((2, 1, 3), [0, 1, 1, 1, 2, 0]),
                          ((2, 2), [0, 0, 0, 0])]:
        x = values(shape, dtype)
        pairs = list(zip(widths[::2], widths[1::2]))
        for mode in ["reflect", "edge", "wrap"]:
            case("pad", [x], np.pad(x, pairs, mode), rows=widths, text=mode)
        for number in [0, 1]:
            case("pad", [x], np.pad(x, pairs, "constant", constant_values=number), rows=widths,
                 text="constant", number=number)
    for shape in [(), (3,), (2, 3), (2, 3, 2), (0, 2)]:
        x = values(shape, dtype)
        for axes in [None] + [(a,) for a in range(-len(shape), len(shape))]:
            case("flip", [x], np.flip(x, axes), **({} if axes is None else {"axes": list(axes)}))
        if len(shape) > 1:
            case("flip", [x], np.flip(x, (0, -1)), axes=[0, -1])
        for shift in [0, 1, -1, 5, -7]:
            case("roll", [x], np.roll(x, shift), count=shift)
            for axis in range(-1, len(shape)) if shape else []:
                case("roll", [x], np.roll(x, shift, axis), count=shift, axis=axis)
    x = values((2, 3, 4), dtype)
    for a in range(-3, 3):
        for b in range(-3, 3):
            case("moveAxis", [x], np.moveaxis(x, a, b), axes=[a, b])
            case("swapAxes", [x], np.swapaxes(x, a, b), axes=[a, b])
    for shape in [(3, 3), (2, 4), (4, 2), (1, 3), (0, 2), (2, 3, 4)]:
        x = values(shape, dtype)
        for offset in [0, 1, -1, 2, -3, 6, -6]:
            for axes in [(0, 1), (1, 0)] + ([(0, 2), (-1, 1)] if len(shape) == 3 else []):
                case("diagonal", [x], np.diagonal(x, offset, *axes), count=offset, axes=list(axes))
            case("lowerTriangle", [x], np.tril(x, offset), count=offset)
            case("upperTriangle", [x], np.triu(x, offset), count=offset)
            if len(shape) == 2:
                trace = np.trace(x.astype(np.int64) if dtype != "float32" else x, offset)
                case("trace", [x], np.asarray(trace), count=offset)
    for shape in [(3,), (1,), (0,)]:
        x = values(shape, dtype)
        for offset in [0, 1, -2]:
            case("diagonalMatrix", [x], np.diag(x, offset), count=offset)
    for lengths in [(2,), (2, 3), (2, 1, 3), (0, 2)]:
        vectors = [values((n,), dtype) for n in lengths]
        for number in range(len(lengths)):
            for flag in [True, False]:
                mesh = np.meshgrid(*vectors, indexing="ij" if flag else "xy")
                case("meshgrid", vectors, mesh[number], axis=number, flag=flag)
    if dtype != "bool":
        for shapes in [((3,), (2,)), ((2, 2), (3,)), ((), (2,)), ((0,), (2,))]:
            a, b = (values(s, dtype) for s in shapes)
            case("outer", [a, b], np.outer(a, b))

EQUATIONS = {
    "ij,jk->ik": [(2, 3), (3, 4)], "ij,jk": [(2, 3), (3, 4)], "ij,kj->ki": [(2, 3), (4, 3)],
    "ji,jk->ik": [(3, 2), (3, 4)], "i,i->": [(3,), (3,)], "i,i": [(3,), (3,)], "i,j": [(2,), (3,)],
    "ij->ji": [(2, 3)], "ji": [(2, 3)], "ij->": [(2, 3)], "ij->j": [(2, 3)], "ii->i": [(3, 3)],
    "ii": [(3, 3)], "iij->ji": [(2, 2, 3)], "iji->j": [(2, 3, 2)], "iii->i": [(2, 2, 2)],
    "bij,bjk->bik": [(2, 2, 3), (2, 3, 2)], "bhqd,bhkd->bhqk": [(2, 2, 2, 3), (2, 2, 3, 3)],
    "bqhd,bkhd->bhqk": [(2, 2, 2, 3), (2, 3, 2, 3)], "bij,jk->bik": [(2, 2, 3), (3, 2)],
    "ij,ij->ij": [(2, 3), (2, 3)], "ij,ij->": [(2, 3), (2, 3)], "ij,j->ij": [(2, 3), (3,)],
    "ijk,ilj->kl": [(2, 3, 2), (2, 2, 3)], "abc,cad->bd": [(2, 3, 2), (2, 2, 3)],
    "ij,jk,kl->il": [(2, 3), (3, 2), (2, 4)], "i,ij,j->": [(2,), (2, 3), (3,)],
    "a,b,c->abc": [(2,), (3,), (2,)], "ij,ik,il->jkl": [(2, 2), (2, 3), (2, 2)],
    "...ij->...ji": [(2, 2, 3)], "...ij,...jk->...ik": [(2, 2, 3), (3, 2)],
    "...ij,...jk": [(2, 1, 2, 3), (3, 3, 2)], "...i->...": [(2, 3)], "i...->...": [(2, 3)],
    "i...,i...": [(3, 2), (3, 2)], "...,...": [(2, 3), (3,)], "...a,...": [(2, 3), (2,)],
    "ij,jk->ik ": [(2, 0), (0, 3)], "ij->i": [(2, 0)], "ij , jk -> ki": [(1, 3), (3, 1)],
    "->": [()], "i,->i": [(3,), ()], ",": [(), ()], "ij,kj->ik": [(1, 3), (4, 3)],
    "bij,bjk->ik": [(2, 2, 3), (2, 3, 2)], "ijj,jk->ik": [(2, 3, 3), (3, 2)],
    "ab,cd->": [(2, 2), (2, 3)], "Ab,bA->A": [(2, 3), (3, 2)], "zyx": [(2, 3, 2)],
    "ijkl,klmn->ijmn": [(2, 2, 2, 2), (2, 2, 2, 2)], "ijkl,lkmn->mnji": [(2, 2, 2, 3), (3, 2, 2, 2)],
}
for equation, shapes in EQUATIONS.items():
    for dtype in ["float32", "int64"] if "," in equation else ["float32"]:
        inputs = [values(shape, dtype, -2, 2) for shape in shapes]
        case("einsum", inputs, np.asarray(np.einsum(equation, *inputs)), text=equation)

write("movement.json")
