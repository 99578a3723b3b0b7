import CBackpropZlib

/// Deflate streams, by the system's zlib.
package enum Zlib {
  /// What is around the deflate data.
  package enum Wrapper: Int32 {
    /// Nothing: as in a zip archive.
    case raw = -15
    /// A two-byte header and an Adler-32 (RFC 1950): as in PNG.
    case zlib = 15
    /// A header and a CRC-32 (RFC 1952): a `.gz` file.
    case gzip = 31
  }

  /// Why a stream could not be inflated.
  package enum Failure: Error, Equatable {
    /// The input ends before the stream does.
    case truncated
    /// The stream breaks the format; the text is zlib's.
    case corrupt(String)
    /// The stream holds more bytes than are accepted.
    case tooLarge(limit: Int)
  }

  /// No deflate stream grows by more than this factor (zlib's technical notes: 1032 to 1).
  package static let maximumExpansion = 1032

  /// Inflates one stream.
  ///
  /// Memory is taken as the bytes come, and not as the caller expects them: what a file says of its
  /// size proves nothing.
  ///
  /// - Parameters:
  ///   - start: where in `bytes` the stream begins.
  ///   - expectedCount: the size of the result if it is known: saves copies.
  ///   - limit: a longer result is refused.
  /// - Returns: the bytes, and how many bytes of input the stream took.
  package static func inflate(
    _ bytes: [UInt8], from start: Int = 0, wrapper: Wrapper, expectedCount: Int? = nil, limit: Int
  ) throws(Failure) -> (output: [UInt8], consumed: Int) {
    var inflater = Inflater(wrapper)
    var output: [UInt8] = []
    let likely = 8 * (bytes.count - start) + Inflater.pieceSize
    output.reserveCapacity(min(expectedCount ?? likely, likely, limit))
    var piece = [UInt8](repeating: 0, count: Inflater.pieceSize)
    var position = start
    while true {
      let (taken, made) = try inflater.inflate(bytes, from: position, into: &piece)
      position += taken
      if made > limit - output.count { throw .tooLarge(limit: limit) }
      output.append(contentsOf: piece[..<made])
      if inflater.hasEnded { return (output, position - start) }
    }
  }

  /// Deflates bytes into one stream.
  ///
  /// - Parameter level: 0 (none) to 9 (smallest).
  package static func deflate(
    _ bytes: [UInt8], wrapper: Wrapper, level: Int32 = 6
  ) -> [UInt8] {
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, level, Z_DEFLATED, wrapper.rawValue, 8, Z_DEFAULT_STRATEGY, zlibVersion(),
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { fatalError("zlib: no memory for a stream") }
    defer { deflateEnd(&stream) }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    bytes.withUnsafeBufferPointer { input in
      var consumed = 0
      var status = Z_OK
      while status != Z_STREAM_END {
        let given = min(input.count - consumed, 1 << 30)
        let last = consumed + given == input.count
        stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + consumed) }
        stream.avail_in = UInt32(given)
        let made: Int = chunk.withUnsafeMutableBufferPointer { buffer in
          stream.next_out = buffer.baseAddress!
          stream.avail_out = UInt32(buffer.count)
          status = CBackpropZlib.deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH)
          return buffer.count - Int(stream.avail_out)
        }
        consumed += given - Int(stream.avail_in)
        output.append(contentsOf: chunk[..<made])
      }
    }
    return output
  }

  /// The CRC-32 of a range of bytes, as in PNG, gzip and zip.
  package static func crc32(_ bytes: [UInt8], in range: Range<Int>) -> UInt32 {
    var sum = CRC32()
    bytes.withUnsafeBytes { sum.add(UnsafeRawBufferPointer(rebasing: $0[range])) }
    return sum.value
  }
}
