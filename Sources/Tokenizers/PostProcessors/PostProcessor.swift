import BackpropFiles

/// Puts special tokens around the texts, and corrects their offsets.
protocol PostProcessor: Sendable {
  /// How many tokens it puts in.
  func addedCount(isPair: Bool) -> Int

  /// Changes texts, which are joined afterwards.
  ///
  /// - Parameters:
  ///   - encodings: one or two texts.
  ///   - addingSpecialTokens: whether to put special tokens in.
  func process(_ encodings: [Encoding], addingSpecialTokens: Bool) -> [Encoding]

  /// How many encodings come out where so many go in; `nil` if they cannot.
  func resultCount(of count: Int, addingSpecialTokens: Bool) -> Int?
}

extension PostProcessor {
  func resultCount(of count: Int, addingSpecialTokens: Bool) -> Int? { count }
}

/// Makes what `post_processor` in a `tokenizer.json` describes; `nil` for `null`.
///
/// - Parameters:
///   - json: the description.
///   - place: where in the file it is, for errors.
/// - Throws: `TokenizerError`.
func makePostProcessor(
  _ json: JSONDocument?, at place: String = "post_processor"
) throws(TokenizerError) -> (any PostProcessor)? {
  guard let json, json != .null else { return nil }
  let component = try ComponentJSON(json, at: place)
  switch component.type {
  case "TemplateProcessing": return try TemplateProcessing(component)
  case "BertProcessing":
    try component.expectOnly("sep", "cls")
    return AroundProcessing(
      begin: try component.token("cls"), end: try component.token("sep"), trimmer: nil,
      doublesEnd: false)
  case "RobertaProcessing":
    try component.expectOnly("sep", "cls", "trim_offsets", "add_prefix_space")
    return AroundProcessing(
      begin: try component.token("cls"), end: try component.token("sep"),
      trimmer: try OffsetTrimmer(component), doublesEnd: true)
  case "ByteLevel":
    try component.expectOnly("add_prefix_space", "trim_offsets", "use_regex")
    return ByteLevelProcessing(trimmer: try OffsetTrimmer(component))
  case "Sequence":
    try component.expectOnly("processors")
    return PostProcessorSequence(list: try component.parts("processors", makePostProcessor))
  default: throw component.unknown("the post-processor")
  }
}

extension ComponentJSON {
  /// A member that is a token and its id, as in `["[SEP]", 102]`.
  fileprivate func token(_ name: String) throws(TokenizerError) -> (id: Int32, token: String) {
    let values = try list(name)
    guard values.count == 2, let token = values[0].string, let number = values[1].integer,
      number >= 0, let id = Int32(exactly: number)
    else { throw invalid(name, "expected a token and its id") }
    return (id, token)
  }
}

/// One after the other.
struct PostProcessorSequence: PostProcessor {
  let list: [any PostProcessor]

  func addedCount(isPair: Bool) -> Int {
    list.reduce(0) { $0 + $1.addedCount(isPair: isPair) }
  }

  func process(_ encodings: [Encoding], addingSpecialTokens: Bool) -> [Encoding] {
    list.reduce(encodings) { $1.process($0, addingSpecialTokens: addingSpecialTokens) }
  }

  func resultCount(of count: Int, addingSpecialTokens: Bool) -> Int? {
    list.reduce(count) { count, processor in
      count.flatMap {
        processor.resultCount(of: $0, addingSpecialTokens: addingSpecialTokens)
      }
    }
  }
}

/// A token at the beginning and one at the end of each text, as for BERT and RoBERTa.
struct AroundProcessing: PostProcessor {
  /// Stands before the first text.
  let begin: (id: Int32, token: String)
  /// Stands after every text.
  let end: (id: Int32, token: String)
  /// Takes white space out of offsets; for RoBERTa, whose types are all 0.
  let trimmer: OffsetTrimmer?
  /// Whether `end` stands before the second text too.
  let doublesEnd: Bool

  func addedCount(isPair: Bool) -> Int { isPair ? doublesEnd ? 4 : 3 : 2 }

  func process(_ encodings: [Encoding], addingSpecialTokens: Bool) -> [Encoding] {
    var encodings = encodings
    if let trimmer {
      for index in encodings.indices {
        trimmer.apply(to: &encodings[index])
        encodings[index].setTypeIDs(0)
      }
    }
    if !addingSpecialTokens { return encodings }
    return encodings.enumerated().map { index, encoding in
      var result = surrounded(encoding, index)
      result.overflowing = encoding.overflowing.map {
        var part = surrounded($0, index)
        if doublesEnd { part.setTypeIDs(0) }
        return part
      }
      return result
    }
  }

  private func surrounded(_ encoding: Encoding, _ index: Int) -> Encoding {
    let typeID: Int32 = doublesEnd || index == 0 ? 0 : 1
    var result = Encoding()
    if index == 0 {
      result = Encoding(special: [begin], typeID: typeID)
    } else if doublesEnd {
      result = Encoding(special: [end], typeID: typeID)
    }
    var inner = encoding
    inner.overflowing = []
    inner.specialTokensMask = Array(repeating: 0, count: inner.count)
    inner.attentionMask = Array(repeating: 1, count: inner.count)
    result.append(inner)
    result.append(Encoding(special: [end], typeID: typeID))
    return result
  }
}

/// Takes white space out of offsets.
struct ByteLevelProcessing: PostProcessor {
  let trimmer: OffsetTrimmer

  func addedCount(isPair: Bool) -> Int { 0 }

  func process(_ encodings: [Encoding], addingSpecialTokens: Bool) -> [Encoding] {
    encodings.map {
      var encoding = $0
      trimmer.apply(to: &encoding)
      return encoding
    }
  }
}

/// Takes the white space at the ends of byte-level tokens out of their offsets.
struct OffsetTrimmer: Sendable {
  private let isOn: Bool
  /// Whether a space was put before the text, which its offsets do not have.
  private let hasPrefixSpace: Bool

  init(_ component: ComponentJSON) throws(TokenizerError) {
    isOn = try component.bool("trim_offsets")
    hasPrefixSpace = try component.bool("add_prefix_space")
  }

  /// Corrects the offsets, of what was cut off too.
  func apply(to encoding: inout Encoding) {
    if !isOn { return }
    trim(&encoding)
    for index in encoding.overflowing.indices { trim(&encoding.overflowing[index]) }
  }

  private func trim(_ encoding: inout Encoding) {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      scalar.value == ByteLevelAlphabet.codePoint(of: 32)
        || UnicodeProperties(scalar.value).isWhiteSpace
    }
    for index in encoding.tokens.indices {
      let scalars = encoding.tokens[index].unicodeScalars
      var leading = scalars.prefix(while: isSpace).count
      let trailing = scalars.reversed().prefix(while: isSpace).count
      var (start, end) = (encoding.offsets[index].lowerBound, encoding.offsets[index].upperBound)
      if leading > 0 {
        // The space that was put there is in no offset.
        if hasPrefixSpace, leading == 1, index == 0 || start == 0 { leading = 0 }
        start = min(start + leading, end)
      }
      if trailing > 0, end >= trailing { end = max(end - trailing, start) }
      encoding.offsets[index] = start..<end
    }
  }
}
