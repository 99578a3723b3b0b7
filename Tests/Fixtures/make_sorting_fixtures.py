"""Writes sorting.json: what NumPy says about sorting, searching, quantiles and counting. Run with
NumPy 2:

    python3 Tests/Fixtures/make_sorting_fixtures.py
"""

import numpy as np

from numpy_cases import FLOATS, TYPES, WHOLE, case, values, write


def falling(x, axis):
    """Positions in falling order, equal ones in theirs, NaN first."""
    order = np.argsort(np.flip(x, axis), axis, kind="stable")
    return x.shape[axis] - 1 - np.flip(order, axis)


ODD = np.array([[1, np.nan, 3, -np.inf], [np.inf, 2, np.nan, 2], [-0.0, 0.0, -1, 0.0]])
for dtype in TYPES:
    tables = [values(shape, dtype, -2, 2) for shape in [(5,), (1,), (0,), (3, 4), (2, 3, 4), (0, 2), (2, 0)]]
    if dtype in FLOATS:
        tables.append(ODD.astype(dtype))
    for x in tables:
        for axis in range(-x.ndim, x.ndim) if dtype == "float32" else range(x.ndim):
            case("argsort", [x], np.argsort(x, axis, kind="stable").astype(np.int64), axis=axis)
            case("argsortDescending", [x], falling(x, axis).astype(np.int64), axis=axis)
            case("sort", [x], np.sort(x, axis, kind="stable"), axis=axis)
            for count in {0, 1, 2, x.shape[axis]}:
                if count > x.shape[axis]:
                    continue
                for largest in [True, False]:
                    order = falling(x, axis) if largest else np.argsort(x, axis, kind="stable")
                    order = np.take(order, np.arange(count), axis).astype(np.int64)
                    options = {"count": count, "axis": axis, "flag": largest}
                    case("topKPositions", [x], order, **options)
                    case("topKValues", [x], np.take_along_axis(x, order, axis), **options)
        result, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
        case("unique", [x], result)
        case("uniqueInverse", [x], inverse.astype(np.int64).reshape(x.shape))
        case("uniqueCounts", [x], counts.astype(np.int64))
    rising = np.sort(values((6,), dtype, -2, 2))
    if dtype in FLOATS:
        rising = np.append(rising, np.array([np.nan, np.nan], dtype))
    for shape in [(), (5,), (2, 3), (0,)]:
        for x in [values(shape, dtype, -3, 3)] + ([ODD.astype(dtype)] if dtype in FLOATS else []):
            for right in [False, True]:
                places = np.searchsorted(rising, x, "right" if right else "left")
                case("searchSorted", [rising, x], np.asarray(places).astype(np.int64), flag=right)

for dtype in FLOATS:
    for shape in [(), (5,), (4,), (3, 4), (2, 3, 4)]:
        x = values(shape, dtype, -3, 3)
        for axis in [None] + list(range(-len(shape), len(shape))):
            keep = dtype == "float64"
            options = {"keepDims": keep} | ({} if axis is None else {"axis": axis})
            case("median", [x], np.asarray(np.median(x, axis, keepdims=keep)), **options)
            for q in [0, 0.25, 0.7, 1]:
                result = np.quantile(x.astype(np.float64), q, axis, keepdims=keep)
                case("quantile", [x], np.asarray(result).astype(dtype), number=q, **options)
    x = ODD.astype(dtype)
    for axis in [0, 1]:
        case("median", [x], np.median(x, axis), keepDims=False, axis=axis)
    case("median", [np.array([np.inf, np.inf, 1], dtype)], np.asarray(np.inf, dtype), keepDims=False)

for dtype in WHOLE:
    for shape in [(7,), (2, 3), (0,)]:
        x = values(shape, dtype, 0, 5)
        flat = x.reshape(-1).astype(np.int64)
        case("bincount", [x], np.bincount(flat).astype(np.int64))
        case("bincount", [x], np.bincount(flat, minlength=9).astype(np.int64), count=9)
        weights = values(shape, "float64")
        if x.size:
            case("bincount", [x, weights], np.bincount(flat, weights.reshape(-1)))
for dtype in FLOATS + ["int64"]:
    for shape in [(20,), (3, 4), (0,)]:
        x = values(shape, dtype, -4, 4)
        for bins in [1, 4, 5]:
            for limits in [None, [-2, 2.5], [0, 1], [1, 1]]:
                counts, edges = np.histogram(x, bins, limits)
                options = {"count": bins} | ({"numbers": limits} if limits else {})
                case("histogram", [x], counts.astype(np.int64), **options)
                case("histogramEdges", [x], edges.astype("float64" if dtype == "int64" else dtype), **options)
x = np.array([0, 1, np.nan, 2, np.inf, -1], np.float64)
case("histogram", [x], np.histogram(x[np.isfinite(x)], 3, (0, 2))[0].astype(np.int64), count=3,
     numbers=[0, 2])

write("sorting.json")
