import CBackpropZlib

/// The CRC-32 of bytes that come in parts, as in PNG, gzip and zip: a number by which damaged bytes are
/// told from whole ones.
package struct CRC32: Equatable, Sendable {
  /// The checksum of all bytes so far.
  package private(set) var value: UInt32 = 0

  /// Of nothing yet.
  package init() {}

  /// Adds the next bytes.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
    var done = 0
    // zlib counts in 32 bits.
    while done < bytes.count {
      let count = min(bytes.count - done, 1 << 30)
      value = UInt32(
        truncatingIfNeeded: crc32(uLong(value), base + done, UInt32(count)))
      done += count
    }
  }

  /// Adds the next bytes.
  package mutating func add(_ bytes: SharedBytes) {
    bytes.withUnsafeBytes { add($0) }
  }

  /// Adds a text, and where it ends.
  package mutating func add(_ text: String) {
    let bytes = Array(text.utf8) + [0]
    bytes.withUnsafeBytes { add($0) }
  }
}
