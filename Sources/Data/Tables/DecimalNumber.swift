/// Decimal numbers in text, such as `-12.5` and `1e-3`, read without a `String` for each.
enum DecimalNumber {
  /// The number at the beginning of a text, and where it ends; `nil` where none begins.
  ///
  /// It has the bits of `Float(Double(text))`. The digits make a whole number, which is multiplied by a
  /// power of ten: in `Double` that is off by a few units of its last place, which matters to a `Float`
  /// only next to the middle between two of them. What is next to one is read anew, exactly.
  ///
  /// - Parameter text: is followed by a byte that belongs to no number, such as the end of the line.
  @inline(__always)
  static func parse(_ text: UnsafePointer<UInt8>) -> (value: Double, count: Int)? {
    var position = 0
    let isNegative = text[0] == UInt8(ascii: "-")
    if isNegative || text[0] == UInt8(ascii: "+") { position = 1 }
    var digits: UInt64 = 0
    let start = position
    while true {
      let digit = text[position] &- 48
      if digit > 9 { break }
      digits = digits &* 10 &+ UInt64(digit)
      position &+= 1
    }
    var count = position &- start
    var exponent = 0
    if text[position] == UInt8(ascii: ".") {
      position &+= 1
      let fraction = position
      while true {
        let digit = text[position] &- 48
        if digit > 9 { break }
        digits = digits &* 10 &+ UInt64(digit)
        position &+= 1
      }
      exponent = fraction &- position
      count &-= exponent
    }
    if count == 0 { return nil }
    if text[position] | 0x20 == UInt8(ascii: "e") {
      guard let (power, end) = parsePower(text, position &+ 1) else { return nil }
      exponent &+= power
      position = end
    }
    // More digits than 19 may not fit; leading zeros, which would, are rare.
    if count > 19 { return exactly(text, position) }
    if digits == 0 { return (isNegative ? -0.0 : 0, position) }
    var value = Double(digits)
    if exponent < 0 {
      if exponent < -22 { return exactly(text, position) }
      value /= powerOfTen(-exponent)
    } else if exponent > 0 {
      if exponent > 22 { return exactly(text, position) }
      value *= powerOfTen(exponent)
    }
    if digits >= 1 << 53 {
      let rest = value.bitPattern & 0x1fff_ffff
      if rest &- 0x0fff_fff0 <= 0x20 || value < 1e-30 || value > 1e37 {
        return exactly(text, position)
      }
    }
    return (isNegative ? -value : value, position)
  }

  /// The number that a whole text is; `nil` for any other text.
  static func whole(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count + 1) { copy in
      for index in 0..<text.count { copy[index] = text[index] }
      copy[text.count] = 0
      guard let (value, count) = parse(copy.baseAddress!), count == text.count else { return nil }
      return value
    }
  }

  private static func parsePower(
    _ text: UnsafePointer<UInt8>, _ start: Int
  ) -> (power: Int, end: Int)? {
    var position = start
    let isNegative = text[position] == UInt8(ascii: "-")
    if isNegative || text[position] == UInt8(ascii: "+") { position += 1 }
    let first = position
    var power = 0
    while text[position] &- 48 <= 9 {
      // Beyond what any number has; more digits change nothing.
      power = min(power * 10 + Int(text[position] - 48), 100_000)
      position += 1
    }
    return position == first ? nil : (isNegative ? -power : power, position)
  }

  private static func exactly(
    _ text: UnsafePointer<UInt8>, _ count: Int
  ) -> (value: Double, count: Int)? {
    let digits = UnsafeBufferPointer(start: text, count: count)
    return Double(String(decoding: digits, as: UTF8.self)).map { ($0, count) }
  }

  /// 10 to the power of 0 to 22: those that a `Double` holds exactly.
  @inline(__always)
  private static func powerOfTen(_ exponent: Int) -> Double {
    powersOfTen.withUnsafeBufferPointer { $0[exponent] }
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
