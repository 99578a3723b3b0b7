import BackpropArrays
import Testing

@testable import BackpropPretrained

@Suite struct StopTextsTests {
  /// What is shown of a text that comes in these pieces, and at which text it ends.
  private func shown(_ pieces: [String], _ texts: [String]) -> (parts: [String], stop: String?) {
    var stops = StopTexts(texts)
    var parts: [String] = []
    for piece in pieces {
      let (part, stop) = stops.append(piece)
      parts.append(part)
      if let stop { return (parts, stop) }
    }
    parts.append(stops.finish())
    return (parts, nil)
  }

  @Test func whatMayBeABeginningIsKeptBack() {
    var found = shown(["ab", "c\n", "x", "\n", "\nd"], ["\n\n"])
    #expect(found.parts == ["ab", "c", "\nx", "", ""] && found.stop == "\n\n")
    found = shown(["ab\n", "c"], ["\n\n"])
    #expect(found.parts == ["ab", "\nc", ""] && found.stop == nil)
    // At the end it comes after all.
    found = shown(["ab\n"], ["\n\n"])
    #expect(found.parts == ["ab", "\n"] && found.stop == nil)
    found = shown(["ab"], [])
    #expect(found.parts == ["ab", ""] && found.stop == nil)
    found = shown(["ab"], [""])
    #expect(found.parts == ["ab", ""] && found.stop == nil)
  }

  @Test func aTextWithinAPieceEndsIt() {
    let found = shown(["one END two END"], ["END"])
    #expect(found.parts == ["one "] && found.stop == "END")
  }

  @Test func theFirstToBeCompleteCounts() {
    for pieces in [["xabcd"], ["x", "a", "b", "c", "d"], ["xa", "bcd"]] {
      var found = shown(pieces, ["abcd", "b"])
      #expect(found.parts.joined() == "xa" && found.stop == "b")
      // Of those that end in one place, the longest.
      found = shown(pieces, ["c", "abc", "bc"])
      #expect(found.parts.joined() == "x" && found.stop == "abc")
    }
  }

  /// However a text is cut, also within characters that bytes make up, what is shown is the same.
  @Test func cutsDoNotMatter() {
    var random = RandomSource(seed: 5)
    let letters = ["a", "b", "é", "e\u{301}", "🦊"]
    for _ in 0..<300 {
      let text = (0..<20).map { _ in letters[Int(random.below(5))] }.joined()
      let texts = (0..<2).map { _ in
        (0...Int(random.below(3))).map { _ in letters[Int(random.below(5))] }.joined()
      }
      let whole = shown([text], texts)
      var pieces: [String] = [""]
      for scalar in text.unicodeScalars {
        if random.below(2) == 0 { pieces.append("") }
        pieces[pieces.count - 1].unicodeScalars.append(scalar)
      }
      let cut = shown(pieces, texts)
      #expect(Array(cut.parts.joined().utf8) == Array(whole.parts.joined().utf8))
      #expect(cut.stop.map { Array($0.utf8) } == whole.stop.map { Array($0.utf8) })
    }
  }
}
