import Testing

@testable import BackpropPlots

/// Data that a drawing is easily forgotten for: none, one value, none that is finite, all alike.
@Suite struct OddFiguresTests {
  static let figures: [(name: String, draw: @Sendable (inout Figure) -> Void)] = [
    ("no points", { $0.plot([], []) }),
    ("only NaN", { $0.plot([.nan, 1], [1, .nan], marker: .circle) }),
    ("infinite", { $0.scatter([.infinity, -.infinity], [0, 1]) }),
    ("no bars", { $0.bar([], []) }),
    ("bars of zero", { $0.bar(["a", "b"], [0, 0], showsValues: true) }),
    ("bars of NaN", { $0.bar(["a", "b"], [.nan, 1], showsValues: true) }),
    ("bars from infinitely far down", { $0.bar(["a"], [1], baseline: -1e300) }),
    ("huge bars", { $0.bar(["a", "b"], [-1e250, 1e250], showsValues: true) }),
    ("empty histogram", { $0.hist([]) }),
    ("histogram of one", { $0.hist([3]) }),
    ("no image", { $0.imshow([]) }),
    ("image without columns", { $0.imshow([[], []]) }),
    ("one pixel", { $0.imshow([[5]]) }),
    ("image of NaN", { $0.imshow([[.nan, .infinity]]) }),
    ("no heat map", { $0.heatMap([]) }),
    ("heat map of NaN", { $0.heatMap([[.nan, 1], [.infinity, -2]]) }),
    (
      "large heat map",
      { $0.heatMap(Array(repeating: Array(repeating: 1e9, count: 30), count: 20)) }
    ),
    ("no arrows", { $0.quiver([], [], [], []) }),
    ("one arrow", { $0.quiver([1], [1], [2], [0]) }),
    ("arrows of no length", { $0.quiver([1, 2], [1, 2], [0, 0], [0, 0]) }),
    ("arrows of NaN", { $0.quiver([1, .nan], [1, 2], [.nan, 1], [0, 1]) }),
    ("no surface", { $0.surface([], [], []) }),
    ("surface of one point", { $0.surface([1], [1], [[2]]) }),
    ("flat surface", { $0.surface([0, 1], [0, 1], [[2, 2], [2, 2]]) }),
    ("surface of NaN", { $0.surface([0, 1], [0, 1], [[.nan, 2], [2, 2]]) }),
    (
      "lines alone",
      {
        $0.axhline(3); $0.axvline(-1e200)
      }
    ),
    ("thin image", { $0.imshow([Array(repeating: 1, count: 400)]) }),
  ]

  @Test func everyOneIsDrawn() {
    for (width, height) in [(640.0, 480.0), (30, 40)] {
      for (name, draw) in Self.figures {
        for isOdd in [false, true] {
          var figure = Figure(width: width, height: height)
          if isOdd {
            figure.colorBar = true
            figure.grid = true
            figure.title = "title"
            figure.xlabel = "x"
            figure.ylabel = "y"
            figure.frame = .shown
          }
          draw(&figure)
          let reader = SVGReader(figure.svg())
          #expect(reader.error == nil, "\(name)")
          for (key, value) in reader.elements.flatMap(\.attributes)
          where ["x", "y", "width", "height", "d"].contains(key) {
            let isNumeric = value.allSatisfy { "0123456789.,- MLHVZlhvz".contains($0) }
            #expect(isNumeric, "\(name): \(key)=\(value.prefix(80))")
          }
          let lines = figure.text(columns: 40).split(separator: "\n")
          #expect(lines.allSatisfy { $0.count == 40 }, "\(name)")
        }
      }
    }
  }

  @Test func logAxesAreDrawnForEveryMark() {
    for (name, draw) in Self.figures where !name.contains("surface") {
      var figure = Figure()
      draw(&figure)
      figure.xscale = .log
      figure.yscale = .log
      #expect(SVGReader(figure.svg()).error == nil, "\(name)")
      #expect(!figure.text().isEmpty)
    }
  }

  @Test func limitsFarFromTheData() {
    for (name, draw) in Self.figures {
      var figure = Figure()
      draw(&figure)
      figure.xlim = 1e6...1e7
      figure.ylim = -1e-9...(-1e-10)
      #expect(SVGReader(figure.svg()).error == nil, "\(name)")
      #expect(!figure.text(columns: 30, style: .ascii).isEmpty)
    }
  }
}
