import BackpropArrays
import Testing

@testable import BackpropPretrained

@Suite struct TokenTextTests {
  /// Tokens that are bytes.
  private func bytes(_ tokens: [Int32]) -> String {
    String(decoding: tokens.map { UInt8($0) }, as: UTF8.self)
  }

  /// Tokens that are words: the first of a text has no space in front.
  private func words(_ tokens: [Int32]) -> String {
    tokens.map { "w\($0)" }.joined(separator: " ")
  }

  @Test func charactersComeWhole() {
    var text = TokenText(after: Array("é".utf8).map { Int32($0) }, decode: bytes)
    let parts = "a새🦊".utf8.map { text.append(Int32($0)) }
    #expect(parts == ["a", "", "", "새", "", "", "", "🦊"])
    #expect(text.finish() == "")
  }

  @Test func whatIsNoCharacterComesWithWhatFollows() {
    var text = TokenText(after: [], decode: bytes)
    #expect(text.append(0xE2) == "" && text.append(0x41) == "\u{FFFD}A")
    #expect(text.append(0xF0) == "" && text.append(0x9F) == "")
    #expect(text.finish() == "\u{FFFD}")
  }

  @Test func theSpaceBetweenWordsIsThere() {
    var text = TokenText(after: [1, 2], decode: words)
    #expect((3..<30).map { text.append($0) }.joined() == (3..<30).map { " w\($0)" }.joined())
    var start = TokenText(after: [], decode: words)
    #expect(start.append(1) == "w1" && start.append(2) == " w2")
  }

  /// What is given is in the end what all bytes decode to.
  @Test func nothingIsLost() {
    var random = RandomSource(seed: 3)
    for _ in 0..<200 {
      let tokens = (0..<40).map { _ -> Int32 in
        let kind = random.below(4)
        return Int32(kind == 0 ? random.below(128) : kind == 1 ? 0xF0 : 0x80 + random.below(64))
      }
      var text = TokenText(after: [], decode: bytes)
      let parts = tokens.map { text.append($0) }
      #expect(parts.joined() + text.finish() == bytes(tokens))
    }
  }
}
