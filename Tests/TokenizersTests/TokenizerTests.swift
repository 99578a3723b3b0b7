import BackpropTestSupport
import Testing

@testable import BackpropTokenizers

@Suite struct TokenizerTests {
  /// What the reference made of texts, kept as files.
  @Test func kept() throws {
    let judged = try JudgedTexts(folder: Fixtures.path("tokenizers"))
    #expect(judged.count > 140)
    #expect(judged.refusals == [])
    #expect(judged.differences == [])
  }

  @Test func encodesAsBERT() throws {
    let tokenizer = try smallBERT()
    let encoding = tokenizer.encode("A  bird sings.")
    #expect(encoding.ids == [1, 3, 4, 5, 6, 7, 2])
    #expect(encoding.tokens == ["[CLS]", "a", "bird", "sing", "##s", ".", "[SEP]"])
    #expect(encoding.offsets == [0..<0, 0..<1, 3..<7, 8..<12, 12..<13, 13..<14, 0..<0])
    #expect(encoding.wordIDs == [nil, 0, 1, 2, 2, 3, nil])
    #expect(encoding.specialTokensMask == [1, 0, 0, 0, 0, 0, 1])
    #expect(encoding.count == 7)
    #expect(tokenizer.ids(of: "A  bird sings.") == encoding.ids)
    #expect(tokenizer.ids(of: "bird", addingSpecialTokens: false) == [4])
    #expect(tokenizer.decode(encoding.ids) == "[CLS] a bird sings. [SEP]")
    let pair = tokenizer.encode("bird", pairedWith: "sing sing")
    #expect(pair.ids == [1, 4, 2, 5, 5, 2])
    #expect(pair.typeIDs == [0, 0, 0, 1, 1, 1])
  }

