import BackpropFiles

/// Numbers as a figure writes them: with a true minus sign, a point whatever the locale, and
/// superscript exponents.
enum NumberText {
  /// With exactly `decimals` digits after the point.
  static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return short(value) }
    let scaled = (abs(value) * pow(10, Double(decimals))).rounded()
    guard scaled < 9e15 else { return scientific(value) }
    var digits = String(Int(scaled))
    if decimals > 0 {
      if digits.count <= decimals {
        digits = String(repeating: "0", count: decimals - digits.count + 1) + digits
      }
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals))
    }
    return (value < 0 && scaled != 0 ? "−" : "") + digits
  }

  /// As a short text: up to four significant digits, without trailing zeros, with a power of ten
  /// when the number is very large or small.
  static func short(_ value: Double, digits: Int = 4) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "−∞" : "∞" }
    if value == 0 { return "0" }
    let exponent = Int(floor(log10(abs(value)) + 1e-12))
    if exponent < -4 || exponent >= 6 { return scientific(value, digits: digits) }
    return trimmed(fixed(value, decimals: max(0, digits - 1 - exponent)))
  }

  /// `2.5×10⁻⁷`, or `10⁶` where the factor is 1.
  static func scientific(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite else { return short(value) }
    if value == 0 { return "0" }
    var exponent = Int(floor(log10(abs(value)) + 1e-12))
    var mantissa = abs(value) / pow(10, Double(exponent))
    if !mantissa.isFinite { mantissa = abs(value) * 1e300 / pow(10, Double(exponent + 300)) }
    let unit = pow(10, Double(digits - 1))
    mantissa = (mantissa * unit).rounded() / unit
    if mantissa >= 10 {
      mantissa /= 10
      exponent += 1
    }
    let factor = trimmed(fixed(mantissa, decimals: digits - 1))
    return (value < 0 ? "−" : "") + (factor == "1" ? "" : factor + "×") + power(exponent)
  }

  /// `10⁻³`.
  static func power(_ exponent: Int) -> String {
    let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let digits = String(abs(exponent)).map { superscripts[$0.wholeNumberValue!] }
    return "10" + (exponent < 0 ? "⁻" : "") + String(digits)
  }

  /// Without zeros at the end of the decimals.
  static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// A coordinate in SVG: at most two decimals, none that are zero. What is no number is 0, and none
  /// is larger than renderers can calculate with.
  static func coordinate(_ value: Double) -> String {
    let hundredths = value.isNaN ? 0 : Int((min(max(value, -1e9), 1e9) * 100).rounded())
    let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return sign + String(whole) }
    if rest % 10 == 0 { return "\(sign)\(whole).\(rest / 10)" }
    return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }
}
