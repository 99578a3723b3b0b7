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


def even_rest(function):
    """(f(x) / x - 1) / z by z = x^2, for an odd function f with f'(0) = 1."""

    def rest(z):
        x = mp.sqrt(z)
        return (function(x) / x - 1) / z

    return rest


def even_weight(g):
    return lambda z: z / (1 + z * g(z)) + mpf(10) ** -14


def mills(pole):
    """Phi(-a) exp(a^2 / 2) (a + pole) by t = (a - pole) / (a + pole)."""

    def scaled(t):
        a = pole * (1 + t) / (1 - t)
        return mp.erfc(a / mp.sqrt(2)) / 2 * mp.exp(a * a / 2) * (a + pole)

    return scaled


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
    for name, text, function, limit, high, degrees in (
        ("SINH", "(sinh(x) / x - 1) / z by z = x^2 for |x| <= 1", mp.sinh, mpf(1) / 6, 1, (3, 6)),
        ("ASIN", "(asin(x) / x - 1) / z by z = x^2 for |x| <= 1/2", mp.asin, mpf(1) / 6, 0.25,
         (5, 11)),
        ("ATAN", "(atan(x) / x - 1) / z by z = x^2 for |x| <= 1", mp.atan, mpf(-1) / 3, 1,
         (8, 19)),
    ):
        g = guarded(even_rest(function), limit)
        for kind, degree in zip(("F32", "F64"), degrees):
            emit(name + "_REST", kind, text, remez(g, even_weight(g), 0, high, degree))
    # A nearer pole takes a higher degree, and a farther one loses digits near 0.
    for kind, pole, high, degree in (("F32", 2, 15, 12), ("F64", 3, 39.5, 25)):
        print("/// The c of the next.")
        print(f"#define MILLS_POLE_{kind} {pole}\n")
        g = mills(mpf(pole))
        emit(
            "MILLS", kind,
            "(a + c) Phi(-a) exp(a^2 / 2), Phi the normal distribution's, for a >= 0,\n"
            "/// by t = (a - c) / (a + c)",
            remez(g, lambda t: 1 / g(t), -1, (mpf(high) - pole) / (mpf(high) + pole), degree))
    linear = 2 * mp.sqrt(2 / mp.pi)
    for kind, bits in (("F32", 12), ("F64", 40)):
        high = mp.floor(mp.log10(2) * 2**bits) / mpf(2) ** bits
        print("/// log10(2) in two parts, as ln(2).")
        print(f"#define LOG10_2_HIGH_{kind} {spell(high, kind)}")
        print(f"#define LOG10_2_LOW_{kind} {spell(mp.log10(2) - high, kind)}\n")
        print("/// Constants, and what they are rounded by: log10(e), log2(e), pi / 2, the density of "
              "the normal\n/// distribution at 0, and c and d of the tanh approximation of gelu, "
              "x / (1 + exp(-x (c + d x^2))).")
        for name, value in (
            ("LOG10E", 1 / mp.log(10)), ("LOG2E", 1 / mp.log(2)), ("HALF_PI", mp.pi / 2),
            ("DENSITY", linear / 4), ("TANH_GELU_C", linear),
            ("TANH_GELU_D", linear * mpf(44715) / 10**6),
        ):
            rounded = mpf(float.fromhex(spell(value, kind).rstrip("f")))
            if name != "LOG2E":
                print(f"#define {name}_{kind} {spell(value, kind)}")
            if name != "DENSITY":
                print(f"#define {name}_LOW_{kind} {spell(value - rounded, kind)}")
        print()
    print("#endif")


if __name__ == "__main__":
    sys.exit(main())
