import Backprop
import BackpropFiles

/// The table of a weight file's arrays.
struct InspectionText {
  private static let binCount = 16
  private static let bars = Array(" ▁▂▃▄▅▆▇█")
  /// A name that is longer moves the columns of its own row.
  private static let longestName = 60

  private let nameWidth: Int
  private let shapeWidth: Int
  private let typeWidth: Int

  init(_ state: StateDictionary) {
    self.init(
      names: state.names, shapes: state.entries.map(\.shape),
      types: state.entries.map { $0.stored.scalarType.name })
  }

  init(_ file: GGUF) {
    self.init(
      names: file.tensors.map(\.name), shapes: file.tensors.map { Shape($0.shape) },
      types: file.tensors.map(\.type.description))
  }

  private init(names: [String], shapes: [Shape], types: [String]) {
    func width(_ title: String, _ texts: [String]) -> Int {
      texts.reduce(title.count) { max($0, TextColumns.count($1)) }
    }
    nameWidth = min(Self.longestName, width("name", names.map(Self.shown)))
    shapeWidth = width("shape", shapes.map { "\($0)" })
    typeWidth = width("type", types)
  }

  /// What a GGUF file is, and its metadata.
  static func heading(_ path: String, _ file: GGUF) -> String {
    let count = file.tensors.reduce(0) { $0 + $1.count }
    let byteCount = file.tensors.reduce(0) { $0 + $1.byteCount }
    return heading(
      "\(path): gguf, \(file.tensors.count) arrays of \(count) numbers in \(byteCount) bytes\n",
      file.metadata.map { ($0.key, $0.value.description) })
  }

  /// What the file is, and the texts in it.
  static func heading(_ file: String, _ state: StateDictionary) -> String {
    let count = state.entries.reduce(0) { $0 + $1.stored.count }
    let byteCount = state.entries.reduce(0) {
      $0 + $1.stored.count * $1.stored.scalarType.byteWidth
    }
    return heading(
      "\(file): \(state.format?.rawValue ?? "arrays"), \(state.entries.count) arrays of \(count) "
        + "numbers in \(byteCount) bytes\n",
      state.metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  private static func heading(_ line: String, _ texts: [(key: String, value: String)]) -> String {
    var text = line
    for (key, value) in texts {
      let value = shown(value)
      text += "  \(shown(key)): \(value.prefix(100))\(value.count > 100 ? "…" : "")\n"
    }
    return text
  }

  /// What stands over the columns.
  var titles: String {
    row("name", "shape", "type", ["min", "max", "mean"], "NaN", "histogram")
  }

  /// What there is to say of an array.
  func row(_ entry: StateDictionary.Entry) -> String {
    row(entry.name, entry.shape, entry.stored.scalarType.name, entry.stored)
  }

  /// The same; `nil` for an array whose numbers are not read.
  func row(_ name: String, _ shape: Shape, _ type: String, _ array: StoredArray?) -> String {
    guard let array else {
      return row(Self.shown(name), "\(shape)", type, ["-", "-", "-"], "-", "not read")
    }
    let statistics = ArrayStatistics(array)
    func text(_ number: ArrayStatistics.Number?) -> String {
      switch number {
      case .whole(let value): "\(value)"
      case .fraction(let value): formatted("%.5g", value)
      case nil: "-"
      }
    }
    var notes = "\(statistics.nanCount)"
    if statistics.infiniteCount > 0 { notes += " and \(statistics.infiniteCount) infinite" }
    return row(
      Self.shown(name), "\(shape)", type,
      [
        text(statistics.minimum), text(statistics.maximum),
        text(statistics.mean.map { .fraction($0) }),
      ], notes,
      statistics.finiteRange.map { Self.histogram(array, over: $0) } ?? "")
  }

  private func row(
    _ name: String, _ shape: String, _ type: String, _ numbers: [String], _ nan: String,
    _ histogram: String
  ) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - TextColumns.count(text)))
    }
    let columns =
      [padded(name, nameWidth), padded(shape, shapeWidth), padded(type, typeWidth)]
      + numbers.map { String(repeating: " ", count: max(0, 11 - $0.count)) + $0 }
      + [padded(nan, 5), histogram]
    return columns.joined(separator: "  ")
  }

  /// Bars of how many numbers lie in each part of the range: none where there are none.
  private static func histogram(_ array: StoredArray, over range: ClosedRange<Double>) -> String {
    let counts = array.histogram(binCount, over: range)
    let most = max(1, counts.max() ?? 1)
    return String(counts.map { bars[$0 == 0 ? 0 : 1 + $0 * 7 / most] })
  }

  /// A text of a file on one line of a terminal, its control characters escaped.
  private static func shown(_ text: String) -> String {
    text.unicodeScalars.contains { $0.properties.generalCategory == .control }
      ? String(
        jsonQuoted(text).unicodeScalars.map { scalar in
          scalar.properties.generalCategory == .control ? "\u{fffd}" : Character(scalar)
        }) : text
  }
}
