import BackpropArrays
import BackpropAutodiff

/// Numbers and arrays as a drawing of a graph writes them: short, and without Foundation, which
/// would make every program that imports this module slower to start.
enum ValueText {
  /// The numbers if they are known, else the shape, else a sign that something is there.
  static func text(_ value: Tensor?) -> String {
    guard let value else { return "…" }
    return value.isShapeOnly ? value.shape.description : text(value.array)
  }

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
    let decimals = DecimalDigits(x, limit: .significant(atLeast: 1, atMost: digits))
    let exponent = decimals.exponent
    var text = decimals.digits.map(String.init).joined()
    while text.count > 1 && text.last == "0" { text.removeLast() }
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

  /// `10⁻³`.
  private static func power(_ exponent: Int) -> String {
    let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let digits = String(abs(exponent)).utf8.map { superscripts[Int($0 - UInt8(ascii: "0"))] }
    return "10" + (exponent < 0 ? "⁻" : "") + String(digits)
  }
}
