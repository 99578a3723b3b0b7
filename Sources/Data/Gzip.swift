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
    do {
      try inflate(bytes, file: file, limit: limit) { content.append(contentsOf: $0) }
    } catch let error as GzipError {
      throw error
    } catch {
      fatalError("Gzip: adding to an array threw \(error)")
    }
    return content
  }

  /// Hands on the content of a gzip file piece by piece, so that the first of it can be looked at, and
  /// refused, before the rest takes memory.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - file: the name that errors give.
  ///   - limit: a larger content is refused.
  ///   - take: is given the content, some at a time, in order.
  /// - Throws: `GzipError`, or what `take` throws.
  package static func inflate(
    _ bytes: [UInt8], file: String, limit: Int = defaultLimit,
    _ take: (ArraySlice<UInt8>) throws -> Void
  ) throws {
    if bytes.isEmpty { throw GzipError(.truncated, file: file) }
    var inflater = Inflater(.gzip)
    var piece = [UInt8](repeating: 0, count: Inflater.pieceSize)
    var (position, count) = (0, 0)
    while position < bytes.count {
      if position > 0 && bytes[position] == 0 {
        if bytes[position...].allSatisfy({ $0 == 0 }) { return }
      }
      repeat {
        var made = 0
        do {
          let (taken, some) = try inflater.inflate(bytes, from: position, into: &piece)
          position += taken
          made = some
        } catch {
          throw GzipError(failure: error, file: file)
        }
        if made > limit - count { throw GzipError(.tooLarge(limit: limit), file: file) }
        count += made
        if made > 0 { try take(piece[..<made]) }
      } while !inflater.hasEnded
      inflater.reset()
    }
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
}

extension GzipError {
  fileprivate init(failure: Zlib.Failure, file: String) {
    switch failure {
    case .truncated: self.init(.truncated, file: file)
    case .tooLarge(let limit): self.init(.tooLarge(limit: limit), file: file)
    case .corrupt(let text):
      let isChecksum = text == "incorrect data check" || text == "incorrect length check"
      self.init(isChecksum ? .badChecksum : .corrupt(text), file: file)
    }
  }
}
