import Foundation
import Testing

@testable import BackpropPlots

@Suite struct TerminalChartTests {
  /// The columns of a line, colours left out.
  static func width(_ line: Substring) -> Int {
    var (count, isEscape) = (0, false)
    for character in line {
      if character == "\u{1B}" { isEscape = true }
      if !isEscape { count += TextColumns.count(character) }
      if isEscape, character == "m" { isEscape = false }
    }
    return count
  }

  @Test func everyLineIsExactlyAsWideAsAsked() {
    for (name, figure) in SampleFigures.all {
      for (columns, colors) in [(20, [false]), (61, [false, true])] {
        for style in [TerminalStyle.unicode, .ascii] {
          for color in colors {
            let text = figure.text(columns: columns, style: style, color: color)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            #expect(!lines.isEmpty)
            let widths = Set(lines.map(Self.width))
            #expect(widths == [columns], "\(name) at \(columns), \(style)")
            if style == .ascii {
              #expect(text.unicodeScalars.allSatisfy { $0.isASCII }, "\(name) at \(columns)")
            }
            #expect(color || !text.contains("\u{1B}"))
          }
        }
      }
    }
  }

  @Test func aDiagonalRunsFromCornerToCorner() {
    var figure = Figure()
    figure.plot([0, 1], [0, 1])
    figure.xlim = 0...1
    figure.ylim = 0...1
    let text = figure.text(columns: 24, rows: 10)
    for (row, whole) in text.split(separator: "\n").prefix(10).enumerated() {
      let characters = Array(whole)
      let edge = characters.firstIndex { "│┤".contains($0) } ?? 0
      let line = Array(characters[(edge + 1)...])
      let marked = line.indices.filter { line[$0] != " " }
      // Row 0 is the top: the line is there at the right.
      let share: Double = 1 - (Double(row) + 0.5) / 10
      let expected = share * Double(line.count)
      let sum: Int = marked.reduce(0, +)
      let middle = Double(sum) / Double(marked.count) + 0.5
      #expect(abs(middle - expected) <= 1)
    }
  }

  @Test func brailleDots() {
    var canvas = TerminalCanvas(columns: 2, rows: 1, style: .unicode, hasColor: false)
    canvas.dot(Point(x: 0, y: 0), color: .ink)
    canvas.dot(Point(x: 1, y: 3), color: .ink)
    canvas.dot(Point(x: 3, y: 1), color: .ink)
    canvas.dot(Point(x: 9, y: 9), color: .ink)
    // Dots 1 and 8, then dot 5.
    #expect(canvas.lines()[0].map(\.text) == ["⢁", "⠐"])
  }

  @Test func barsEndAtEighths() {
    var canvas = TerminalCanvas(columns: 1, rows: 2, style: .unicode, hasColor: false)
    canvas.fill(Rect(x: 0, y: 3, width: 2, height: 5), color: .ink, shade: 0)
    #expect(canvas.lines().map { $0[0].text } == ["▂", "█"])
  }

  @Test func imagesInGreysAndInColor() {
    var figure = Figure()
    figure.imshow([[0, 1], [1, 0]])
    let plain = figure.text(columns: 20, rows: 2)
    let space = String(repeating: " ", count: 10)
    let ink = String(repeating: "█", count: 10)
    #expect(plain == "\(space)\(ink)\n\(ink)\(space)\n")
    let colored = figure.text(columns: 20, rows: 1, color: true)
    #expect(colored.contains("\u{1B}[38;5;16m\u{1B}[48;5;231m▀"))
  }

  @Test func terminalColors() {
    #expect(RGB(0, 0, 0).terminalIndex == 16)
    #expect(RGB(255, 255, 255).terminalIndex == 231)
    #expect(RGB(255, 0, 0).terminalIndex == 196)
    #expect(RGB(8, 8, 8).terminalIndex == 232)
    #expect(RGB(128, 128, 128).terminalIndex == 244)
  }
}
