"""Derives the polynomials of Sources/CKernels/templates/coefficients.h and prints that header.

Each polynomial is the minimax solution (Remez exchange on a dense grid) for the weighted error
max |w(x) (P(x) - g(x))|, where g is what remains of the function once the leading terms that are
exact in floating point are split off, and w turns the error of P into the relative error of the
result. Needs mpmath:  python3 Scripts/derive_coefficients.py > \
Sources/CKernels/templates/coefficients.h
"""

import struct
import sys

from mpmath import mp, mpf

mp.dps = 50
GRID = 1500


def chebyshev_grid(low, high):
    """Points that crowd towards both ends, where minimax errors peak."""
    return [
        (low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / (GRID - 1)) for i in range(GRID)
    ]


def evaluate(coefficients, x):
    total = mpf(0)
    for c in reversed(coefficients):
        total = total * x + c
    return total


def remez(g, w, low, high, degree):
    """Coefficients (constant first) and the largest weighted error."""
    xs = chebyshev_grid(mpf(low), mpf(high))
    gs = [g(x) for x in xs]
    ws = [w(x) for x in xs]
    count = degree + 2
    points = [round(i * (GRID - 1) / (count - 1)) for i in range(count)]
    for _ in range(30):
        rows = mp.matrix(count, count)
        right = mp.matrix(count, 1)
        for i, p in enumerate(points):
            for j in range(degree + 1):
                rows[i, j] = xs[p] ** j
            rows[i, degree + 1] = (-1) ** i / ws[p]
            right[i] = gs[p]
        solution = mp.lu_solve(rows, right)
        coefficients = [solution[j] for j in range(degree + 1)]
        errors = [ws[i] * (evaluate(coefficients, xs[i]) - gs[i]) for i in range(GRID)]
        # One extreme point for each run of errors of the same sign.
        runs = [[0]]
        for i in range(1, GRID):
            if errors[i] * errors[runs[-1][-1]] < 0:
                runs.append([i])
            else:
                runs[-1].append(i)
        extremes = [max(run, key=lambda i: abs(errors[i])) for run in runs]
        while len(extremes) > count:
            weakest = min((0, -1), key=lambda k: abs(errors[extremes[k]]))
            extremes.pop(weakest)
        if len(extremes) < count or extremes == points:
            break
        points = extremes
    return coefficients, max(abs(e) for e in errors)


def guarded(function, limit):
    """The limit at the points where the formula is 0 / 0."""
    return lambda x: function(x) if abs(x) > mpf(10) ** -15 else mpf(limit)


def exp_rest(r):
    return (mp.exp(r) - 1 - r) / r**2


def log_rest(f):
    return (mp.log1p(f) - f + f * f / 2) / f**3


def atanh_rest(z):
    s = mp.sqrt(z)
    return (2 * mp.atanh(s) / s - 2) / z


def erf_small(z):
    x = mp.sqrt(z)
    return mp.erf(x) / x - 1


def erfc_exponent(t):
    return -mp.log(mp.erfc(1 + t))


def erfc_weight(t):
    return mp.erfc(1 + t) / mp.erf(1 + t)


def spell(value, kind):
    if kind == "F32":
        return float(struct.unpack("f", struct.pack("f", float(value)))[0]).hex() + "f"
    return float(value).hex()


def emit(name, kind, comment, solution):
    coefficients, error = solution
    print(f"/// {comment}; largest error 2^{mp.nstr(mp.log(error, 2), 4)}.")
    print(f"#define {name}_{kind}", "{ \\")
    for c in coefficients:
        print(f"  {spell(c, kind)}, \\")
    print("}\n")


def main():
    half_ln2 = mp.log(2) / 2 * mpf("1.0001")
    root = mp.sqrt(2)
    print("// Written by Scripts/derive_coefficients.py, which says how; not to be edited by hand.")
    print("#ifndef BP_COEFFICIENTS_H\n#define BP_COEFFICIENTS_H\n")
    for kind, bits in (("F32", 15), ("F64", 40)):
        high = mp.floor(mp.log(2) * 2**bits) / mpf(2) ** bits
        print(
            "/// ln(2) in two parts; a whole number below 2^11 (f32: 2^8) times the high one is "
            "exact.")
        print(f"#define LN2_HIGH_{kind} {spell(high, kind)}")
        print(f"#define LN2_LOW_{kind} {spell(mp.log(2) - high, kind)}")
        print(f"#define LOG2E_{kind} {spell(1 / mp.log(2), kind)}\n")
    for kind, exp_degree in (("F32", 4), ("F64", 9)):
        emit(
            "EXP_REST", kind, "(exp(r) - 1 - r) / r^2 for |r| <= ln(2) / 2",
            remez(guarded(exp_rest, 0.5), lambda r: r**2 / mp.exp(r) if r else mpf(10) ** -30,
                  -half_ln2, half_ln2, exp_degree))
    emit(
        "LOG_REST", "F32", "(log(1 + f) - f + f^2 / 2) / f^3 for sqrt(1/2) <= 1 + f <= sqrt(2)",
        remez(guarded(log_rest, mpf(1) / 3),
              lambda f: f**3 / mp.log1p(f) if abs(f) > 1e-15 else mpf(10) ** -30,
              1 / root - 1, root - 1, 8))
    limit = ((root - 1) / (root + 1)) ** 2 * mpf("1.001")
    emit(
        "LOG_REST", "F64", "(2 atanh(s) / s - 2) / s^2 by z = s^2, s = f / (2 + f)",
        remez(guarded(atanh_rest, mpf(2) / 3), lambda z: z + mpf(10) ** -12, 0, limit, 6))
    for kind, degree in (("F32", 6), ("F64", 11)):
        emit(
            "ERF_SMALL", kind, "erf(x) / x - 1 by z = x^2 for |x| <= 1",
            remez(guarded(erf_small, 2 / mp.sqrt(mp.pi) - 1),
                  lambda z: 1 / (1 + erf_small(max(z, mpf(10) ** -15))), 0, 1, degree))
    # In t, not x: the terms must not cancel at the low end, where erfc is largest.
    for kind, high, degree in (("F32", 4, 7), ("F64", 6, 18)):
        emit(
            "ERFC_EXPONENT", kind, f"-log(erfc(x)) by t = x - 1 for 1 <= x <= {high}",
            remez(erfc_exponent, erfc_weight, 0, high - 1, degree))
    print("#endif")


if __name__ == "__main__":
    sys.exit(main())
