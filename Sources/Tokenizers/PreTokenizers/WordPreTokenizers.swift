/// Cuts at white space, which goes, and isolates each punctuation mark.
struct BERTPreTokenizer: PreTokenizer {
  private enum Kind: UInt8 { case word, space, punctuation }

  private static let ascii: [Kind] = (0..<0x80).map { kind(of: UnicodeProperties($0)) }

  private static func kind(of properties: UnicodeProperties) -> Kind {
    properties.isWhiteSpace ? .space : properties.isPunctuation ? .punctuation : .word
  }

  func preTokenize(_ text: inout PreTokenizedText) {
    Self.ascii.withUnsafeBufferPointer { ascii in
      text.split { bytes, cuts in
        var (start, position) = (0, 0)
        while position < bytes.count {
          var (kind, length) = (Kind.word, 1)
          let byte = bytes[position]
          if byte < 0x80 {
            kind = ascii[Int(byte)]
          } else {
            let (value, count) = bytes.codePoint(at: position)
            (kind, length) = (Self.kind(of: UnicodeProperties(value)), count)
          }
          if kind != .word {
            cuts.add(start..<position)
            start = position + length
            if kind == .punctuation { cuts.add(position..<start) }
          }
          position += length
        }
        cuts.add(start..<position)
      }
    }
  }
}

/// Cuts at white space, which goes.
struct WhitespacePreTokenizer: PreTokenizer {
  func preTokenize(_ text: inout PreTokenizedText) {
    text.split(.removed) { UnicodeProperties($0).isWhiteSpace }
  }
}

/// Words, and what stands between words and white space; `\w+|[^\w\s]+`.
struct WordPreTokenizer: PreTokenizer {
  func preTokenize(_ text: inout PreTokenizedText) {
    text.split { bytes, cuts in
      var (start, position) = (0, 0)
      // What the piece is made of: 0 nothing, 1 words, 2 other characters.
      var kind = 0
      while position < bytes.count {
        let (value, length) = bytes.codePoint(at: position)
        let properties = UnicodeProperties(value)
        let next = properties.isWordOfWhitespace ? 1 : properties.isWhiteSpace ? 0 : 2
        if next != kind {
          if kind != 0 { cuts.add(start..<position) }
          (start, kind) = (position, next)
        }
        position += length
      }
      if kind != 0 { cuts.add(start..<position) }
    }
  }
}

/// Cuts at punctuation marks.
struct PunctuationPreTokenizer: PreTokenizer {
  let behavior: SplitBehavior

  func preTokenize(_ text: inout PreTokenizedText) {
    text.split(behavior) { UnicodeProperties($0).isPunctuation }
  }
}

/// Cuts off digits, each by itself or those that touch together.
struct DigitPreTokenizer: PreTokenizer {
  let individual: Bool

  func preTokenize(_ text: inout PreTokenizedText) {
    text.split(individual ? .isolated : .contiguous) { UnicodeProperties($0).isNumeric }
  }
}

/// Cuts at one character, which goes.
struct DelimiterPreTokenizer: PreTokenizer {
  let delimiter: UInt32

  func preTokenize(_ text: inout PreTokenizedText) {
    text.split(.removed) { $0 == delimiter }
  }
}

/// Pieces of so many characters.
struct FixedLengthPreTokenizer: PreTokenizer {
  private let length: Int

  /// Reads `length`.
  ///
  /// - Throws: `TokenizerError`.
  init(_ component: ComponentJSON) throws(TokenizerError) {
    try component.expectOnly("length")
    guard let value = component.member("length") else {
      length = 5
      return
    }
    guard let length = value.integer, length > 0 else {
      throw component.invalid("length", "expected a whole number above 0")
    }
    self.length = length
  }

  func preTokenize(_ text: inout PreTokenizedText) {
    text.split { bytes, cuts in
      var (start, position, count) = (0, 0, 0)
      while position < bytes.count {
        if count == length {
          cuts.add(start..<position)
          (start, count) = (position, 0)
        }
        position += bytes.codePoint(at: position).length
        count += 1
      }
      cuts.add(start..<position)
    }
  }
}

/// Cuts at what a pattern finds.
struct SplitPreTokenizer: PreTokenizer {
  let pattern: Pattern
  let behavior: SplitBehavior
  /// Whether what the pattern finds is kept, and what lies between are the delimiters.
  let isInverted: Bool

  func preTokenize(_ text: inout PreTokenizedText) {
    text.split { bytes, cuts in
      var collector = SplitCollector(behavior)
      pattern.forEachSegment(of: bytes) { range, isMatch in
        collector.add(range, isDelimiter: isMatch != isInverted, to: &cuts)
      }
      collector.finish(&cuts)
    }
  }
}
