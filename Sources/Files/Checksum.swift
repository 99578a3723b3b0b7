import CBackpropZlib

/// A number by which damaged bytes are told from whole ones: the CRC-32 of all that was added.
package struct Checksum: Equatable {
  /// The number so far.
  package private(set) var value: UInt32 = 0

  /// Of nothing yet.
  package init() {}

  /// Adds bytes.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let count = min(bytes.count - done, 1 << 30)
      value = UInt32(
        truncatingIfNeeded: crc32(uLong(value), base + done, UInt32(count)))
      done += count
    }
  }

  /// Adds a text, and where it ends.
  package mutating func add(_ text: String) {
    let bytes = Array(text.utf8) + [0]
    bytes.withUnsafeBytes { add($0) }
  }
}
