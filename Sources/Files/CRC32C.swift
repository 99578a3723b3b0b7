/// The CRC-32C of Castagnoli (polynomial 0x1EDC6F41), as in iSCSI and TFRecord files.
///
/// Source: G. Castagnoli et al., *Optimization of cyclic redundancy-check codes with 24 and 32 parity
/// bits*, 1993; RFC 3720, appendix B.4, has examples.
package enum CRC32C {
  /// The remainders of single bytes, lowest bit first.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1
    }
  }

  /// The checksum of bytes.
  package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      var value = UInt32.max
      for byte in bytes { value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] }
      return ~value
    }
  }
}
