import Arrays

/// Numbers and arrays as a drawing of a graph writes them: short, and without Foundation, which
/// would make every program that imports this module slower to start.
enum ValueText {
  /// A number by its value, a vector of up to four by its elements, anything else by its shape.
  static func text(_ array: NDArray) -> String {
    if array.rank == 0 { return number(array.item) }
    guard array.rank == 1, (1...4).contains(array.count) else { return array.shape.description }
    return "[" + array.doubles.map { number($0, digits: 4) }.joined(separator: " ") + "]"
  }

  /// A number rounded to `digits` significant digits: `1.1`, `−0.25`, `6.02214×10²³`. Whole numbers
  /// below a thousand million keep all of theirs.
  static func number(_ x: Double, digits: Int = 6) -> String {
    if x.isNaN { return "NaN" }
    let sign = x < 0 ? "−" : ""
    if x.isInfinite { return sign + "∞" }
    if abs(x) < 1e9, x == x.rounded(.towardZero) { return sign + String(Int(abs(x))) }
    var (decimals, exponent) = shortestDigits(abs(x))
    round(&decimals, &exponent, to: digits)
    let text = decimals.map(String.init).joined()
    switch exponent {
    case -5..<0:
      return sign + "0." + String(repeating: "0", count: -exponent - 1) + text
    case 0..<9:
      let point = exponent + 1
      if text.count <= point {
        return sign + text + String(repeating: "0", count: point - text.count)
      }
      return sign + text.prefix(point) + "." + text.dropFirst(point)
    default:
      let mantissa = text == "1" ? "" : text.prefix(1) + (text.count > 1 ? "." : "")
      return sign + (text == "1" ? "" : mantissa + text.dropFirst() + "×") + power(exponent)
    }
  }

  /// The fewest digits that identify a positive number, d₀.d₁d₂… × 10^exponent, as Swift prints it.
  private static func shortestDigits(_ x: Double) -> (digits: [UInt8], exponent: Int) {
    var digits: [UInt8] = []
    var (exponent, pointSeen, exponentText) = (-1, false, "")
    var rest = x.description.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "."): pointSeen = true
      case UInt8(ascii: "e"):
        exponentText = String(decoding: rest, as: UTF8.self)
        rest = rest[rest.endIndex...]
      default:
        let digit = byte - UInt8(ascii: "0")
        // Zeros in front only move the point.
        if digits.isEmpty && digit == 0 {
          if pointSeen { exponent -= 1 }
          continue
        }
        digits.append(digit)
        if !pointSeen { exponent += 1 }
      }
    }
    return (digits, exponent + (Int(exponentText) ?? 0))
  }

  /// Rounds to the nearest number of at most `count` digits, and drops zeros at the end.
  private static func round(_ digits: inout [UInt8], _ exponent: inout Int, to count: Int) {
    if digits.count > count {
      let up = digits[count] >= 5
      digits.removeSubrange(count...)
      if up {
        while digits.last == 9 { digits.removeLast() }
        if digits.isEmpty {
          digits = [1]
          exponent += 1
        } else {
          digits[digits.count - 1] += 1
        }
      }
    }
    while digits.count > 1 && digits.last == 0 { digits.removeLast() }
  }

  /// `10⁻³`.
  private static func power(_ exponent: Int) -> String {
    let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let digits = String(abs(exponent)).utf8.map { superscripts[Int($0 - UInt8(ascii: "0"))] }
    return "10" + (exponent < 0 ? "⁻" : "") + String(digits)
  }
}
