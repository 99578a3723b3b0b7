import BackpropFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// JSON as the files of runs and searches have it: the members of an object by name, and the numbers that
/// JSON does not know as `"inf"`, `"-inf"` and `"nan"`.
enum RunJSON {
  /// What writes a value, in one line.
  static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  /// What reads a value.
  static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }

  /// Writes a file of one value, in lines for people.
  ///
  /// - Returns: the text of the value.
  /// - Throws: `FileError`.
  @discardableResult
  static func write(_ value: some Encodable, to path: String) throws -> String {
    let encoder = Self.encoder()
    encoder.outputFormatting.insert(.prettyPrinted)
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
    try AtomicFile.write(Array((text + "\n").utf8), to: path)
    return text
  }

  /// Writes a file of values, a line each.
  ///
  /// - Throws: `FileError`.
  static func writeLines(_ values: [some Encodable], to path: String) throws {
    let encoder = Self.encoder()
    var lines: [UInt8] = []
    for value in values {
      lines += Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }
    try AtomicFile.write(lines, to: path)
  }

  /// The values of a file with a line for each; none if there is no such file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - failure: the error for a line, by its number from 1, that holds no such value.
  /// - Throws: `FileError`; what `failure` gives.
  static func readLines<Value: Decodable>(
    of path: String, failure: (_ line: Int, _ error: any Error) -> any Error
  ) throws -> [Value] {
    guard File.exists(path) else { return [] }
    let decoder = Self.decoder()
    let lines = try File.read(path).split(separator: UInt8(ascii: "\n"))
    return try lines.enumerated().map { index, line in
      do {
        return try decoder.decode(Value.self, from: Data(line))
      } catch {
        throw failure(index + 1, error)
      }
    }
  }
}
