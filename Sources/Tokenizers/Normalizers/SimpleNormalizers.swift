/// A normalization form of Unicode.
struct UnicodeNormalizer: Normalizer {
  let form: NormalizationForm

  func normalize(_ text: inout NormalizedText) { form.apply(to: &text) }
}

/// Lower case, character by character: what stands around one makes no difference.
struct LowercaseNormalizer: Normalizer {
  func normalize(_ text: inout NormalizedText) {
    text.transform { source, result in
      source.forEachCodePoint { codePoint in
        if codePoint < 0x80 {
          let isUpper = (0x41...0x5a).contains(codePoint)
          result.append(isUpper ? codePoint + 0x20 : codePoint, 0)
        } else if UnicodeProperties(codePoint).lowers,
          let parts = UnicodeMappings.lowercase[codePoint]
        {
          var shift = 0
          for part in parts {
            result.append(part, shift)
            shift = 1
          }
        } else {
          result.append(codePoint, 0)
        }
      }
    }
  }
}

/// Removes white space at the ends.
struct StripNormalizer: Normalizer {
  let left: Bool
  let right: Bool

  func normalize(_ text: inout NormalizedText) {
    text.strip(left: left, right: right) { UnicodeProperties($0).isWhiteSpace }
  }
}

/// Removes combining marks. Letters that have theirs within them keep it: NFD comes first where that
/// is not wanted.
struct AccentStripper: Normalizer {
  func normalize(_ text: inout NormalizedText) {
    text.filter { $0 < 0x300 || !UnicodeProperties($0).isCombining }
  }
}

/// Puts a text in the place of all that a pattern finds.
struct ReplaceNormalizer: Normalizer {
  let pattern: Pattern
  let content: [UInt8]

  func normalize(_ text: inout NormalizedText) {
    var ranges: [Range<Int>] = []
    text.bytes.withUnsafeBufferPointer { bytes in
      pattern.forEachSegment(of: bytes) { range, isMatch in
        if isMatch { ranges.append(range) }
      }
    }
    text.replace(ranges, with: content)
  }
}

/// Puts a text at the beginning, unless there is nothing.
struct PrependNormalizer: Normalizer {
  let text: [UInt8]

  func normalize(_ text: inout NormalizedText) { text.prepend(self.text) }
}

/// What the normalization of neural machine translation does in SentencePiece: control characters
/// go, and odd spaces become plain ones.
struct NMTNormalizer: Normalizer {
  func normalize(_ text: inout NormalizedText) {
    text.filter {
      switch $0 {
      case 0x1...0x8, 0xb, 0xe...0x1f, 0x7f, 0x8f, 0x9f: false
      default: true
      }
    }
    text.map {
      switch $0 {
      case 0x9, 0xa, 0xc, 0xd, 0x1680, 0x200b...0x200f, 0x2028, 0x2029, 0x2581, 0xfeff, 0xfffd:
        0x20
      default: $0
      }
    }
  }
}

/// A visible character for each byte of the text.
struct ByteLevelNormalizer: Normalizer {
  func normalize(_ text: inout NormalizedText) {
    text.transform { source, result in
      for byte in source {
        result.append(ByteLevelAlphabet.codePoint(of: byte), isContinuation(byte) ? 1 : 0)
      }
    }
  }
}
