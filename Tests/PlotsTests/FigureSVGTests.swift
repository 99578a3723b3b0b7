import Foundation
import Testing

@testable import BackpropPlots

@Suite struct FigureSVGTests {
  @Test func textsStayInsideAndApart() {
    for (name, figure) in SampleFigures.all {
      let texts = SVGReader(figure.svg()).texts
      for (index, text) in texts.enumerated() {
        for corner in text.corners {
          #expect(
            corner.x >= 0 && corner.x <= figure.width && corner.y >= 0
              && corner.y <= figure.height, "\(name): “\(text.text)” leaves the figure")
        }
        for other in texts[(index + 1)...] where SVGReader.overlap(text.corners, other.corners) {
          Issue.record("\(name): “\(text.text)” overlaps “\(other.text)”")
        }
      }
    }
  }

  @Test func theOverlapTestSeesOverlaps() {
    let square = [(0.0, 0.0), (2, 0), (2, 2), (0, 2)].map { Point(x: $0.0, y: $0.1) }
    let shifted = square.map { Point(x: $0.x + 1, y: $0.y + 1) }
    let apart = square.map { Point(x: $0.x + 2.5, y: $0.y) }
    let diamond = [(3.0, 1.2), (5, 3), (3, 5), (1.2, 3)].map { Point(x: $0.0, y: $0.1) }
    #expect(SVGReader.overlap(square, shifted))
    #expect(!SVGReader.overlap(square, apart))
    #expect(!SVGReader.overlap(square, diamond))
  }

  @Test func everyFigureIsValidXMLWithATitleAndADescription() {
    for (name, figure) in SampleFigures.all {
      let svg = figure.svg()
      let reader = SVGReader(svg)
      #expect(reader.error == nil, "\(name)")
      #expect(reader.elements.first?.attributes["role"] == "img")
      #expect(reader.all("title").count == 1)
      #expect(reader.all("desc").count == 1)
      // Figures in one page must not share identifiers; none has any.
      #expect(reader.elements.allSatisfy { $0.attributes["id"] == nil })
      for (key, value) in reader.elements.flatMap(\.attributes)
      where ["x", "y", "width", "height", "d"].contains(key) {
        let isNumeric = value.allSatisfy { "0123456789.,- MLHVZlhvz".contains($0) }
        #expect(isNumeric, "\(name): \(key)=\(value.prefix(80))")
      }
    }
  }

  @Test func specialSignsAreEscaped() {
    var figure = Figure()
    let text = "a < b & c > \"d\" 'e' \u{7}"
    figure.title = text
    figure.xlabel = text
    figure.plot([1, 2], [3, 4], label: text)
    figure.bar([text], [1])
    let reader = SVGReader(figure.svg())
    #expect(reader.error == nil)
    let shown = "a < b & c > \"d\" 'e' "
    #expect(reader.all("title")[0].text == shown)
    #expect(reader.elements[0].attributes["aria-label"] == shown)
    #expect(reader.texts.count { $0.text == shown } == 4)
  }

  @Test func allThatIsDrawnIsInsideTheFigure() {
    var figure = Figure()
    figure.plot([0, 1, 2, 3], [0, 1e200, -1e200, 0])
    figure.scatter([0, 50, 2], [0, 0.5, 1e250])
    figure.quiver([0, 1], [0, 1], [1e9, 1], [1e9, 1], scale: 1)
    figure.xlim = 0...3
    figure.ylim = 0...1
    let numbers = SVGReader(figure.svg()).pathNumbers
    #expect(!numbers.isEmpty)
    #expect(numbers.allSatisfy { abs($0) <= 640 })
  }

  @Test func aLineOfManyPointsStaysSmall() {
    #expect(SampleFigures.longLoss.svg().utf8.count < 60_000)
  }

  @Test func gapsBreakTheLine() {
    var figure = Figure()
    figure.plot([1, 2, 3, 4, 5], [1, 2, .nan, 4, 5])
    let lines = SVGReader(figure.svg()).all("path").filter {
      $0.attributes["class"] == "plot-line-0"
    }
    #expect(lines.count == 1)
    #expect(lines[0].attributes["d"]!.count { $0 == "M" } == 2)
  }

  @Test func valuesLieWhereTheTicksSay() throws {
    var figure = Figure()
    figure.plot([0, 4], [0, 8])
    figure.xlim = 0...4
    figure.ylim = 0...8
    let reader = SVGReader(figure.svg())
    func place(_ text: String, _ anchor: String) throws -> Point {
      let element = try #require(
        reader.all("text").first {
          $0.text == text && $0.attributes["text-anchor"] == anchor
        })
      return Point(
        x: Double(element.attributes["x"]!)!,
        y: Double(element.attributes["y"]!)! - 0.36 * Axes.tickSize)
    }
    let path = try #require(
      reader.all("path").first { $0.attributes["class"] == "plot-line-0" }?.attributes["d"])
    let numbers = path.split { "ML,".contains($0) }.compactMap { Double($0) }
    let expected = [
      try place("0.0", "middle").x, try place("0", "end").y, try place("4.0", "middle").x,
      try place("8", "end").y,
    ]
    #expect(numbers.count == 4)
    // Both are written to a hundredth of a pixel.
    #expect(zip(numbers, expected).allSatisfy { abs($0 - $1) < 0.011 })
  }

  @Test func framesOfARowAndAColumnLineUp() {
    let figure = SampleFigures.subplots
    let places = figure.places(in: Rect(x: 0, y: 0, width: 900, height: 600))
    for index in places.indices {
      let (row, column) = (index / 3, index % 3)
      #expect(places[index].frame.y == places[row * 3].frame.y)
      #expect(places[index].frame.maxY == places[row * 3].frame.maxY)
      #expect(places[index].frame.x == places[column].frame.x)
      #expect(places[index].frame.maxX == places[column].frame.maxX)
      #expect(places[index].frame.width > 150)
    }
  }

  @Test func themes() {
    var figure = Figure()
    #expect(figure.svg().contains("@media (prefers-color-scheme:dark)"))
    #expect(figure.svg().contains("<rect x=\"0\" y=\"0\" width=\"640\" height=\"480\""))
    figure.theme = .dark
    #expect(!figure.svg().contains("@media"))
    #expect(figure.svg().contains(Shades.dark.surface.hex))
    figure.isTransparent = true
    #expect(!figure.svg().contains("<rect"))
  }

  @Test func theSameFigureGivesTheSameText() {
    #expect(SampleFigures.subplots.svg() == SampleFigures.subplots.svg())
  }
}
