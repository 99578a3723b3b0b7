import BackpropFiles

/// A gzip file that cannot be unpacked: which one, and why.
public struct GzipError: Error, Equatable, CustomStringConvertible {
  /// What is wrong with the file.
  public enum Reason: Equatable, Sendable {
    /// The file ends before its content does.
    case truncated
    /// The content does not have the checksum or the length that the file gives for it.
    case badChecksum
    /// The file breaks the format.
    case corrupt(String)
    /// The content is larger than is accepted.
    case tooLarge(limit: Int)
  }

  /// What is wrong with the file.
  public let reason: Reason
  /// The file as it was named.
  public let file: String

  /// Makes an error.
  public init(_ reason: Reason, file: String) {
    self.reason = reason
    self.file = file
  }

  public var description: String {
    let start = "cannot unpack '\(file)': "
    let remedy = " Remove it and fetch it again."
    switch reason {
    case .truncated:
      return start + "it ends too early, as after a download that broke off." + remedy
    case .badChecksum:
      return start + "its content does not have the checksum (CRC-32) and length that it gives."
        + remedy
    case .corrupt(let text):
      return start + "it is damaged (\(text))." + remedy
    case .tooLarge(let limit):
      return start + "its content has more than the \(limit) bytes that are accepted here."
    }
  }
}

/// Unpacks gzip (RFC 1952).
public enum Gzip {
  /// The largest content that is accepted if nothing else is said: 4 GiB.
  public static let defaultLimit = 1 << 32

  /// Whether the bytes begin as a gzip file does: 1f 8b.
  public static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

  /// The content of a gzip file: of all its members, one after the other.
  ///
  /// Zeros after the last member, as tapes leave them, are passed over.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - file: the name that errors give.
  ///   - limit: a larger content is refused.
  /// - Throws: `GzipError`.
  public static func inflate(
    _ bytes: [UInt8], file: String, limit: Int = defaultLimit
  ) throws(GzipError) -> [UInt8] {
    var content: [UInt8] = []
    var position = 0
    while position < bytes.count {
      if position > 0 && bytes[position] == 0 {
        if bytes[position...].allSatisfy({ $0 == 0 }) { break }
      }
      do {
        let (output, consumed) = try Zlib.inflate(
          bytes, from: position, wrapper: .gzip,
          expectedCount: expectedCount(bytes, limit: limit), limit: limit - content.count)
        position += consumed
        if content.isEmpty { content = output } else { content += output }
      } catch {
        switch error {
        case .truncated: throw GzipError(.truncated, file: file)
        case .tooLarge: throw GzipError(.tooLarge(limit: limit), file: file)
        case .corrupt(let text):
          let isChecksum = text == "incorrect data check" || text == "incorrect length check"
          throw GzipError(isChecksum ? .badChecksum : .corrupt(text), file: file)
        }
      }
    }
    if bytes.isEmpty { throw GzipError(.truncated, file: file) }
    return content
  }

  /// The content of a file, unpacked if it is a gzip file and as it is if not.
  ///
  /// - Throws: `FileError` or `GzipError`.
  public static func readPossiblyCompressed(
    _ path: String, limit: Int = defaultLimit
  ) throws -> [UInt8] {
    let bytes = try File.read(path, limit: limit)
    return isCompressed(bytes) ? try inflate(bytes, file: path, limit: limit) : bytes
  }

  /// The size that the file's last four bytes give, if the file can hold so much: a hint only.
  private static func expectedCount(_ bytes: [UInt8], limit: Int) -> Int? {
    guard bytes.count >= 18 else { return nil }
    let given = Int(bytes.littleEndian(UInt32.self, at: bytes.count - 4))
    return given <= min(limit, bytes.count * Zlib.maximumExpansion) ? given : nil
  }
}
