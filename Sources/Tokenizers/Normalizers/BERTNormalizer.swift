/// What BERT does to a text: no control characters, spaces around Chinese characters, no accents,
/// lower case; each of them if it is asked for.
struct BERTNormalizer: Normalizer {
  private let cleansText: Bool
  private let separatesChinese: Bool
  private let stripsAccents: Bool
  private let lowercases: Bool
  /// What becomes of each character of ASCII; 0 for those that go, 0x80 for NUL where it stays.
  private let ascii: [UInt8]

  /// - Parameters:
  ///   - cleansText: whether control characters go, and all white space becomes a plain space.
  ///   - separatesChinese: whether Chinese characters stand between spaces.
  ///   - stripsAccents: whether accents go.
  ///   - lowercases: whether letters become small.
  init(cleansText: Bool, separatesChinese: Bool, stripsAccents: Bool, lowercases: Bool) {
    self.cleansText = cleansText
    self.separatesChinese = separatesChinese
    self.stripsAccents = stripsAccents
    self.lowercases = lowercases
    ascii = (0..<0x80).map { (byte: UInt8) in
      if cleansText {
        if Self.isRemoved(UInt32(byte)) { return 0 }
        if UnicodeProperties(UInt32(byte)).isWhiteSpace { return 0x20 }
      }
      if byte == 0 { return 0x80 }
      return lowercases && (0x41...0x5a).contains(byte) ? byte + 0x20 : byte
    }
  }

  func normalize(_ text: inout NormalizedText) {
    if text.origins == nil {
      text = NormalizedText(
        bytes: normalized(text.bytes), origins: nil, originalStart: text.originalStart)
    } else {
      normalizeInSteps(&text)
    }
  }

  /// The text alone. ASCII, which neither joins nor moves what stands beside it, is looked up; what
  /// lies between goes the long way.
  private func normalized(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 8 + 16)
    bytes.withUnsafeBufferPointer { bytes in
      ascii.withUnsafeBufferPointer { ascii in
        var position = 0
        while position < bytes.count {
          let start = position
          while position < bytes.count, bytes[position] < 0x80 { position += 1 }
          appendASCII(UnsafeBufferPointer(rebasing: bytes[start..<position]), ascii, to: &result)
          let other = position
          while position < bytes.count, bytes[position] >= 0x80 { position += 1 }
          if other < position {
            var part = NormalizedText(bytes: Array(bytes[other..<position]), keepsOrigins: false)
            normalizeInSteps(&part)
            result += part.bytes
          }
        }
      }
    }
    return result
  }

  @inline(__always)
  private func appendASCII(
    _ source: UnsafeBufferPointer<UInt8>, _ ascii: UnsafeBufferPointer<UInt8>,
    to result: inout [UInt8]
  ) {
    result.append(
      contentsOf: [UInt8](unsafeUninitializedCapacity: source.count) { target, count in
        var end = 0
        for byte in source {
          let mapped = ascii[Int(byte)]
          // Written whether it stays or not: the next one takes its place if it goes.
          target[end] = mapped & 0x7f
          end += mapped == 0 ? 0 : 1
        }
        count = end
      })
  }

  private func normalizeInSteps(_ text: inout NormalizedText) {
    if cleansText {
      text.filter { !Self.isRemoved($0) }
      text.map { UnicodeProperties($0).isWhiteSpace ? 0x20 : $0 }
    }
    if separatesChinese {
      text.transform { source, result in
        source.forEachCodePoint { codePoint in
          guard Self.isChinese(codePoint) else { return result.append(codePoint, 0) }
          // The first of the three takes the place of the character, so that all have its origin.
          result.append(0x20, 0)
          result.append(codePoint, 1)
          result.append(0x20, 1)
        }
      }
    }
    if stripsAccents {
      NormalizationForm.nfd.apply(to: &text)
      text.filter { $0 < 0x300 || !UnicodeProperties($0).isNonspacing }
    }
    if lowercases { LowercaseNormalizer().normalize(&text) }
  }

  private static func isRemoved(_ codePoint: UInt32) -> Bool {
    if codePoint == 0x9 || codePoint == 0xa || codePoint == 0xd { return false }
    return codePoint == 0 || codePoint == 0xfffd || UnicodeProperties(codePoint).isControl
  }

  /// The blocks that BERT takes for Chinese, where one begins late, as it does in the reference.
  private static func isChinese(_ codePoint: UInt32) -> Bool {
    switch codePoint {
    case 0x3400...0x4dbf, 0x4e00...0x9fff, 0xf900...0xfaff, 0x20000...0x2a6df, 0x2a700...0x2b73f,
      0x2b740...0x2b81f, 0x2b920...0x2ceaf, 0x2f800...0x2fa1f:
      true
    default: false
    }
  }
}
