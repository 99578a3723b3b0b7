/// Bytes that are looked at where they are, and not copied: of an array, or of memory that something
/// keeps, such as a mapped file.
package struct SharedBytes: Sendable {
  private enum Content: @unchecked Sendable {
    case array(ArraySlice<UInt8>)
    case memory(UnsafeRawBufferPointer, owner: any AnyObject & Sendable)
  }

  private let content: Content

  /// The bytes of an array.
  package init(_ bytes: [UInt8]) { content = .array(bytes[...]) }

  /// A part of an array.
  package init(_ bytes: ArraySlice<UInt8>) { content = .array(bytes) }

  /// Bytes that do not change as long as `owner` lives, which is kept.
  package init(_ bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) {
    content = .memory(bytes, owner: owner)
  }

  /// How many there are.
  package var count: Int {
    switch content {
    case .array(let bytes): bytes.count
    case .memory(let bytes, _): bytes.count
    }
  }

  /// Where they lie and who keeps them there; `nil` for an array, whose memory may move.
  package var memory: (start: UnsafeRawPointer?, owner: any AnyObject & Sendable)? {
    if case .memory(let bytes, let owner) = content { (bytes.baseAddress, owner) } else { nil }
  }

  /// Has a mapped file take no memory of this process until it is looked at again; nothing happens where
  /// the bytes are of no such file.
  package func releasePages() {
    if case .memory(_, let owner) = content { (owner as? MappedMemory)?.releasePages() }
  }

  /// Calls `body` with the bytes.
  package func withUnsafeBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    switch content {
    case .array(let bytes): return try bytes.withUnsafeBytes(body)
    case .memory(let bytes, let owner):
      defer { withExtendedLifetime(owner) {} }
      return try body(bytes)
    }
  }

  /// A part of the bytes, in the same place. Traps if it is not within them.
  package subscript(range: Range<Int>) -> SharedBytes {
    switch content {
    case .array(let bytes):
      let start = bytes.startIndex
      return SharedBytes(bytes[start + range.lowerBound..<start + range.upperBound])
    case .memory(let bytes, let owner):
      precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "SharedBytes: outside")
      return SharedBytes(UnsafeRawBufferPointer(rebasing: bytes[range]), owner: owner)
    }
  }

  /// A copy.
  package var array: [UInt8] {
    if case .array(let bytes) = content { return Array(bytes) }
    return withUnsafeBytes { Array($0) }
  }

  /// The CRC-32, as in PNG, gzip and zip.
  package var crc32: UInt32 {
    var sum = CRC32()
    sum.add(self)
    return sum.value
  }
}

extension SharedBytes: Equatable {
  package static func == (a: SharedBytes, b: SharedBytes) -> Bool {
    a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        a.count == b.count && (a.count == 0 || memcmp(a.baseAddress!, b.baseAddress!, a.count) == 0)
      }
    }
  }
}
