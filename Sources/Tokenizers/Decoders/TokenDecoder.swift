import BackpropFiles

/// Makes text of tokens.
protocol TokenDecoder: Sendable {
  /// Changes the tokens, which are joined without anything between them afterwards.
  ///
  /// Tokens are bytes, since equal `String`s may differ in theirs.
  func decode(_ tokens: [[UInt8]]) -> [[UInt8]]
}

/// Makes what `decoder` in a `tokenizer.json` describes; `nil` for `null`.
///
/// - Parameters:
///   - json: the description.
///   - place: where in the file it is, for errors.
/// - Throws: `TokenizerError`.
func makeDecoder(
  _ json: JSONDocument?, at place: String = "decoder"
) throws(TokenizerError) -> (any TokenDecoder)? {
  guard let json, json != .null else { return nil }
  let component = try ComponentJSON(json, at: place)
  switch component.type {
  case "WordPiece":
    try component.expectOnly("prefix", "cleanup")
    return WordPieceDecoder(
      prefix: Array(try component.string("prefix").utf8), cleans: try component.bool("cleanup"))
  case "ByteLevel":
    try component.expectOnly("add_prefix_space", "trim_offsets", "use_regex")
    return ByteLevelDecoder()
  case "Metaspace": return try MetaspaceDecoder(component)
  case "BPEDecoder":
    try component.expectOnly("suffix")
    return SuffixDecoder(suffix: Array(try component.string("suffix").utf8))
  case "ByteFallback":
    try component.expectOnly()
    return ByteFallbackDecoder()
  case "Fuse":
    try component.expectOnly()
    return FuseDecoder()
  case "Strip":
    try component.expectOnly("content", "start", "stop")
    return StripDecoder(
      character: try component.codePoint("content"), start: try component.count("start"),
      stop: try component.count("stop"))
  case "CTC":
    try component.expectOnly("pad_token", "word_delimiter_token", "cleanup")
    return CTCDecoder(
      padding: Array(try component.string("pad_token").utf8),
      delimiter: Array(try component.string("word_delimiter_token").utf8),
      cleans: try component.bool("cleanup"))
  case "Replace": return try ReplaceDecoder(component)
  case "Sequence":
    try component.expectOnly("decoders")
    return DecoderSequence(list: try component.parts("decoders", makeDecoder))
  default: throw component.unknown("the decoder")
  }
}

/// One after the other.
struct DecoderSequence: TokenDecoder {
  let list: [any TokenDecoder]

  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] { list.reduce(tokens) { $1.decode($0) } }
}

/// All tokens as one.
struct FuseDecoder: TokenDecoder {
  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] { [Array(tokens.joined())] }
}

/// A space before each token that does not go on in a word.
struct WordPieceDecoder: TokenDecoder {
  /// What stands before a token that goes on in a word.
  let prefix: [UInt8]
  /// Whether spaces before punctuation and in English contractions go.
  let cleans: Bool

  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    tokens.enumerated().map { index, token in
      var token = token
      if index > 0 {
        token = token.starts(with: prefix) ? Array(token.dropFirst(prefix.count)) : [32] + token
      }
      return cleans ? cleanedUp(token) : token
    }
  }
}

/// Without spaces before punctuation and in English contractions.
private func cleanedUp(_ token: [UInt8]) -> [UInt8] {
  var result = token
  for (text, replacement) in cleanings { result = result.replacing(text, with: replacement) }
  return result
}

