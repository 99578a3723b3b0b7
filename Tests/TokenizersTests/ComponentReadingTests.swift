import Testing

@testable import BackpropFiles
@testable import BackpropTokenizers

/// Descriptions of components that cannot be used say where and why.
@Suite struct ComponentReadingTests {
  private static func error(_ json: String, isNormalizer: Bool) -> String {
    do {
      let document = try JSONDocument(Array(json.utf8))
      if isNormalizer {
        _ = try makeNormalizer(document)
      } else {
        _ = try makePreTokenizer(document)
      }
      return "none"
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [
    (#"{"type":"Nope"}"#, "at normalizer.type: the normalizer 'Nope' is not supported."),
    (#"[]"#, "at normalizer: expected an object."),
    (#"{}"#, "at normalizer.type: expected a text."),
    (#"{"type":"Strip","strip_left":true}"#, "at normalizer.strip_right: expected true or false."),
    (#"{"type":"Prepend","prepend":1}"#, "at normalizer.prepend: expected a text."),
    (
      #"{"type":"Replace","pattern":"a","content":""}"#,
      "at normalizer.pattern: expected an object with String or Regex."
    ),
    (
      #"{"type":"Replace","pattern":{"Regex":"(?>a)"},"content":""}"#,
      "at normalizer.pattern.Regex: in the regular expression '(?>a)': "
        + "the atomic group '(?>' is not supported."
    ),
    (
      #"{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"x"}]}"#,
      "at normalizer.normalizers[1].type: the normalizer 'x' is not supported."
    ),
    (
      #"{"type":"Precompiled","precompiled_charsmap":"*"}"#,
      "at normalizer.precompiled_charsmap: expected base 64."
    ),
    (
      #"{"type":"Precompiled","precompiled_charsmap":"//////8="}"#,
      "at normalizer.precompiled_charsmap: the map of characters does not have the form"
    ),
  ])
  func normalizers(_ json: String, _ expected: String) {
    #expect(Self.error(json, isNormalizer: true).contains(expected))
  }

  @Test(arguments: [
    (
      #"{"type":"Split","pattern":{"String":"a"},"behavior":"x","invert":false}"#,
      "at pre_tokenizer.behavior: expected one of Removed, Isolated"
    ),
    (
      #"{"type":"Split","pattern":{"Regex":"("},"behavior":"Removed","invert":false}"#,
      "at pre_tokenizer.pattern.Regex: the regular expression '(': '(' without ')'"
    ),
    (
      #"{"type":"Metaspace","replacement":"__"}"#,
      "at pre_tokenizer.replacement: expected one character."
    ),
    (
      #"{"type":"Metaspace","replacement":"_","add_prefix_space":false,"prepend_scheme":"first"}"#,
      "at pre_tokenizer.prepend_scheme: 'first' contradicts add_prefix_space."
    ),
    (
      #"{"type":"FixedLength","length":0}"#,
      "at pre_tokenizer.length: expected a whole number above 0."
    ),
    (
      #"{"type":"Sequence","pretokenizers":[{"type":"Digits"}]}"#,
      "at pre_tokenizer.pretokenizers[0].individual_digits: expected true or false."
    ),
  ])
  func preTokenizers(_ json: String, _ expected: String) {
    #expect(Self.error(json, isNormalizer: false).contains(expected))
  }

  /// Every kind of component, with all settings that it has.
  private static let whole: [(member: String, component: String)] =
    [
      ##"{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "##
        + ##""strip_accents": null, "lowercase": true}"##,
      #"{"type": "NFC"}"#, #"{"type": "NFD"}"#, #"{"type": "NFKC"}"#, #"{"type": "NFKD"}"#,
      #"{"type": "Lowercase"}"#, #"{"type": "StripAccents"}"#, #"{"type": "Nmt"}"#,
      #"{"type": "ByteLevel"}"#, #"{"type": "Strip", "strip_left": true, "strip_right": true}"#,
      #"{"type": "Replace", "pattern": {"String": "a"}, "content": ""}"#,
      #"{"type": "Prepend", "prepend": "a"}"#,
      #"{"type": "Precompiled", "precompiled_charsmap": "AAAAAA=="}"#,
      #"{"type": "Sequence", "normalizers": []}"#,
    ].map { ("normalizer", $0) }
    + [
      #"{"type": "BertPreTokenizer"}"#, #"{"type": "Whitespace"}"#,
      #"{"type": "WhitespaceSplit"}"#, #"{"type": "UnicodeScripts"}"#,
      ##"{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "##
        + ##""use_regex": true}"##,
      ##"{"type": "Metaspace", "replacement": "_", "prepend_scheme": "always", "split": true, "##
        + ##""add_prefix_space": true, "str_rep": "_"}"##,
      ##"{"type": "Split", "pattern": {"String": "a"}, "behavior": "Removed", "##
        + ##""invert": false}"##,
      #"{"type": "Punctuation", "behavior": "Removed"}"#,
      #"{"type": "Digits", "individual_digits": true}"#,
      #"{"type": "CharDelimiterSplit", "delimiter": "a"}"#,
      #"{"type": "FixedLength", "length": 3}"#, #"{"type": "Sequence", "pretokenizers": []}"#,
    ].map { ("pre_tokenizer", $0) }
    + [
      #"{"type": "BertProcessing", "sep": ["a", 0], "cls": ["a", 0]}"#,
      ##"{"type": "RobertaProcessing", "sep": ["a", 0], "cls": ["a", 0], "##
        + ##""trim_offsets": true, "add_prefix_space": true}"##,
      ##"{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "##
        + ##""use_regex": true}"##,
      #"{"type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": {}}"#,
      #"{"type": "Sequence", "processors": []}"#,
    ].map { ("post_processor", $0) }
    + [
      #"{"type": "WordPiece", "prefix": "a", "cleanup": true}"#, #"{"type": "ByteFallback"}"#,
      ##"{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "##
        + ##""use_regex": true}"##,
      ##"{"type": "Metaspace", "replacement": "_", "prepend_scheme": "always", "split": true, "##
        + ##""add_prefix_space": true, "str_rep": "_"}"##,
      #"{"type": "BPEDecoder", "suffix": "a"}"#, #"{"type": "Fuse"}"#,
      #"{"type": "Strip", "content": "a", "start": 0, "stop": 0}"#,
      ##"{"type": "CTC", "pad_token": "a", "word_delimiter_token": "b", "##
        + ##""cleanup": true}"##,
      #"{"type": "Replace", "pattern": {"String": "a"}, "content": ""}"#,
      #"{"type": "Sequence", "decoders": []}"#,
    ].map { ("decoder", $0) }
    + [
      #"{"direction": "Left", "max_length": 4, "strategy": "LongestFirst", "stride": 0}"#
    ].map { ("truncation", $0) }
    + [
      ##"{"strategy": "BatchLongest", "direction": "Left", "pad_to_multiple_of": null, "##
        + ##""pad_id": 0, "pad_type_id": 0, "pad_token": "a"}"##
    ].map { ("padding", $0) }

  private static func error(_ member: String, _ component: String) -> TokenizerError? {
    let model = #"{"type": "WordLevel", "unk_token": "a", "vocab": {"a": 0}}"#
    do throws(TokenizerError) {
      _ = try Tokenizer(json: tokenizerJSON(model: model, ["\"\(member)\": \(component)"]))
      return nil
    } catch {
      return error
    }
  }

  /// A setting that nobody knows would be passed over, and the tokens be others.
  @Test func unknownSettingsAreNamed() {
    for (member, component) in Self.whole {
      #expect(Self.error(member, component) == nil, "\(component)")
      let changed = component.dropLast() + #", "surprise": 1}"#
      let error = Self.error(member, String(changed))
      #expect(error?.place == member, "\(component)")
      #expect(
        error?.description.contains("the setting 'surprise' of '") == true,
        "\(component): \(String(describing: error))")
    }
  }

  @Test func unknownSettingsWithinComponents() {
    for (member, list) in [
      ("normalizer", "normalizers"), ("pre_tokenizer", "pretokenizers"),
      ("post_processor", "processors"), ("decoder", "decoders"),
    ] {
      for (kind, component) in Self.whole where kind == member {
        let changed = component.dropLast() + #", "surprise": 1}"#
        let error = Self.error(member, #"{"type": "Sequence", "\#(list)": [\#(changed)]}"#)
        #expect(error?.place == "\(member).\(list)[0]", "\(component)")
      }
      let empty = Self.error(member, #"{"type": "Sequence", "\#(list)": [null]}"#)
      #expect(empty?.place == "\(member).\(list)[0]")
      #expect(empty?.reason == .invalid("expected an object"))
    }
    func template(_ token: String, _ part: String) -> String {
      #"{"type": "TemplateProcessing", "single": [\#(part)], "pair": [], "special_tokens": "#
        + #"{"a": \#(token)}}"#
    }
    let token = #"{"id": "a", "ids": [0], "tokens": ["a"]"#
    let part = #"{"SpecialToken": {"id": "a", "type_id": 0"#
    #expect(Self.error("post_processor", template(token + "}", part + "}}")) == nil)
    #expect(
      Self.error("post_processor", template(token + #", "x": 1}"#, part + "}}"))?.place
        == "post_processor.special_tokens.a")
    #expect(
      Self.error("post_processor", template(token + "}", part + #", "type": 1}}"#))?.place
        == "post_processor.single")
    #expect(
      Self.error("truncation", #"{"type": "x", "max_length": 4, "stride": 0}"#)?.reason
        == .unsupported("the setting 'type' of 'truncation'"))
  }

  /// Damaged maps of characters neither crash nor hang.
  @Test func damagedMaps() throws {
    var state: UInt64 = 7
    func next() -> UInt8 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
    for _ in 0..<300 {
      let size = Int(next() % 64) * 4
      let bytes =
        [UInt8(size), 0, 0, 0] + (0..<size).map { _ in next() } + (0..<20).map { _ in next() % 128 }
      let map = try #require(CharacterMap(bytes))
      var text = NormalizedText("abc é 中\u{301} \0\u{7f} xyz", keepsOrigins: true)
      PrecompiledNormalizer(map: map).normalize(&text)
      #expect(String(validating: text.bytes, as: UTF8.self) != nil)
      #expect(text.origins?.count == text.bytes.count)
    }
  }
}
