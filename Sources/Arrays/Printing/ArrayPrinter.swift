/// Writes arrays as NumPy 2 does (2.3 and later, with its default print options), so that what a
/// program prints can be compared with a notebook character by character.
///
/// ```swift
/// ArrayPrinter.str(.float64([1, 2.5, -3, 4]), shape: [2, 2])
/// // [[ 1.   2.5]
/// //  [-3.   4. ]]
/// ArrayPrinter.repr(.float32([1, 2.5]), shape: [2])
/// // array([1. , 2.5], dtype=float32)
/// ```
///
/// Floating-point numbers get the fewest digits that identify them, at most 8 behind the point, and
/// share one notation and one width. `bfloat16`, which NumPy does not have, is written as it would
/// write a type of such precision. Lines hold 75 characters. Of arrays of more than 1000 elements
/// only three at each end of an axis are shown.
package enum ArrayPrinter {
  /// The elements of an array in row-major order.
  package enum Values {
    case float64([Double])
    case float32([Float])
    case float16([Float16Bits])
    case bfloat16([BFloat16Bits])
    case int64([Int64])
    case uint64([UInt64])
    case int32([Int32])
    case uint32([UInt32])
    case int16([Int16])
    case uint16([UInt16])
    case int8([Int8])
    case uint8([UInt8])
    case bool([Bool])
  }

  private static let lineWidth = 75
  private static let threshold = 1000
  private static let edgeItems = 3

  /// The text of NumPy's `str(array)`; for shape [] that of the number itself.
  package static func str(_ values: Values, shape: [Int]) -> String {
    check(values, shape)
    if shape.isEmpty { return values.scalar }
    return body(values, shape, separator: " ", indent: " ", width: lineWidth)
  }

  /// The text of NumPy's `repr(array)`: `array(…)` with commas, and with the type where the
  /// elements do not show it.
  package static func repr(_ values: Values, shape: [Int]) -> String {
    check(values, shape)
    let prefix = "array("
    let indent = String(repeating: " ", count: prefix.count)
    let text =
      prefix
      + body(values, shape, separator: ", ", indent: indent + " ", width: lineWidth - 1)
    var extras: [String] = []
    if values.count == 0 ? shape != [0] : values.count > threshold {
      let sizes = shape.map(String.init).joined(separator: ", ")
      extras.append("shape=(\(sizes)\(shape.count == 1 ? "," : ""))")
    }
    if values.count == 0 || !values.showsType { extras.append("dtype=\(values.typeName)") }
    if extras.isEmpty { return text + ")" }

    let tail = extras.joined(separator: ", ") + ")"
    let lastLine = text.split(separator: "\n").last?.count ?? 0
    let fits = lastLine + 1 + 1 + tail.count <= lineWidth
    return text + "," + (fits ? " " : "\n" + indent) + tail
  }

  private static func check(_ values: Values, _ shape: [Int]) {
    guard values.count == shape.reduce(1, *) else {
      fatalError("ArrayPrinter: \(values.count) values do not fill the shape \(shape)")
    }
  }

  private static func body(
    _ values: Values, _ shape: [Int], separator: String, indent: String, width: Int
  ) -> String {
    if values.count == 0 { return "[]" }
    let isSummarized = values.count > threshold
    var indices: [Int] = []
    collectShown(shape[...], offset: 0, isSummarized: isSummarized, into: &indices)
    let words = values.strings(at: indices, isScalar: shape.isEmpty)
    var layout = Layout(words: words, separator: separator, isSummarized: isSummarized)
    return layout.text(shape[...], indent: indent, width: width)
  }

  /// The places of the elements to show, in the order in which to show them.
  private static func collectShown(
    _ shape: ArraySlice<Int>, offset: Int, isSummarized: Bool, into indices: inout [Int]
  ) {
    guard let size = shape.first else {
      indices.append(offset)
      return
    }
    let inner = shape.dropFirst()
    let step = inner.reduce(1, *)
    for i in 0..<size
    where !isSummarized || i < edgeItems || i >= size - edgeItems {
      collectShown(
        inner, offset: offset + i * step, isSummarized: isSummarized, into: &indices)
    }
  }

  /// Sets the words of the shown elements into lines and brackets.
  private struct Layout {
    var words: [String]
    var separator: String
    var isSummarized: Bool
    var next = 0

    /// The separator at the end of a line.
    private var trimmedSeparator: String { separator == " " ? "" : "," }

    init(words: [String], separator: String, isSummarized: Bool) {
      self.words = words
      self.separator = separator
      self.isSummarized = isSummarized
    }

    /// `indent` is what stands before each line but the first, the bracket's column included.
    mutating func text(_ shape: ArraySlice<Int>, indent: String, width: Int) -> String {
      guard let size = shape.first else { return takeWord() }
      let hasGap = isSummarized && size > 2 * edgeItems
      let shown = hasGap ? 2 * edgeItems : size
      if shape.count == 1 {
        return "[" + row(shown, hasGap: hasGap, indent: indent, width: width - 1) + "]"
      }
      let lineBreak =
        trimmedSeparator + String(repeating: "\n", count: shape.count - 1) + indent
      var parts: [String] = []
      for i in 0..<shown {
        if hasGap && i == edgeItems { parts.append("...") }
        parts.append(text(shape.dropFirst(), indent: indent + " ", width: width - 1))
      }
      return "[" + parts.joined(separator: lineBreak) + "]"
    }

    /// The last axis: words in lines of at most `width` characters.
    private mutating func row(
      _ shown: Int, hasGap: Bool, indent: String, width: Int
    ) -> String {
      var lines: [String] = []
      var line = indent
      for i in 0..<shown {
        if hasGap && i == edgeItems {
          append("...", to: &line, &lines, indent: indent, width: width)
          line += separator
        }
        append(takeWord(), to: &line, &lines, indent: indent, width: width)
        if i < shown - 1 { line += separator }
      }
      lines.append(line)
      return String(lines.joined(separator: "\n").dropFirst(indent.count))
    }

    private func append(
      _ word: String, to line: inout String, _ lines: inout [String], indent: String, width: Int
    ) {
      // A new line for a word that would not fit there either gains nothing.
      if line.utf8.count + word.utf8.count > width && line.utf8.count > indent.utf8.count {
        while line.last == " " { line.removeLast() }
        lines.append(line)
        line = indent
      }
      line += word
    }

    private mutating func takeWord() -> String {
      next += 1
      return words[next - 1]
    }
  }

  /// A number as NumPy writes it by itself, `str(np.float64(x))`: the fewest digits that identify
  /// it, an exponent below 10^-4 and from 10^16 on.
  package static func numpyString(_ x: Double) -> String { FloatFormat.scalar(x) }

  /// A number as NumPy writes it by itself, `str(np.float32(x))`: the fewest digits that identify
  /// it among the numbers of its type, an exponent below 10^-4 and from 10^6 on.
  package static func numpyString(_ x: Float) -> String { FloatFormat.scalar(x) }
}

