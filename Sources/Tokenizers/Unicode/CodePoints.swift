/// Valid UTF-8 as numbers of characters, and back. The bytes come from a `String`, so that nothing
/// is checked again.
extension UnsafeBufferPointer<UInt8> {
  /// The code point that begins at this byte, and how many bytes it takes.
  @inline(__always)
  func codePoint(at index: Int) -> (value: UInt32, length: Int) {
    let first = UInt32(self[index])
    if first < 0x80 { return (first, 1) }
    let second = UInt32(self[index + 1]) & 0x3f
    if first < 0xe0 { return ((first & 0x1f) << 6 | second, 2) }
    let third = UInt32(self[index + 2]) & 0x3f
    if first < 0xf0 { return ((first & 0xf) << 12 | second << 6 | third, 3) }
    let fourth = UInt32(self[index + 3]) & 0x3f
    return ((first & 7) << 18 | second << 12 | third << 6 | fourth, 4)
  }

  /// The code point that ends before this byte, and how many bytes it takes.
  @inline(__always)
  func codePoint(before index: Int) -> (value: UInt32, length: Int) {
    var start = index - 1
    while isContinuation(self[start]) { start -= 1 }
    return codePoint(at: start)
  }

  /// Calls `body` with each code point.
  @inline(__always)
  func forEachCodePoint(_ body: (UInt32) -> Void) {
    var index = 0
    while index < count {
      let (value, length) = codePoint(at: index)
      body(value)
      index += length
    }
  }
}

/// Whether a byte of UTF-8 goes on with a character that began before it.
@inline(__always)
func isContinuation(_ byte: UInt8) -> Bool { byte & 0xc0 == 0x80 }

/// How many bytes of UTF-8 a code point takes.
@inline(__always)
func utf8Length(of value: UInt32) -> Int {
  value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4
}

extension [UInt8] {
  /// A code point as UTF-8.
  init(codePoint value: UInt32) {
    self.init()
    append(codePoint: value)
  }

  /// Appends a code point as UTF-8.
  @inline(__always)
  mutating func append(codePoint value: UInt32) {
    if value < 0x80 {
      append(UInt8(truncatingIfNeeded: value))
    } else if value < 0x800 {
      append(UInt8(truncatingIfNeeded: 0xc0 | value >> 6))
      append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3f))
    } else {
      if value < 0x10000 {
        append(UInt8(truncatingIfNeeded: 0xe0 | value >> 12))
      } else {
        append(UInt8(truncatingIfNeeded: 0xf0 | value >> 18))
        append(UInt8(truncatingIfNeeded: 0x80 | value >> 12 & 0x3f))
      }
      append(UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 0x3f))
      append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3f))
    }
  }

  /// The code points of valid UTF-8.
  var codePoints: [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(count)
    withUnsafeBufferPointer { $0.forEachCodePoint { result.append($0) } }
    return result
  }
}
