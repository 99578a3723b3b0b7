/// Floating-point numbers of 8 bits, as files have them. Definition: Micikevicius and others, "FP8
/// Formats for Deep Learning" (2022).
enum Float8 {
  /// The number of each pattern of 4 bits of exponent and 3 of fraction; the largest pattern of either
  /// sign is NaN, and none is infinite.
  static let e4m3: [Float] = (UInt8.min ... .max).map { bits in
    bits & 0x7f == 0x7f ? .nan : number(bits, fractionBits: 3, bias: 7)
  }

  /// The number of each pattern of 5 bits of exponent and 2 of fraction, with infinities and NaN as
  /// IEEE 754 has them.
  static let e5m2: [Float] = (UInt8.min ... .max).map { bits in
    switch bits & 0x7f {
    case 0x7c: bits < 0x80 ? .infinity : -.infinity
    case 0x7d...0x7f: .nan
    default: number(bits, fractionBits: 2, bias: 15)
    }
  }

  private static func number(_ bits: UInt8, fractionBits: Int, bias: Int) -> Float {
    let exponent = Int(bits & 0x7f) >> fractionBits
    let fraction = Float(bits & (1 << UInt8(fractionBits) - 1)) / Float(1 << fractionBits)
    let size =
      exponent == 0
      ? Float(sign: .plus, exponent: 1 - bias, significand: fraction)
      : Float(sign: .plus, exponent: exponent - bias, significand: 1 + fraction)
    return bits < 0x80 ? size : -size
  }
}