extension ArrayPrinter.Values {
  fileprivate var count: Int {
    switch self {
    case .float64(let values): values.count
    case .float32(let values): values.count
    case .float16(let values): values.count
    case .bfloat16(let values): values.count
    case .int64(let values): values.count
    case .uint64(let values): values.count
    case .int32(let values): values.count
    case .uint32(let values): values.count
    case .int16(let values): values.count
    case .uint16(let values): values.count
    case .int8(let values): values.count
    case .uint8(let values): values.count
    case .bool(let values): values.count
    }
  }

  fileprivate var typeName: String {
    switch self {
    case .float64: "float64"
    case .float32: "float32"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .int64: "int64"
    case .uint64: "uint64"
    case .int32: "int32"
    case .uint32: "uint32"
    case .int16: "int16"
    case .uint16: "uint16"
    case .int8: "int8"
    case .uint8: "uint8"
    case .bool: "bool"
    }
  }

  /// Whether NumPy would make an array of this type from the printed elements.
  fileprivate var showsType: Bool {
    switch self {
    case .float64, .int64, .bool: true
    case .float32, .float16, .bfloat16, .uint64, .int32, .uint32, .int16, .uint16, .int8, .uint8:
      false
    }
  }

  /// The only value as `str` of a NumPy scalar writes it.
  fileprivate var scalar: String {
    switch self {
    case .float64(let values): FloatFormat.scalar(values[0])
    case .float32(let values): FloatFormat.scalar(values[0])
    case .float16(let values): FloatFormat.scalar(values[0])
    case .bfloat16(let values): FloatFormat.scalar(values[0])
    case .int64, .uint64, .int32, .uint32, .int16, .uint16, .int8, .uint8, .bool:
      strings(at: [0], isScalar: true)[0]
    }
  }

  /// The elements at `indices`, all of the same width.
  fileprivate func strings(at indices: [Int], isScalar: Bool) -> [String] {
    switch self {
    case .float64(let values): FloatFormat.strings(indices.map { values[$0] })
    case .float32(let values): FloatFormat.strings(indices.map { values[$0] })
    case .float16(let values): FloatFormat.strings(indices.map { values[$0] })
    case .bfloat16(let values): FloatFormat.strings(indices.map { values[$0] })
    case .int64(let values): Self.aligned(indices.map { String(values[$0]) })
    case .uint64(let values): Self.aligned(indices.map { String(values[$0]) })
    case .int32(let values): Self.aligned(indices.map { String(values[$0]) })
    case .uint32(let values): Self.aligned(indices.map { String(values[$0]) })
    case .int16(let values): Self.aligned(indices.map { String(values[$0]) })
    case .uint16(let values): Self.aligned(indices.map { String(values[$0]) })
    case .int8(let values): Self.aligned(indices.map { String(values[$0]) })
    case .uint8(let values): Self.aligned(indices.map { String(values[$0]) })
    case .bool(let values):
      indices.map { values[$0] ? (isScalar ? "True" : " True") : "False" }
    }
  }

  private static func aligned(_ words: [String]) -> [String] {
    let width = words.map(\.utf8.count).max() ?? 0
    return words.map { String(repeating: " ", count: width - $0.utf8.count) + $0 }
  }
}
