import BackpropArrays
import BackpropTestSupport
import Foundation

/// What PyTorch says of the cases of ``OperationTable``, in float64
/// (Tests/Fixtures/make_operation_fixtures.py).
struct OperationReferences: Decodable {
  struct Case: Decodable {
    /// The hash of the case's line in operation_cases.json.
    let line: UInt32
    /// The hash of the numbers that went in.
    let inputs: String
    let shape: Shape
    /// Base64 of numbers of 64 bits, and of 32.
    let value: String
    let scale: String?
    let gradients: [String]?
    let gradientScales: [Double]?
    /// The hash of value, scale and gradients as they are written.
    let checksum: UInt32

    /// Whether the numbers are those that were written.
    var isIntact: Bool {
      fnv1a(([value, scale ?? ""] + (gradients ?? [])).joined()) == checksum
    }
  }

  let cases: [String: Case]

  static let casesFile = "operation_cases.json"

  static func load() throws -> OperationReferences {
    try Fixtures.decode(from: "operations.json")
  }

  /// The cases of the table as the script reads them, one a line.
  static var casesText: String {
    let lines = OperationTable.rows.flatMap { row in row.cases.map { line(row, $0) } }
    return "[\n" + lines.joined(separator: ",\n") + "\n]\n"
  }

  /// One case as the script reads it.
  static func line(_ row: OperationRow, _ example: OperationCase) -> String {
    func quoted(_ text: String) -> String {
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    var isSum = false
    if case .sums = row.accuracy { isSum = true }
    return "{\"name\": \(quoted(name(row, example))), \"python\": \(quoted(example.python)), "
      + "\"inputs\": [\(example.inputs.map { quoted($0.text) }.joined(separator: ", "))], "
      + "\"differentiable\": \(row.isDifferentiable), \"sums\": \(isSum)}"
  }

  static func name(_ row: OperationRow, _ example: OperationCase) -> String {
    "\(row.name): \(example.label)"
  }

  /// The numbers of `text`.
  static func doubles(_ text: String) -> [Double] {
    words(text).map(Double.init(bitPattern:))
  }
  static func floats(_ text: String) -> [Double] {
    words(text).map { Double(Float(bitPattern: $0)) }
  }

  private static func words<Word: FixedWidthInteger>(_ text: String) -> [Word] {
    guard let data = Data(base64Encoded: text) else { return [] }
    return data.withUnsafeBytes { bytes in
      (0..<(bytes.count / MemoryLayout<Word>.size)).map {
        Word(
          littleEndian: bytes.loadUnaligned(
            fromByteOffset: $0 * MemoryLayout<Word>.size, as: Word.self))
      }
    }
  }

  /// A hash of numbers, by which both sides know that they computed with the same.
  static func hash(_ arrays: [NDArray]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for array in arrays {
      for number in array.doubles { hash = (hash ^ number.bitPattern) &* 0x100_0000_01b3 }
    }
    return String(hash, radix: 16)
  }
}
