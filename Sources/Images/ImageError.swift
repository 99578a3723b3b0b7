/// A picture that cannot be decoded: what is wrong, where, and what to do.
public struct ImageError: Error, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Equatable, Sendable {
    /// The bytes are no picture of a known format.
    case notAnImage(firstBytes: [UInt8])
    /// The data end too early.
    case truncated(part: String, expected: Int, found: Int)
    /// A part of the file does not have the checksum that is written beside it.
    case badChecksum(part: String, expected: UInt32, found: UInt32)
    /// The picture uses something that is not read here.
    case unsupported(String)
    /// The data break the rules of their format.
    case invalid(String)
    /// The library that decodes this format is not there; the text is the loader's.
    case noDecoder(format: String, library: String, String)
    /// The picture has more pixels than are accepted.
    case tooLarge(width: Int, height: Int, limit: Int)
  }

  /// What is wrong.
  public let reason: Reason
  /// The file that the data came from, if they came from one.
  public let file: String?

  /// Makes an error.
  public init(_ reason: Reason, file: String? = nil) {
    self.reason = reason
    self.file = file
  }

  public var description: String {
    let start = "cannot read the picture" + (file.map { " '\($0)'" } ?? "") + ": "
    switch reason {
    case .notAnImage(let bytes):
      let found =
        bytes.isEmpty ? "it is empty" : "it begins with the bytes " + hexadecimal(bytes)
      return start
        + "\(found), and PNG (89 50 4e 47), JPEG (ff d8 ff), PGM or PPM (P2, P3, P5, P6) was "
        + "expected. Convert it to PNG first."
    case .truncated(let part, let expected, let found):
      return start + "\(part) is cut short: expected \(expected) bytes, found \(found). "
        + "Copy or export the picture again."
    case .badChecksum(let part, let expected, let found):
      return start + "\(part) is damaged: its checksum should be "
        + "\(hexadecimal(expected)) and is \(hexadecimal(found)). Copy or export the picture again."
    case .unsupported(let what):
      return start + "\(what) is not supported. Save it as an ordinary 8-bit PNG."
    case .invalid(let what):
      return start + "\(what)."
    case .noDecoder(let format, let library, let text):
      return start
        + "it is \(format), which \(library) decodes, and that cannot be loaded (\(text)). "
        + "Install it, or save the picture as PNG."
    case .tooLarge(let width, let height, let limit):
      return start + "it has \(width) x \(height) pixels, and at most \(limit) in all are "
        + "accepted. Make it smaller first."
    }
  }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}

private func hexadecimal(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}