  @Test func knowsItsTokens() throws {
    let tokenizer = try smallBERT(
      #""added_tokens": [\#(addedToken("[MASK]", "special")), \#(addedToken("new"))]"#)
    #expect(tokenizer.vocabularySize == 11)
    #expect(tokenizer.id(of: "bird") == 4)
    #expect(tokenizer.id(of: "new") == 10)
    #expect(tokenizer.id(of: "fish") == nil)
    #expect(tokenizer.token(of: 10) == "new")
    #expect(tokenizer.token(of: 3) == "a")
    #expect(tokenizer.token(of: 11) == nil)
    #expect(tokenizer.token(of: -1) == nil)
    #expect(tokenizer.decode([4, 9, 99, -5, 10]) == "bird new")
    #expect(tokenizer.decode([4, 9], skippingSpecialTokens: false) == "bird [MASK]")
    #expect(tokenizer.decode([]) == "")
  }

  /// Of added tokens with one normal form the first is found.
  @Test func tokensOfOneNormalForm() throws {
    let tokenizer = try smallBERT(
      #""added_tokens": [\#(addedToken("New", "normalized")), \#(addedToken("new", "normalized"))]"#
    )
    #expect(tokenizer.ids(of: "NEW", addingSpecialTokens: false) == [10])
    #expect(tokenizer.id(of: "new") == 11)
  }

  /// Equal `String`s may be different bytes, and are different tokens.
  @Test func comparesBytes() throws {
    let tokenizer = try tokenizer(
      model:
        #"{"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "\u00e9": 1, "e\u0301": 2}}"#)
    #expect(tokenizer.ids(of: "\u{e9}") == [1])
    #expect(tokenizer.ids(of: "e\u{301}") == [2])
    #expect(tokenizer.id(of: "e\u{301}") == 2)
    #expect(tokenizer.vocabularySize == 3)
  }

  @Test func truncates() throws {
    var tokenizer = try smallBERT()
    tokenizer.truncation = Truncation(maximumLength: 4, stride: 1)
    let encoding = tokenizer.encode("a bird sing . a")
    #expect(encoding.ids == [1, 3, 4, 2])
    #expect(encoding.overflowing.map(\.ids) == [[1, 4, 5, 2], [1, 5, 7, 2], [1, 7, 3, 2]])
    #expect(tokenizer.ids(of: "a bird sing . a") == [1, 3, 4, 2])
    tokenizer.truncation?.direction = .left
    #expect(tokenizer.encode("a bird sing . a").ids == [1, 7, 3, 2])
    #expect(tokenizer.ids(of: "a bird sing . a") == [1, 7, 3, 2])
    // Nothing that is asked for stops a program.
    tokenizer.truncation = Truncation(maximumLength: 1, strategy: .onlySecond, stride: 9)
    #expect(tokenizer.encode("a bird").ids == [1, 2])
    #expect(tokenizer.ids(of: "a bird") == [1, 2])
    tokenizer.truncation = Truncation(maximumLength: 5, strategy: .onlySecond)
    #expect(tokenizer.encode("a bird sing", pairedWith: "a").ids == [1, 3, 4, 2, 2])
    tokenizer.truncation = Truncation(maximumLength: 7)
    let pair = tokenizer.encode("a a a a a", pairedWith: "bird")
    #expect(pair.ids == [1, 3, 3, 3, 2, 4, 2])
  }

  @Test func pads() throws {
    var tokenizer = try smallBERT()
    tokenizer.padding = Padding(multiple: 4, id: 9, token: "[MASK]")
    let encodings = tokenizer.encode(["a", "a bird sing"])
    #expect(encodings.map(\.count) == [8, 8])
    #expect(encodings[0].ids == [1, 3, 2, 9, 9, 9, 9, 9])
    #expect(encodings[0].attentionMask == [1, 1, 1, 0, 0, 0, 0, 0])
    #expect(encodings[0].tokens[7] == "[MASK]")
    #expect(tokenizer.ids(of: ["a", "a bird sing"]) == encodings.map(\.ids))
    tokenizer.padding?.direction = .left
    tokenizer.padding?.length = .fixed(5)
    tokenizer.padding?.multiple = nil
    #expect(tokenizer.ids(of: "a") == [9, 9, 1, 3, 2])
    #expect(tokenizer.encode("a").ids == [9, 9, 1, 3, 2])
    #expect(tokenizer.ids(of: [String]()) == [])
  }

  /// Batches, which share a worker between texts, give what texts by themselves do.
  @Test func batchesAreTheirTexts() throws {
    for name in 0..<20 {
      var tokenizer = try Tokenizer(contentsOf: Fixtures.path("tokenizers/\(name).json"))
      tokenizer.padding = nil
      let texts = (0..<100).map { index in
        String(repeating: "the bird é字 said \(index % 7) ", count: index % 5) + "a"
      }
      #expect(tokenizer.encode(texts) == texts.map { tokenizer.encode($0) })
      #expect(tokenizer.ids(of: texts) == texts.map { tokenizer.encode($0).ids })
      let pairs = texts.map { ($0, "a bird") }
      #expect(
        tokenizer.encode(pairs) == pairs.map { tokenizer.encode($0.0, pairedWith: $0.1) })
    }
  }

  @Test func manyTasksShareOne() async throws {
    let tokenizer = try Tokenizer(contentsOf: Fixtures.path("tokenizers/0.json"))
    let text = String(repeating: "the bird é字 said ", count: 50)
    let expected = tokenizer.encode(text)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 {
        group.addTask {
          (0..<20).allSatisfy { _ in
            tokenizer.encode(text) == expected && tokenizer.ids(of: text) == expected.ids
          }
        }
      }
      for await isEqual in group { #expect(isEqual) }
    }
  }

  /// The quick way goes round the normalizer, the pieces and their origins.
  @Test func quickWayGivesTheSame() throws {
    let tokenizer = try smallBERT(#""added_tokens": [\#(addedToken("[MASK]", "lstrip rstrip"))]"#)
    #expect(tokenizer.parts.quick != nil)
    let words = [
      "a", "A", "bird", "BIRD", "sing", "sings", "singing", "birds", "bi\u{301}rd", "b\u{ed}rd",
      ".",
      "a.", "\u{0}a", "bi\u{7f}rd", "a\u{b}bird", "\u{301}a", "a\u{301}", ".\u{301}", "字a字",
      "a\u{2003}bird", "[MASK]", "[MASK", "x[MASK].", "abcdefghij", "abcdefghijk",
      "aaaaaaaaaaaaaaaaaaaa",
      "birdbirdéé", "\t", "\r\n", "  ", "\u{fffd}", "-", "sing-sing-é", "İ", "é.bird.é",
    ]
    for first in words {
      for second in words {
        for separator in ["", " "] {
          let text = first + separator + second
          #expect(tokenizer.ids(of: text) == tokenizer.encode(text).ids, "\(text.debugDescription)")
        }
      }
    }
  }

  @Test func textAsLongAsItMayBe() throws {
    // A long word must not take its length squared.
    let word = String(repeating: "ab", count: 300_000)
    let pairs = try tokenizer(
      model: #"{"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2, "abab": 3}, "#
        + #""merges": ["a b", "ab ab"]}"#)
    #expect(pairs.ids(of: word) == Array(repeating: 3, count: 150_000))
    let unigram = try tokenizer(
      model: #"{"type": "Unigram", "unk_id": 0, "vocab": [["?", 0], ["a", -1], ["b", -1], "#
        + #"["ab", -1.5]]}"#)
    #expect(unigram.ids(of: word) == Array(repeating: 3, count: 300_000))
    #expect(try smallBERT().ids(of: word) == [1, 0, 2])
  }
}
