import BackpropTestSupport

@testable import BackpropWeightFiles

/// What `make_checkpoint_fixtures.py` says of its files.
struct CheckpointFixture: Decodable {
  let name: String
  let type: String
  let shape: [Int]
  let hex: String

  /// The arrays of the files `name`, in order.
  static func arrays(_ name: String) throws -> [CheckpointFixture] {
    try Fixtures.decode([CheckpointFixture].self, from: "checkpoints/\(name).json")
  }

  static func path(_ file: String) -> String { Fixtures.path("checkpoints/\(file)") }

  /// What differs between the arrays found and those expected; `nil` if nothing does.
  static func difference(
    _ found: [(name: String, array: StoredArray)], _ expected: [CheckpointFixture]
  ) -> String? {
    if found.map(\.name) != expected.map(\.name) {
      return "names \(found.map(\.name)), expected \(expected.map(\.name))"
    }
    for ((name, array), expected) in zip(found, expected) {
      if array.scalarType.name != expected.type || array.shape != expected.shape {
        return "\(name) is \(array.scalarType) \(array.shape)"
      }
      let hex = hexadecimal(array.bytes)
      if hex != expected.hex { return "\(name) is \(hex)" }
    }
    return nil
  }
}

/// Two digits for each byte, as Python's `hex` writes them.
func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(
    decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
