import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropPlots

@Suite struct TextColumnsTests {
  @Test func charactersOfOneColumnTwoAndNone() {
    let cases: [(String, Int)] = [
      ("a", 1), ("é", 1), ("e\u{301}", 1), ("−", 1), ("─", 1), ("⢁", 1), ("█", 1), ("Ω", 1),
      // East Asia, and signs of full width.
      ("日", 2), ("ほ", 2), ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2), ("Ａ", 2), ("𠀀", 2),
      // Emoji: by themselves, by a variation selector, flags, joined and with a tone of skin.
      ("✅", 2), ("⭐", 2), ("🚀", 2), ("🇯🇵", 2), ("❤️", 2), ("❤", 1), ("👩‍🚀", 2), ("👍🏽", 2),
      ("☝🏽", 2), ("👨‍👩‍👧‍👦", 2), ("🏴‍☠️", 2), ("1️⃣", 2), ("🫨", 2),
      // Nothing to see.
      ("\u{200B}", 0), ("\u{FEFF}", 0), ("\u{301}", 0), ("\u{2060}", 0), ("\u{1B}", 0), ("", 0),
      // A soft hyphen is drawn.
      ("\u{AD}", 1),
    ]
    for (text, columns) in cases {
      #expect(TextColumns.count(text) == columns, "\(text.unicodeScalars.map { $0 })")
    }
    #expect(TextColumns.count("Acc✅ of 🇯🇵") == 11)
  }

  @Test func shortening() {
    for text in ["✅✅✅✅✅", "日本語の長い題", "a long title", "e\u{301}e\u{301}e\u{301}e\u{301}", "🇯🇵🇫🇷🇩🇪"] {
      for columns in 0...16 {
        let short = TextColumns.truncated(text, to: columns)
        #expect(TextColumns.count(short) <= columns)
        #expect(short == text || short.hasSuffix("…") || columns == 0)
      }
    }
    #expect(TextColumns.truncated("日本語", to: 4) == "日…")
    #expect(TextColumns.truncated("abcd", to: 4) == "abcd")
  }

  @Test func whatControlsTheTerminalIsLeftOut() {
    #expect(TextColumns.withoutControls("a\u{1B}[31mb\r\nc\u{9B}d\u{2028}\u{7F}") == "a[31mbcd")
    #expect(TextColumns.withoutControls("ünïcode ✅") == "ünïcode ✅")
  }

  /// A chart's lines are as wide as asked, whatever its texts hold.
  @Test func titlesOfAnyCharacters() {
    for title in [
      "done ✅", "⭐ best", "🇯🇵 and 🇫🇷", "❤️ x", "zero\u{200B}width", "e\u{301}te\u{301}",
      "\u{1B}[31mred", "tab\there", "👩‍🚀 flies", "日本",
    ] {
      var figure = Figure(rows: 1, columns: 2)
      figure.title = title
      for column in 0..<2 {
        figure[0, column].plot([0, 1, 4], label: title)
        figure[0, column].bar([title, "x"], [1, 2])
        figure[0, column].title = title
        figure[0, column].xlabel = title
        figure[0, column].ylabel = title
      }
      for style in [TerminalStyle.unicode, .ascii] {
        for columns in [20, 33, 80] {
          let lines = figure.text(columns: columns, style: style).split(separator: "\n")
          #expect(lines.allSatisfy { TextColumns.count(String($0)) == columns }, "\(title)")
          #expect(lines.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 } })
        }
      }
      #expect(SVGReader(figure.svg()).error == nil)
    }
  }

  /// The table is the one that the script makes from Python's data, where that is as old or as new.
  @Test(.enabled(if: Python.has("unicodedata"))) func theTableIsTheScripts() throws {
    let script = Fixtures.path("../../Scripts/make_text_columns.py")
    let program = """
      import importlib.util, unicodedata
      spec = importlib.util.spec_from_file_location("m", "\(script)")
      m = importlib.util.module_from_spec(spec)
      spec.loader.exec_module(m)
      print(unicodedata.unidata_version)
      for wanted in (0, 2):
          print(" ".join(f"{a}-{b}" for a, b in m.ranges(wanted)))
      """
    let (status, text) = try Python.run(["-c", program])
    try #require(status == 0, "\(text)")
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines[0] == "14.0.0" else { return }
    func written(_ ranges: [ClosedRange<UInt32>]) -> String {
      ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: " ")
    }
    #expect(lines[1] == written(TextColumns.none))
    #expect(lines[2] == written(TextColumns.two))
  }
}
