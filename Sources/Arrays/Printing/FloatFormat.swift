/// How NumPy writes the floating-point numbers of one array: all with the decimal point in the same
/// column, in positional notation, or all with an exponent where the numbers are very large, very
/// small or far apart.
struct FloatFormat {
  /// At most this many digits behind the decimal point.
  private static let precision = 8

  /// The texts of `numbers`, all of the same length except that an infinity or NaN never shortens.
  static func strings<Number: PrintableFloat>(_ numbers: [Number]) -> [String] {
    let finite = numbers.filter(\.value.isFinite)
    let parts = needsExponent(finite) ? withExponent(finite) : positional(finite)
    var left = parts.map(\.left.count).max() ?? 0
    let right = parts.map(\.right.count).max() ?? 0
    if numbers.contains(where: { !$0.value.isFinite }) {
      // The text of a non-finite number covers all columns, that of the point (or of a digit
      // where there are no finite numbers) included.
      let longest = numbers.contains { $0.value == -.infinity } ? 4 : 3
      left = max(left, longest - right - 1)
    }
    var next = parts.makeIterator()
    return numbers.map { number in
      guard number.value.isFinite, let part = next.next() else {
        return padded(nonFinite(number), to: left + right + 1)
      }
      let tail = String(repeating: " ", count: right - part.right.count)
      return padded(part.left, to: left) + "." + part.right + tail
    }
  }

  /// NumPy's rule: an exponent if the largest number reaches 10^8, or 10^p where the type holds only
  /// p decimal digits, or the smallest except 0 is below 10^-4, or their ratio exceeds 1000. Both
  /// are numbers of the type.
  private static func needsExponent<Number: PrintableFloat>(_ finite: [Number]) -> Bool {
    let sizes = finite.map(\.value.magnitude).filter { $0 != 0 }
    guard let largest = sizes.max(), let smallest = sizes.min() else { return false }
    return largest >= Number.exponentThreshold || smallest < Number.rounded(1e-4)
      || Number.rounded(largest / smallest) > 1000
  }

  private typealias Parts = (left: String, right: String)

  private static func positional<Number: PrintableFloat>(_ finite: [Number]) -> [Parts] {
    finite.map { number in
      let (whole, fraction) = number.digits(.fraction(precision)).positional
      return (sign(number) + whole, fraction)
    }
  }

  /// All with as many digits as the one that needs most; what was cut off before is exact then.
  private static func withExponent<Number: PrintableFloat>(_ finite: [Number]) -> [Parts] {
    let shortest = finite.map {
      $0.digits(.significant(atLeast: 1, atMost: precision + 1)).scientific
    }
    let fractionLength = shortest.map(\.fraction.count).max() ?? 0
    let exponentLength = shortest.map(\.exponent.count).max() ?? 0
    return zip(finite, shortest).map { number, short in
      var parts = short
      if short.fraction.count < fractionLength {
        let count = fractionLength + 1
        parts = number.digits(.significant(atLeast: count, atMost: count)).scientific
      }
      let zeros = String(repeating: "0", count: fractionLength - parts.fraction.count)
      let padding = String(repeating: "0", count: exponentLength - parts.exponent.count)
      let exponent = parts.exponent.prefix(1) + padding + parts.exponent.dropFirst()
      return (sign(number) + parts.whole, parts.fraction + zeros + "e" + exponent)
    }
  }

  private static func sign<Number: PrintableFloat>(_ number: Number) -> String {
    number.value.sign == .minus ? "-" : ""
  }

  private static func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  static func nonFinite<Number: PrintableFloat>(_ number: Number) -> String {
    number.value.isNaN ? "nan" : number.value < 0 ? "-inf" : "inf"
  }

  /// A number by itself, with as many digits as identify it: "0.1", "1.0", "1e-05".
  static func scalar<Number: PrintableFloat>(_ number: Number) -> String {
    guard number.value.isFinite else { return nonFinite(number) }
    let digits = number.digits(.none)
    let size = number.value.magnitude
    if size == 0 || (1e-4 <= size && size < Number.scalarExponentThreshold) {
      let (whole, fraction) = digits.positional
      return sign(number) + whole + "." + (fraction.isEmpty ? "0" : fraction)
    }
    let (whole, fraction, exponent) = digits.scientific
    return sign(number) + whole + (fraction.isEmpty ? "" : "." + fraction) + "e" + exponent
  }
}

/// A number of a floating-point type that arrays hold and print.
protocol PrintableFloat {
  /// The number itself.
  var value: Double { get }
  /// The number of this type that is nearest to `x`.
  static func rounded(_ x: Double) -> Double
  /// From here on the numbers of an array get an exponent.
  static var exponentThreshold: Double { get }
  /// From here on a number by itself gets an exponent.
  static var scalarExponentThreshold: Double { get }
  func digits(_ limit: DecimalDigits.Limit) -> DecimalDigits
}

extension Double: PrintableFloat {
  var value: Double { self }
  static func rounded(_ x: Double) -> Double { x }
  static var exponentThreshold: Double { 1e8 }
  static var scalarExponentThreshold: Double { 1e16 }
  func digits(_ limit: DecimalDigits.Limit) -> DecimalDigits { DecimalDigits(self, limit: limit) }
}

extension Float: PrintableFloat {
  var value: Double { Double(self) }
  static func rounded(_ x: Double) -> Double { Double(Float(x)) }
  static var exponentThreshold: Double { 1e6 }
  static var scalarExponentThreshold: Double { 1e6 }
  func digits(_ limit: DecimalDigits.Limit) -> DecimalDigits { DecimalDigits(self, limit: limit) }
}

extension Float16Bits: PrintableFloat {
  static var exponentThreshold: Double { 1e3 }
  static var scalarExponentThreshold: Double { 1e3 }
  func digits(_ limit: DecimalDigits.Limit) -> DecimalDigits { DecimalDigits(self, limit: limit) }
}

extension BFloat16Bits: PrintableFloat {
  static var exponentThreshold: Double { 1e2 }
  static var scalarExponentThreshold: Double { 1e2 }
  func digits(_ limit: DecimalDigits.Limit) -> DecimalDigits { DecimalDigits(self, limit: limit) }
}
