import BackpropFiles

/// A message of Protocol Buffers, version 3, written field by field.
///
/// A number or text that is 0 or empty is left out, as it is what a field without a value is taken for;
/// not so a `Float`, which here is always one of several that exclude each other.
///
/// Source of the encoding: https://protobuf.dev/programming-guides/encoding/
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  private enum Kind: UInt64 { case varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 }

  private mutating func begin(_ field: Int, _ kind: Kind) {
    append(varint: UInt64(field) << 3 | kind.rawValue)
  }

  /// Seven bits to a byte, the lowest first; the highest bit says that more follow.
  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// A whole number: `int32`, `int64` or an enumeration.
  mutating func add(_ field: Int, _ value: Int) {
    if value == 0 { return }
    begin(field, .varint)
    append(varint: UInt64(bitPattern: Int64(value)))
  }

  /// A `double`.
  mutating func add(_ field: Int, _ value: Double) {
    if value.bitPattern == 0 { return }
    begin(field, .fixed64)
    bytes.append(littleEndian: value.bitPattern)
  }

  /// A `float`.
  mutating func add(_ field: Int, _ value: Float) {
    begin(field, .fixed32)
    bytes.append(littleEndian: value.bitPattern)
  }

  /// `bytes`, or a message within this one, which may be empty.
  mutating func add(_ field: Int, _ value: [UInt8]) {
    begin(field, .bytes)
    append(varint: UInt64(value.count))
    bytes += value
  }

  /// A `string`.
  mutating func add(_ field: Int, _ value: String) {
    if !value.isEmpty { add(field, Array(value.utf8)) }
  }

  /// A message within this one.
  mutating func add(_ field: Int, _ build: (inout ProtocolBuffer) -> Void) {
    var message = ProtocolBuffer()
    build(&message)
    add(field, message.bytes)
  }

  /// Packed `repeated double`.
  mutating func add(_ field: Int, packed values: [Double]) {
    begin(field, .bytes)
    append(varint: UInt64(8 * values.count))
    for value in values { bytes.append(littleEndian: value.bitPattern) }
  }
}
