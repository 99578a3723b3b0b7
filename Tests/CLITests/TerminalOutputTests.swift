import Backprop
import Testing

@testable import BackpropCLI

/// What is written for a terminal fits into it.
@Suite struct TerminalOutputTests {
  @Test func progressBarsAreNeverWiderThanTheTerminal() {
    for text in ["", "600/6000  912 steps/s  8 s left", "größe ✅ 日本"] {
      for columns in [1, 2, 10, 20, 38, 50, 80, 300] {
        for done in [-1, 0, 0.37, 1, 2, Double.nan, .infinity] {
          let line = ProgressBar.line(done, text, columns: columns)
          #expect(TextColumns.count(line) <= max(1, columns - 1), "\(columns): \(line)")
        }
      }
    }
    let half = ProgressBar.line(0.5, "5/10", columns: 80)
    #expect(half == String(repeating: "█", count: 15) + String(repeating: "░", count: 15) + " 5/10")
    #expect(ProgressBar.line(1, "5/10", columns: 16) == "██████████ 5/10")
    #expect(ProgressBar.line(1, "5/10", columns: 8) == "5/10")
  }

  @Test func times() {
    #expect(ProgressBar.time(0) == "0 s" && ProgressBar.time(-3) == "0 s")
    #expect(ProgressBar.time(125) == "2 min 05 s" && ProgressBar.time(.nan) == "a long time")
  }

  @Test func tablesAreAlignedByColumns() {
    var table = TerminalTable(["name", "n"], rightAligned: [1])
    table.add(["größe ✅", "1"])
    table.add(["日本", "10"])
    #expect(table.lines() == ["name       n", "größe ✅   1", "日本      10"])
    let narrow = table.lines(columns: 5)
    #expect(narrow.allSatisfy { TextColumns.count($0) <= 14 })
    table.add([String(repeating: "long ", count: 20), "3"])
    #expect(table.lines(columns: 40).allSatisfy { TextColumns.count($0) <= 40 })
    #expect(table.lines(columns: 40)[3].contains("…"))
    // A name cannot control the terminal.
    table.add(["\u{1B}[31mred", "4"])
    #expect(table.lines()[4].hasPrefix("[31mred"))
  }
}
