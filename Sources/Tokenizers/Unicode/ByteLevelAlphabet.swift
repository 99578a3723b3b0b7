/// The visible characters that stand for bytes in byte-level tokenizers, as GPT-2 chose them:
/// printable characters of Latin-1 for themselves, U+0100 and those that follow for the rest.
enum ByteLevelAlphabet {
  /// The character for each byte.
  static let codePoints: [UInt32] = {
    var next: UInt32 = 0x100
    return (0..<256).map { (byte: UInt32) in
      switch byte {
      case 0x21...0x7e, 0xa1...0xac, 0xae...0xff: return byte
      default:
        defer { next += 1 }
        return next
      }
    }
  }()

  /// The byte for each of the characters; `nil` for others.
  private static let bytes: [UInt8?] = {
    var result = [UInt8?](repeating: nil, count: 0x180)
    for (byte, codePoint) in codePoints.enumerated() { result[Int(codePoint)] = UInt8(byte) }
    return result
  }()

  /// For each byte the UTF-8 of its character: the first byte in the lower half, and above it the
  /// second, or nothing.
  static let utf8: [UInt16] = codePoints.map { codePoint in
    codePoint < 0x80
      ? UInt16(codePoint)
      : UInt16(0xc0 | codePoint >> 6) | UInt16(0x80 | codePoint & 0x3f) << 8
  }

  /// The character for each byte, as UTF-8.
  static let letters: [[UInt8]] = codePoints.map { [UInt8](codePoint: $0) }

  /// The character for a byte.
  static func codePoint(of byte: UInt8) -> UInt32 { codePoints[Int(byte)] }

  /// The byte that a character stands for; `nil` if it stands for none.
  static func byte(of codePoint: UInt32) -> UInt8? {
    codePoint < 0x180 ? bytes[Int(codePoint)] : nil
  }
}
