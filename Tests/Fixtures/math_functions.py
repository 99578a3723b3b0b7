"""Writes Tests/CKernelsTests/MathFixtures.swift: functions of float64 numbers to 106 bits.

Needs mpmath:  python3 Tests/Fixtures/math_functions.py > Tests/CKernelsTests/MathFixtures.swift
"""

import random
import struct

from mpmath import mp, mpf

mp.dps = 60


def sigmoid(x):
    return 1 / (1 + mp.exp(-x)) if x >= 0 else mp.exp(x) / (1 + mp.exp(x))


def gelu(x):
    return x * mp.erfc(-x / mp.sqrt(2)) / 2


def gelu_tanh(x):
    return x * sigmoid(mp.sqrt(8 / mp.pi) * (x + mpf(44715) / 10**6 * x**3))


def sigmoid_linear(x):
    return x * sigmoid(x)


def mish(x):
    e = mp.exp(x)
    return x * (e * (e + 2)) / (e * (e + 2) + 2)


def softplus(x):
    return mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))


def bits(value):
    # Bit patterns: Swift warns about literals of numbers as small as some of these.
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016x}"


def points(rng, low, high, extra):
    values = [rng.uniform(low, high) for _ in range(24)]
    # Near zero the relative error shows most.
    values += [rng.choice([-1, 1]) * 2.0 ** -rng.uniform(0, 60) for _ in range(8)]
    return values + extra


def main():
    rng = random.Random(1)
    functions = {
        "exp": (mp.exp, points(rng, -20, 20, [float.fromhex(h) for h in (
            "0x1.e8e52a7399f8p+1", "0x1.a416e285bacc4p+6")] + [-708.5, -740.0, 709.7, 5e-324,
            -1e-310, 700.1, -600.3])),
        "log": (mp.log, [abs(v) for v in points(rng, 0, 30, [float.fromhex(
            "0x1.43f4f9ba7f1p-1"), 5e-324, 1e-310, 2.2250738585072014e-308, 1.7e308, 1e100, 1e-100,
            1.0000000000000002, 0.9999999999999999, 1.4142135623730951, 0.7071067811865476])]),
        "tanh": (mp.tanh, points(rng, -4, 4, [float.fromhex(h) for h in (
            "0x1.16c87258ef28p-1", "-0x1.a07be42a6b9p-3", "0x1.d1606c6371dcp-3",
            "0x1.b605d55fbf3p+2")] + [0.55, -0.5499999999999999, 5e-324, 1e-310, 18.7, -19.5])),
        "sigmoid": (sigmoid, points(rng, -10, 10, [float.fromhex(h) for h in (
            "-0x1.5d4e18996348p+1", "-0x1.b9c444db7f7cp+1")]
            + [-36.5, -700.5, -740.5, 36.5, 5e-324])),
        "erf": (mp.erf, points(rng, -5, 5, [float.fromhex(h) for h in (
            "0x1.00000000ca32bp+0", "0x1.fffff9b27a29cp-1", "-0x1.fdcd3b718188p-1")]
            + [1.0, -1.0, 5.9, 5e-324, 1e-310])),
        "expm1": (mp.expm1, points(rng, -4, 4, [1e-10, -50.5, 300.3, 709.7, 5e-324, -1e-310])),
        "log1p": (mp.log1p, [abs(v) - 0.99 * (i % 2) for i, v in enumerate(points(
            rng, 0, 30, [1e-10, 1e-300, 5e-324, 1e100, 1.7e308]))]),
        "log2": (lambda x: mp.log(x, 2), [abs(v) for v in points(
            rng, 0, 30, [5e-324, 1e-310, 1.7e308, 0.9999999999999999, 1.0000000000000002])]),
        "log10": (mp.log10, [abs(v) for v in points(
            rng, 0, 30, [5e-324, 1e-310, 1.7e308, 0.9999999999999999, 1.0000000000000002])]),
        "sinh": (mp.sinh, points(rng, -4, 4, [-710.4, 700.2, 1.0, 5e-324, 1e-310])),
        "cosh": (mp.cosh, points(rng, -4, 4, [-710.4, 700.2, 1e-9])),
        "asin": (mp.asin, points(rng, -1, 1, [0.5, -0.5000000000000001, 0.9999999999999999, 1e-310])),
        "acos": (mp.acos, points(rng, -1, 1, [0.5, -0.5000000000000001, 0.9999999999999999, -1.0])),
        "atan": (mp.atan, points(rng, -4, 4, [1.0, 1.0000000000000002, 1e10, -1e300, 1e-310])),
        "gelu": (gelu, points(rng, -6, 4, [-38.2, -30.1, -20.7, -10.3, 9.0, 40.0, 5e-324])),
        "geluTanh": (gelu_tanh, points(rng, -6, 4, [-21.3, -15.2, -10.3, 9.0, 40.0, 5e-324])),
        "silu": (sigmoid_linear, points(rng, -10, 10, [-740.5, -700.5, -50.3, 50.3, 5e-324])),
        "mish": (mish, points(rng, -10, 10, [-740.5, -700.5, -50.3, 19.9, 30.3, 5e-324])),
        "softplus": (softplus, points(rng, -10, 10, [-740.5, -700.5, -50.3, 19.9, 30.3])),
        "logSigmoid": (lambda x: -softplus(-x), points(
            rng, -10, 10, [740.5, 700.5, 50.3, -19.9, -30.3])),
    }
    print("// Written by Tests/Fixtures/math_functions.py; not to be edited by hand.\n")
    print("/// Triples x, high, low, as bits of a Double: the function of x is high + low to 106 bits.")
    print("enum MathFixtures {")
    for index, (name, (function, xs)) in enumerate(functions.items()):
        print(("\n" if index else "") + f"  static let {name}: [UInt64] = [")
        for x in xs:
            if x == 0:
                continue
            exact = function(mpf(x))
            high = float(exact)
            low = float(exact - mpf(high))
            print(f"    {bits(x)}, {bits(high)}, {bits(low)},")
        print("  ]")
    print("}")


main()
