import Testing

@testable import BackpropPlots

@Suite struct TextWidthsTests {
  @Test func advanceWidthsOfDejaVuSans() {
    // Of the font's own table, in thousandths of the size.
    let cases: [(String, Double)] = [
      ("0", 0.636), ("i", 0.278), ("M", 0.863), (" ", 0.318), ("−", 0.838), ("é", 0.615),
      ("μ", 0.636), ("…", 1.0), ("⁻", 0.528), ("", 0),
    ]
    for (text, width) in cases { #expect(abs(TextWidths.width(of: text, size: 1) - width) < 1e-9) }
    #expect(TextWidths.width(of: "00", size: 10) == 12.72)
  }

  @Test func shortening() {
    for limit in [20.0, 47, 90, 300] {
      for text in ["a long label of a drawing", "日本語の長い凡例", "x"] {
        let short = TextWidths.truncated(text, to: limit, size: 12)
        #expect(TextWidths.width(of: short, size: 12) <= limit)
        #expect(short == text || short.hasSuffix("…"))
        let middle = TextWidths.shortened(text, to: limit, size: 12)
        #expect(TextWidths.width(of: middle, size: 12) <= limit)
        for line in TextWidths.wrapped(text, to: limit, size: 12, lines: 3) {
          #expect(TextWidths.width(of: line, size: 12) <= limit)
        }
      }
    }
    #expect(TextWidths.shortened("category number 7", to: 60, size: 10).hasSuffix("7"))
    #expect(TextWidths.wrapped("a b\nc", to: 100, size: 10, lines: 3) == ["a b", "c"])
    #expect(TextWidths.wrapped("aa bb cc", to: 15, size: 10, lines: 3) == ["aa", "bb", "cc"])
    #expect(TextWidths.wrapped("", to: 15, size: 10, lines: 3) == [])
  }
}
