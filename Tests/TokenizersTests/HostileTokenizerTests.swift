import BackpropArrays
import BackpropFiles
import BackpropTestSupport
import Testing

@testable import BackpropTokenizers

/// Files made to do harm, or damaged: an error that says where, or work that is right.
@Suite struct HostileTokenizerTests {
  private func error(_ json: [UInt8]) -> TokenizerError? {
    do throws(TokenizerError) {
      _ = try Tokenizer(json: json)
      return nil
    } catch {
      return error
    }
  }

  private func place(model: String, _ others: String...) -> String? {
    error(tokenizerJSON(model: model, others))?.place
  }

  private let words = #"{"type": "WordLevel", "unk_token": "a", "vocab": {"a": 0}}"#

  @Test func everyUnknownNameIsToldOf() {
    #expect(
      error(tokenizerJSON(model: #"{"type": "Magic", "vocab": {}}"#))?.reason
        == .unsupported("the model 'Magic'"))
    #expect(
      error(tokenizerJSON(model: words, [#""surprise": 1"#]))?.reason
        == .unsupported("the member 'surprise'"))
    #expect(
      error(
        tokenizerJSON(
          model: #"{"type": "WordLevel", "unk_token": "a", "vocab": {"a": 0}, "dream": 1}"#))?
        .reason == .unsupported("the setting 'dream' of 'WordLevel'"))
    #expect(
      place(model: words, #""decoder": {"type": "Sequence", "decoders": [{"type": "X"}]}"#)
        == "decoder.decoders[0].type")
    #expect(
      place(model: words, #""post_processor": {"type": "X"}"#) == "post_processor.type")
    #expect(
      place(model: words, #""truncation": {"max_length": -1, "stride": 0}"#)
        == "truncation.max_length")
    #expect(error(Array(#"{"version": "2.0", "model": {}}"#.utf8))?.place == "version")
  }

  @Test func modelsThatDoNotFit() {
    // Numbers below zero, beyond 31 bits, with a fraction.
    for number in ["-1", "2147483648", "99999999999999999999999999", "1.5", "1e3", "\"1\"", "null"]
    {
      #expect(
        place(model: #"{"type": "WordLevel", "unk_token": "a", "vocab": {"a": \#(number)}}"#)
          == "model.vocab", "\(number)")
    }
    #expect(
      place(model: #"{"type": "WordLevel", "unk_token": "b", "vocab": {"a": 0}}"#)
        == "model.unk_token")
    #expect(place(model: #"{"type": "WordLevel", "unk_token": "a"}"#) == "model.vocab")
    #expect(
      place(model: #"{"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": ["a b"]}"#)
        == "model.merges")
    #expect(
      place(model: #"{"type": "BPE", "vocab": {"a": 0}, "merges": ["a c"]}"#) == "model.merges")
    for merge in [#""a""#, #""a b c""#, #""""#, #"["a"]"#, #"["a", "b", "c"]"#, "1", "null"] {
      #expect(
        place(model: #"{"type": "BPE", "vocab": {"a": 0}, "merges": [\#(merge)]}"#)
          == "model.merges", "\(merge)")
    }
    #expect(place(model: #"{"type": "BPE", "vocab": {"a": 0}}"#) == "model.merges")
    #expect(
      place(model: #"{"type": "BPE", "dropout": 0.1, "vocab": {"a": 0}, "merges": []}"#)
        == "model.dropout")
    #expect(
      place(model: #"{"type": "BPE", "unk_token": "?", "vocab": {"a": 0}, "merges": []}"#)
        == "model.unk_token")
    #expect(
      place(
        model: ##"{"type": "BPE", "continuing_subword_prefix": "zz", "##
          + #""vocab": {"a": 0, "b": 1}, "merges": ["a b"]}"#) == "model.merges")
    #expect(
      place(model: #"{"type": "Unigram", "unk_id": 1, "vocab": [["a", 0]]}"#) == "model.unk_id")
    for score in ["1e400", "\"x\"", "NaN", "-", "null"] {
      #expect(
        place(model: #"{"type": "Unigram", "unk_id": 0, "vocab": [["a", \#(score)]]}"#)
          == "model.vocab", "\(score)")
    }
    #expect(place(model: #"{"type": "Unigram", "unk_id": 0, "vocab": {"a": 0}}"#) == "model.vocab")
    let long = String(repeating: "a", count: 5000)
    #expect(
      place(model: #"{"type": "Unigram", "unk_id": 0, "vocab": [["\#(long)", 0]]}"#)
        == "model.vocab")
    #expect(
      place(model: words, #""added_tokens": [\#(addedToken(long))]"#) == "added_tokens")
  }

  @Test func partsThatDoNotFit() {
    let template =
      #""post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "B", "#
      + #""type_id": 0}}], "pair": [], "special_tokens": {}}"#
    #expect(place(model: words, template) == "post_processor.single")
    let missing =
      #""post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "X", "#
      + #""type_id": 0}}], "pair": [], "special_tokens": {}}"#
    #expect(place(model: words, missing) == "post_processor.single")
    let three =
      #"{"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}, "#
      + #"{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "#
      + #""pair": [], "special_tokens": {}}"#
    #expect(
      place(
        model: words,
        #""post_processor": {"type": "Sequence", "processors": [\#(three), \#(three)]}"#)
        == "post_processor")
    #expect(
      place(
        model: words,
        #""padding": {"strategy": {"Fixed": 1000000000000}, "direction": "Right", "pad_id": 0, "#
          + #""pad_type_id": 0, "pad_token": ""}"#) == "padding.strategy.Fixed")
    #expect(
      place(
        model: words,
        #""truncation": {"max_length": 4, "stride": 4, "strategy": "LongestFirst"}"#)
        == "truncation.stride")
    #expect(
      place(
        model: words,
        #""normalizer": {"type": "Strip", "strip_left": true, "strip_right": true}"#,
        #""added_tokens": [\#(addedToken(" ", "normalized"))]"#) == "added_tokens")
  }

  @Test func everyDamageIsFound() throws {
    let whole = try File.read(Fixtures.path("tokenizers/9.json"))
    // Cut anywhere, it is an error and no crash.
    for end in stride(from: 0, to: whole.count, by: 211) {
      #expect(error(Array(whole[..<end])) != nil, "\(end)")
    }
    // With another byte anywhere, it is what it is, and makes tokens or none.
    var random = RandomSource(seed: 11)
    for _ in 0..<100 {
      var damaged = whole
      let index = Int.random(in: 0..<damaged.count, using: &random)
      damaged[index] = UInt8.random(in: 0...255, using: &random)
      if let tokenizer = try? Tokenizer(json: damaged) {
        _ = tokenizer.encode("the bird 字 é", pairedWith: "a")
        _ = tokenizer.ids(of: "the bird 字 é")
        _ = tokenizer.decode(0..<200)
      }
    }
    #expect(error(Array(repeating: UInt8(ascii: "["), count: 1_000_000)) != nil)
    let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    #expect(place(model: words, "\"decoder\": " + deep) == "decoder")
    #expect(error(Array("\u{feff}{}".utf8)) != nil)
    #expect(error([0xff, 0xfe]) != nil)
  }

  /// Ids that are far apart or there twice cost no memory and stop nothing.
  @Test func oddIDs() throws {
    let tokenizer = try tokenizer(
      model: #"{"type": "WordLevel", "unk_token": "a", "vocab": {"a": 2147483647, "b": 7, "c": 7}}"#
    )
    #expect(tokenizer.ids(of: "b") == [7])
    #expect(tokenizer.ids(of: "x") == [2_147_483_647])
    #expect(tokenizer.token(of: 7) == "c")
    #expect(tokenizer.token(of: 2_147_483_647) == "a")
    #expect(tokenizer.vocabularySize == 3)
    let twice = try Tokenizer(
      json: tokenizerJSON(
        model: #"{"type": "WordLevel", "unk_token": "a", "vocab": {"a": 0, "a": 1}}"#))
    #expect(twice.ids(of: "a") == [1])
    #expect(twice.vocabularySize == 1)
  }

  /// A hundred thousand pairs, each of which joins what those before it made.
  @Test func nestedMerges() throws {
    let count = 100_000
    var vocabulary = Array(#"{"a":0,"b":1"#.utf8)
    var merges = Array("[".utf8)
    for index in 2..<count {
      // The number in binary without its first digit: a longer token is a shorter one and a letter.
      let number = index + 2
      let length = number.bitWidth - number.leadingZeroBitCount - 1
      let name = (0..<length).map { number >> (length - 1 - $0) & 1 == 0 ? 97 : 98 as UInt8 }
      vocabulary += Array(",\"".utf8) + name + Array("\":\(index)".utf8)
      if index > 2 { merges.append(44) }
      merges += [34] + name.dropLast() + [32, name[length - 1], 34]
    }
    let model =
      Array(#"{"type":"BPE","vocab":"#.utf8) + vocabulary + Array(#"},"merges":"#.utf8) + merges
      + Array("]}".utf8)
    let tokenizer = try Tokenizer(
      json: tokenizerJSON(model: String(decoding: model, as: UTF8.self)))
    let text = String(repeating: "abbab", count: 2000)
    let ids = tokenizer.ids(of: text, addingSpecialTokens: false)
    #expect(ids.count < text.utf8.count)
    #expect(tokenizer.decode(ids).utf8.filter { $0 != 32 } == Array(text.utf8))
  }
}