private let cleanings: [([UInt8], [UInt8])] = [
  (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
  (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
].map { (Array($0.0.utf8), Array($0.1.utf8)) }

extension [UInt8] {
  /// With other bytes in the place of each of these, from left to right.
  func replacing(_ text: [UInt8], with replacement: [UInt8]) -> [UInt8] {
    if text.isEmpty || count < text.count { return self }
    var result: [UInt8] = []
    var index = 0
    while index < count {
      if self[index] == text[0], self[index...].starts(with: text) {
        result += replacement
        index += text.count
      } else {
        result.append(self[index])
        index += 1
      }
    }
    return result
  }
}

/// The bytes that letters stand for, as one text.
struct ByteLevelDecoder: TokenDecoder {
  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var bytes: [UInt8] = []
    for token in tokens {
      let start = bytes.count
      token.withUnsafeBufferPointer { token in
        var index = 0
        while index < token.count {
          let (value, length) = token.codePoint(at: index)
          guard let byte = ByteLevelAlphabet.byte(of: value) else {
            // A token with another character is taken as it is.
            bytes.removeSubrange(start...)
            bytes.append(contentsOf: token)
            return
          }
          bytes.append(byte)
          index += length
        }
      }
    }
    return [Array(String(decoding: bytes, as: UTF8.self).utf8)]
  }
}

/// Spaces in the place of a sign that stood for them.
struct MetaspaceDecoder: TokenDecoder {
  private let sign: [UInt8]
  /// Whether one was put before the text.
  private let hasPrefix: Bool

  init(_ component: ComponentJSON) throws(TokenizerError) {
    try component.expectMetaspace()
    let scheme = try component.string("prepend_scheme", standard: "always")
    guard let prefix = MetaspacePreTokenizer.Prefix(rawValue: scheme) else {
      throw component.invalid("prepend_scheme", "expected always, first or never")
    }
    let hasPrefixSpace = try component.bool("add_prefix_space", standard: true)
    if !hasPrefixSpace, component.member("prepend_scheme") != .string("never") {
      throw component.invalid("prepend_scheme", "it does not fit add_prefix_space")
    }
    sign = [UInt8](codePoint: try component.codePoint("replacement"))
    hasPrefix = prefix != .never
  }

  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    tokens.enumerated().map { index, token in
      token.replacing(sign, with: index == 0 && hasPrefix ? [] : [32])
    }
  }
}

/// Spaces in the place of what ends a word.
struct SuffixDecoder: TokenDecoder {
  let suffix: [UInt8]

  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    tokens.enumerated().map { index, token in
      token.replacing(suffix, with: index == tokens.count - 1 ? [] : [32])
    }
  }
}

/// Text in the place of tokens such as `<0xE2>`.
struct ByteFallbackDecoder: TokenDecoder {
  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var bytes: [UInt8] = []
    func endBytes() {
      if bytes.isEmpty { return }
      if String(validating: bytes, as: UTF8.self) != nil {
        result.append(bytes)
      } else {
        result += repeatElement(Array("\u{fffd}".utf8), count: bytes.count)
      }
      bytes = []
    }
    for token in tokens {
      if token.count == 6, token.starts(with: "<0x".utf8), token[5] == UInt8(ascii: ">"),
        let byte = UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
      {
        bytes.append(byte)
      } else {
        endBytes()
        result.append(token)
      }
    }
    endBytes()
    return result
  }
}

/// Without a character at the ends of each token.
struct StripDecoder: TokenDecoder {
  let character: UInt32
  /// How many go at most at the beginning.
  let start: Int
  /// How many go at most at the end.
  let stop: Int

  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    let sign = [UInt8](codePoint: character)
    return tokens.map { token in
      var rest = token[...]
      var count = 0
      while count < start, rest.starts(with: sign) {
        rest = rest.dropFirst(sign.count)
        count += 1
      }
      count = 0
      while count < stop, rest.suffix(sign.count).elementsEqual(sign) {
        rest = rest.dropLast(sign.count)
        count += 1
      }
      return Array(rest)
    }
  }
}

/// What is left of tokens that repeat, one for each step of a signal (Graves et al. 2006).
struct CTCDecoder: TokenDecoder {
  let padding: [UInt8]
  let delimiter: [UInt8]
  let cleans: Bool

  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    for (index, token) in tokens.enumerated() where index == 0 || token != tokens[index - 1] {
      var text = token.replacing(padding, with: [])
      if cleans { text = cleanedUp(text).replacing(delimiter, with: [32]) }
      if !text.isEmpty { result.append(text) }
    }
    return result
  }
}

/// Another text in the place of one.
struct ReplaceDecoder: TokenDecoder {
  private let text: [UInt8]
  private let replacement: [UInt8]

  init(_ component: ComponentJSON) throws(TokenizerError) {
    try component.expectOnly("pattern", "content")
    guard case .object(let members) = component.member("pattern"), members.count == 1,
      let pattern = members[0].value.string
    else { throw component.invalid("pattern", "expected 'String' and a text") }
    if members[0].name != "String" || pattern.isEmpty {
      throw TokenizerError(
        .unsupported("the pattern '\(members[0].name)' of 'Replace'"),
        at: component.place + ".pattern")
    }
    (text, replacement) = (Array(pattern.utf8), Array(try component.string("content").utf8))
  }

  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    tokens.map { $0.replacing(text, with: replacement) }
  }
}
