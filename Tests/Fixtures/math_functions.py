"""Writes Tests/CKernelsTests/MathFixtures.swift: functions of float64 numbers to 106 bits.

Needs mpmath:  python3 Tests/Fixtures/math_functions.py > Tests/CKernelsTests/MathFixtures.swift
"""

import random
import struct

from mpmath import mp, mpf

mp.dps = 60


def sigmoid(x):
    return 1 / (1 + mp.exp(-x)) if x >= 0 else mp.exp(x) / (1 + mp.exp(x))


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
