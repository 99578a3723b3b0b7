/// Numbers of fixed width in a row of bytes. The caller has checked that they are there.
extension Array where Element == UInt8 {
  /// The big-endian number at an offset.
  package func bigEndian<T: FixedWidthInteger>(_ type: T.Type = T.self, at offset: Int) -> T {
    var value: T = 0
    for index in 0..<(T.bitWidth / 8) {
      value = value << 8 | T(truncatingIfNeeded: self[offset + index])
    }
    return value
  }

  /// The little-endian number at an offset.
  package func littleEndian<T: FixedWidthInteger>(_ type: T.Type = T.self, at offset: Int) -> T {
    bigEndian(type, at: offset).byteSwapped
  }

  /// Adds a number, its highest byte first.
  package mutating func append<T: FixedWidthInteger>(bigEndian value: T) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }

  /// Adds a number, its lowest byte first.
  package mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}

/// The product of sizes, or `nil` where one is negative or the product does not fit an `Int`.
package func checkedProduct(_ factors: some Sequence<Int>) -> Int? {
  var product = 1
  for factor in factors {
    if factor < 0 { return nil }
    let (next, overflow) = product.multipliedReportingOverflow(by: factor)
    if overflow { return nil }
    product = next
  }
  return product
}
