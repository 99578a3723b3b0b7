import BackpropTestSupport
import Testing

@testable import BackpropPlots

/// Figures of numbers at the ends of what there is: none may end the process, and what is drawn has
/// places that a renderer can find.
@Suite struct ExtremeNumbersTests {
  static let largest = Double.greatestFiniteMagnitude
  static let least = Double.leastNonzeroMagnitude
  static let values: [Double] = [
    0, -0.0, 1, -1, 0.3, least, -least, 4e7 * least, 2.2250738585072014e-308, 1e-300, 1e-9, 1e6,
    1e15, 1e16, 9.007199254740993e15, 1e19, 1e100, -1e100, 1e294, 1e300, -1e300, 1e308, -1e308,
    largest, -largest, .infinity, -.infinity, .nan, 1.0.nextUp, 1.0.nextDown,
  ]

  /// Lists of up to six of the values, drawn with a fixed seed.
  static let lists: [[Double]] = {
    var state: UInt64 = 42
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    let drawn = (0..<40).map { _ in (0...next(6)).map { _ in values[next(values.count)] } }
    return [[], [0], [least], [largest], [-largest, largest], [1, 1e294], [1, 1.0.nextUp]]
      + drawn
  }()

  /// Every kind of mark over a list of numbers.
  static func figures(_ x: [Double], _ y: [Double]) -> [(name: String, Figure)] {
    let count = min(x.count, y.count)
    let (x, y) = (Array(x.prefix(count)), Array(y.prefix(count)))
    let rows = [x, y]
    let names = x.indices.map { "c\($0)" }
    let draw: [(String, (inout Figure) -> Void)] = [
      ("line", { $0.plot(x, y, label: "l", marker: .circle) }),
      ("points", { $0.scatter(x, y, marker: .cross, size: 7) }),
      ("bars", { $0.bar(names, y, label: "b", showsValues: true) }),
      (
        "two bars",
        {
          $0.bar(names, x); $0.bar(names, y)
        }
      ),
      ("histogram", { $0.hist(y, bins: 7) }),
      ("density", { $0.hist(y, bins: 3, density: true) }),
      ("image", { $0.imshow(rows) }),
      ("heat map", { $0.heatMap(rows, decimals: 2) }),
      ("arrows", { $0.quiver(x, y, y, x, label: "q") }),
      ("lines", { figure in for (a, b) in zip(x, y) { figure.axhline(a); figure.axvline(b) } }),
      ("surface", { $0.surface(x, [0, 1], rows) }),
    ]
    return draw.map { name, draw in
      var figure = Figure()
      draw(&figure)
      figure.grid = true
      figure.colorBar = true
      return (name, figure)
    }
  }

  /// Checks a figure's SVG.
  static func check(_ figure: Figure, _ name: @autoclosure () -> String) {
    let svg = figure.svg()
    let reader = SVGReader(svg)
    #expect(reader.error == nil, "\(name())")
    for (key, value) in reader.elements.flatMap(\.attributes)
    where ["x", "y", "width", "height", "d", "font-size", "transform"].contains(key) {
      let numbers = value.split { !"-.0123456789".contains($0) }.map { Double($0) }
      #expect(numbers.allSatisfy { $0 != nil && abs($0!) <= 2000 }, "\(name()): \(key)=\(value)")
      #expect(!value.contains("nan") && !value.contains("inf"), "\(name()): \(key)=\(value)")
    }
  }

  @Test func logarithmicAxes() {
    for (index, y) in Self.lists.enumerated() {
      let x = index % 2 == 0 ? y.indices.map { Double($0) + 1 } : Self.lists[(index * 5) % 40]
      for (name, var figure) in Self.figures(x, y) where name != "surface" {
        figure.yscale = .log
        if index % 2 == 1 { figure.xscale = .log }
        Self.check(figure, "log \(name) of \(x), \(y)")
      }
    }
  }

  /// Limits that are far from the data, or larger or smaller than they.
  @Test func limitsOfOnesOwn() {
    let limits: [ClosedRange<Double>] = [
      0...1e-300, 0...Self.least, -1e308...1e308, 1e300...1e308, 1...1.0.nextUp, -1...1,
      -Self.largest...Self.largest, 0...0,
    ]
    for (index, y) in Self.lists.enumerated() {
      let x = Self.lists[(index * 11) % 40]
      for (name, var figure) in Self.figures(x, y) {
        figure.xlim = limits[index % limits.count]
        figure.ylim = limits[(index / 3) % limits.count]
        if index % 4 == 0 { figure.aspect = .equal }
        Self.check(figure, "\(name) of \(x), \(y) in \(figure.xlim!), \(figure.ylim!)")
      }
    }
  }

  /// A line far out of sight is drawn where it crosses the frame.
  @Test func aLineBetweenFarEnds() throws {
    var figure = Figure()
    figure.plot([-1e308, 1e308], [-1, 1])
    figure.xlim = -1...1
    figure.ylim = -2...2
    let path = try #require(
      SVGReader(figure.svg()).all("path").first { $0.attributes["stroke-width"] == "2" })
    let numbers = path.attributes["d"]!.split { !"-.0123456789".contains($0) }.compactMap {
      Double($0)
    }
    // Level, through the middle, from edge to edge.
    #expect(numbers.count == 4)
    #expect(abs(numbers[1] - numbers[3]) < 0.02)
    #expect(numbers[2] - numbers[0] > 500)
  }

  @Test func histogramsOfTheLargestNumbers() {
    let values = [-1e308, -0.9e308, 0, 1e308]
    for range in [nil, -1e308...1e308] {
      let histogram = Histogram(of: values, bins: 4, range: range)
      #expect(histogram.counts == [2, 0, 1, 1])
      #expect(histogram.edges == [-1e308, -0.5e308, 0, 0.5e308, 1e308])
      #expect(histogram.density.allSatisfy { $0.isFinite })
    }
    var figure = Figure()
    figure.hist(values, bins: 4)
    // The three bars that hold something.
    let bars = SVGReader(figure.svg()).all("path").first { $0.attributes["class"] == "plot-fill-0" }
    #expect(bars?.attributes["d"]?.filter { $0 == "M" }.count == 3)
  }

  @Test func manyNumbers() {
    let many = (0..<300_000).map { Double($0 * 7919 % 10_007) }
    var figure = Figure()
    figure.plot(many)
    figure.hist(many, bins: 500)
    #expect(figure.svg().utf8.count < 200_000)
    #expect(!figure.text().isEmpty)
  }

  @Test func ticksOfEveryRange() {
    for low in Self.values where low.isFinite {
      for high in Self.values where high.isFinite && low < high {
        for maximum in [1, 2, 7] {
          for kind in [AxisScale.linear, .log] where kind == .linear || low >= 1e-300 {
            let ticks = Ticks.make(kind, low...high, atMost: maximum)
            #expect(ticks.major.allSatisfy(\.isFinite) && ticks.minor.allSatisfy(\.isFinite))
            #expect(ticks.labels.count == ticks.major.count)
          }
        }
      }
    }
  }
}
