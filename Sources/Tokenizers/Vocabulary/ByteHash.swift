/// A hash of bytes, taken in one after the other: FNV-1a, from a beginning that differs from process
/// to process, so that no file can be made whose texts all meet in one place of a table.
struct ByteHash: Sendable {
  /// Where every hash of this process begins.
  static let seed = UInt64.random(in: 1 ... .max)

  /// The hash so far.
  private var state: UInt64

  /// The hash of nothing.
  @inline(__always)
  init(seed: UInt64) { state = seed }

  /// Takes in the next byte.
  @inline(__always)
  mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }

  /// The hash, all of whose bits depend on all bytes.
  @inline(__always)
  var value: UInt64 {
    let mixed = (state ^ state >> 32) &* 0x9e37_79b9_7f4a_7c15
    return mixed ^ mixed >> 32
  }

  /// The hash of these bytes.
  @inline(__always)
  static func of(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64) -> UInt64 {
    var hash = ByteHash(seed: seed)
    for byte in bytes { hash.add(byte) }
    return hash.value
  }
}

/// Whether two places hold the same bytes: most texts here are too short for a call of `memcmp`.
@inline(__always)
func sameBytes(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, count: Int) -> Bool {
  var index = 0
  while index < count {
    if a[index] != b[index] { return false }
    index += 1
  }
  return true
}
