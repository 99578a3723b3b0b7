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
