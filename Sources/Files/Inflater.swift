import CBackpropZlib

/// A deflate stream that is inflated piece by piece, so that what comes out can be looked at, and
/// refused, before all of it is there.
///
/// ```swift
/// var inflater = Inflater(.zlib)
/// while !inflater.hasEnded {
///   let (taken, made) = try inflater.inflate(bytes, from: position, into: &piece)
///   position += taken
///   use(piece[..<made])
/// }
/// ```
package struct Inflater: ~Copyable {
  /// A good size for the pieces.
  package static let pieceSize = 1 << 16

  // zlib remembers where its structure lies, so it may not move.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Whether the stream has come to its end.
  package private(set) var hasEnded = false

  /// Begins with a stream.
  package init(_ wrapper: Zlib.Wrapper) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard
      inflateInit2_(
        stream, wrapper.rawValue, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { fatalError("zlib: no memory for a stream") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Begins with another stream of the same kind.
  package mutating func reset() {
    inflateReset(stream)
    hasEnded = false
  }

  /// Inflates until `output` is full, or the stream has ended.
  ///
  /// - Parameters:
  ///   - bytes: the whole input.
  ///   - start: where in it to go on.
  ///   - output: is filled from its beginning.
  /// - Returns: how many bytes of input were taken and how many of output were made.
  /// - Throws: `.truncated` where the input ends before the stream does; `.corrupt`.
  package mutating func inflate(
    _ bytes: [UInt8], from start: Int, into output: inout [UInt8]
  ) throws(Zlib.Failure) -> (taken: Int, made: Int) {
    let wanted = output.count
    let (status, taken, made): (Int32, Int, Int) = bytes.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        var (taken, made, status) = (0, 0, Z_OK)
        // zlib counts input and output in 32 bits: much goes in pieces.
        while status == Z_OK && made < wanted {
          let given = min(input.count - start - taken, 1 << 30)
          let room = min(wanted - made, 1 << 30)
          stream.pointee.next_in = input.baseAddress.map {
            UnsafeMutablePointer(mutating: $0 + start + taken)
          }
          stream.pointee.avail_in = UInt32(given)
          stream.pointee.next_out = output.baseAddress! + made
          stream.pointee.avail_out = UInt32(room)
          status = CBackpropZlib.inflate(stream, Z_NO_FLUSH)
          taken += given - Int(stream.pointee.avail_in)
          made += room - Int(stream.pointee.avail_out)
        }
        return (status, taken, made)
      }
    }
    switch status {
    case Z_OK: break
    case Z_STREAM_END: hasEnded = true
    case Z_BUF_ERROR: throw .truncated
    default:
      throw .corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "error \(status)")
    }
    return (taken, made)
  }
}
