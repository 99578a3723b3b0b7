/// The decimal digits of a floating-point number, d₀.d₁d₂… × 10^exponent.
///
/// The digits are the fewest that tell the number from its neighbours of the same type, correctly
/// rounded where a limit cuts them short, and exact where a minimum asks for more. This is the
/// free-format algorithm of R. Burger and R. K. Dybvig, "Printing Floating-Point Numbers Quickly
/// and Accurately" (PLDI 1996), with one choice as NumPy (and Ryan Juckett's Dragon4) makes it:
/// a final digit within reach of only one neighbour's half-way point is rounded towards that one,
/// which just above a power of two need not be the nearer.
package struct DecimalDigits {
  /// Values 0...9, most significant first; a lone 0 for zero.
  package var digits: [UInt8]
  /// The power of ten of the first digit.
  package var exponent: Int

  /// Where to stop.
  package enum Limit {
    /// At the fewest digits that identify the number.
    case none
    /// At the latest after this many digits behind the decimal point.
    case fraction(Int)
    /// At the latest after `atMost` digits, and not before `atLeast`.
    case significant(atLeast: Int, atMost: Int)
  }

  /// The digits of |x|, x finite.
  package init(_ x: Double, limit: Limit) {
    self.init(
      fraction: x.significandBitPattern, biasedExponent: Int(x.exponentBitPattern),
      fractionBits: 52, bias: 1075, limit: limit)
  }

  /// The digits of |x|, x finite, fewest among the numbers of type Float.
  init(_ x: Float, limit: Limit) {
    self.init(
      fraction: UInt64(x.significandBitPattern), biasedExponent: Int(x.exponentBitPattern),
      fractionBits: 23, bias: 150, limit: limit)
  }

  /// The digits of |x|, x finite, fewest among the numbers of `float16`.
  init(_ x: Float16Bits, limit: Limit) {
    self.init(
      fraction: UInt64(x.bits & 0x3ff), biasedExponent: Int(x.bits >> 10 & 0x1f),
      fractionBits: 10, bias: 25, limit: limit)
  }

  /// The digits of |x|, x finite, fewest among the numbers of `bfloat16`.
  init(_ x: BFloat16Bits, limit: Limit) {
    self.init(
      fraction: UInt64(x.bits & 0x7f), biasedExponent: Int(x.bits >> 7 & 0xff),
      fractionBits: 7, bias: 134, limit: limit)
  }

  /// From the fields of the IEEE 754 format.
  private init(
    fraction: UInt64, biasedExponent: Int, fractionBits: Int, bias: Int, limit: Limit
  ) {
    let isSubnormal = biasedExponent == 0
    let significand = isSubnormal ? fraction : fraction | 1 << UInt64(fractionBits)
    // Just above a power of two the neighbour below is half as far as the one above.
    self.init(
      significand: significand, binaryExponent: max(biasedExponent, 1) - bias,
      lowerIsCloser: fraction == 0 && biasedExponent > 1, limit: limit)
  }

  /// The digits of significand × 2^binaryExponent.
  private init(significand: UInt64, binaryExponent: Int, lowerIsCloser: Bool, limit: Limit) {
    guard significand != 0 else {
      digits = [0]
      exponent = 0
      return
    }
    // value / scale is the number, and margins / scale half the distances to its neighbours; one
    // bit more makes the halves whole, and another one the quarter below a power of two.
    let spare = lowerIsCloser ? 2 : 1
    var value = Natural(significand)
    value <<= max(binaryExponent, 0) + spare
    var scale = Natural(1)
    scale <<= max(-binaryExponent, 0) + spare
    var marginBelow = Natural(1)
    marginBelow <<= max(binaryExponent, 0)
    var marginAbove = marginBelow
    if lowerIsCloser { marginAbove <<= 1 }

    // The place of the decimal point: number = 0.d₀d₁… × 10^point, estimated from the logarithm
    // (never too high), raised to the last allowed place, then mended against the number itself.
    let highestBit = 63 - significand.leadingZeroBitCount
    let estimate = Double(highestBit + binaryExponent) * 0.3010299956639812 - 0.69
    var point = Int(estimate.rounded(.up))
    if case .fraction(let count) = limit { point = max(point, 1 - count) }
    if point > 0 {
      scale.scale(byPowerOfTen: point)
    } else {
      value.scale(byPowerOfTen: -point)
      marginBelow.scale(byPowerOfTen: -point)
      marginAbove.scale(byPowerOfTen: -point)
    }
    if value >= scale {
      point += 1
    } else {
      value *= 10
      marginBelow *= 10
      marginAbove *= 10
    }

    let (fewest, most) = Self.counts(limit, point: point)
    // A half-way point itself rounds back to an even significand.
    let isEven = significand % 2 == 0
    var digits: [UInt8] = []
    while true {
      let digit = value.takeQuotient(by: scale)
      digits.append(digit)
      let high = value + marginAbove
      let nearBelow = isEven ? value <= marginBelow : value < marginBelow
      let nearAbove = isEven ? high >= scale : high > scale
      if digits.count == most || (nearBelow || nearAbove) && digits.count >= fewest {
        var roundsUp = nearAbove
        if nearBelow == nearAbove {
          value *= 2
          roundsUp = value > scale || value == scale && digit % 2 == 1
        }
        self.digits = digits
        self.exponent = point - 1
        if roundsUp { roundUp() }
        return
      }
      value *= 10
      marginBelow *= 10
      marginAbove *= 10
    }
  }

  /// The least and the greatest number of digits for the number 0.d₀d₁… × 10^point.
  private static func counts(_ limit: Limit, point: Int) -> (fewest: Int, most: Int) {
    switch limit {
    case .none: (1, Int.max)
    case .fraction(let count): (1, point + count)
    case .significant(let atLeast, let atMost): (max(atLeast, 1), atMost)
    }
  }

  /// Adds one to the last digit; nines before it carry and, being zeros then, are dropped.
  private mutating func roundUp() {
    while digits.last == 9 { digits.removeLast() }
    if digits.isEmpty {
      digits = [1]
      exponent += 1
    } else {
      digits[digits.count - 1] += 1
    }
  }

  /// The digits before and behind the decimal point without trailing zeros, the former at least
  /// one, the latter possibly none.
  var positional: (whole: String, fraction: String) {
    let digit = { (place: Int) -> Character in
      let index = exponent - place
      return digits.indices.contains(index) ? Self.character(digits[index]) : "0"
    }
    let whole = String(stride(from: max(exponent, 0), through: 0, by: -1).map(digit))
    let lastPlace = exponent - digits.count + 1
    let places = stride(from: -1, through: lastPlace, by: -1)
    return (whole, Self.trimmed(places.map(digit)))
  }

  /// The first digit, those behind it without trailing zeros, and the exponent as sign and at
  /// least two digits.
  var scientific: (whole: String, fraction: String, exponent: String) {
    let size = String(abs(exponent))
    let padded = (exponent < 0 ? "-" : "+") + (size.count < 2 ? "0" + size : size)
    return (
      String(Self.character(digits[0])), Self.trimmed(digits.dropFirst().map(Self.character)),
      padded
    )
  }

  private static func character(_ digit: UInt8) -> Character {
    Character(UnicodeScalar(UInt8(ascii: "0") + digit))
  }

  private static func trimmed(_ fraction: [Character]) -> String {
    var fraction = fraction
    while fraction.last == "0" { fraction.removeLast() }
    return String(fraction)
  }
}
