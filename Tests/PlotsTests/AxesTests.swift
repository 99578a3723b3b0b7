import Testing

@testable import BackpropPlots

@Suite struct AxesTests {
  @Test func limitsShowAllMarksWithAMargin() {
    var axes = Axes()
    axes.plot([0, 10], [-1, 1])
    axes.plot([5, 20], [0, 3])
    #expect(axes.limits.x == -1...21)
    #expect(axes.limits.y == -1.2...3.2)
    axes.ylim = 0...1
    #expect(axes.limits.y == 0...1)
  }

  @Test func pointsThatCannotBeDrawnDoNotCount() {
    var axes = Axes()
    axes.plot([0, 1, 100], [1, 2, .nan])
    #expect(axes.limits.x == -0.05...1.05)
    axes.yscale = .log
    axes.plot([-50], [-1])
    #expect(axes.limits.x == -0.05...1.05)
  }

  @Test func barsStandOnZeroWithoutAGap() {
    var axes = Axes()
    axes.bar(["a", "b"], [1, 20])
    #expect(axes.limits.y == 0...21)
    #expect(axes.limits.x == -0.6...1.6)
    axes.bar(["b", "c"], [-10, 1])
    #expect(axes.limits.y.lowerBound < -10)
    #expect(axes.xCategories == ["a", "b", "c"])
    let bars = axes.marks.compactMap { $0 as? Bars }
    #expect(bars.map(\.group) == [0, 1])
    #expect(bars.map(\.groups) == [2, 2])
    #expect(bars[1].places == [1, 2])
  }

  @Test func barsGoUpAndDownFromABaseline() throws {
    var figure = Figure()
    figure.yscale = .log
    figure.bar(["twice", "half", "none"], [2, 0.5, 1], baseline: 1)
    let bars = SVGReader(figure.svg()).all("rect").filter {
      $0.attributes["class"] == "plot-fill-0"
    }.map { bar in ["y", "height"].map { Double(bar.attributes[$0] ?? "") ?? .nan } }
    #expect(bars.count == 3)
    // Twice and half are equally long, and both begin at 1, where the third has no height.
    #expect(abs(bars[0][1] - bars[1][1]) < 0.02 && bars[0][1] > 100)
    #expect(abs(bars[0][0] + bars[0][1] - bars[1][0]) < 0.02)
    #expect(abs(bars[2][0] - bars[1][0]) < 0.02 && bars[2][1] == 0)

    var axes = Axes()
    axes.bar(["a", "b"], [5, 3], baseline: 2)
    #expect(axes.limits.y.lowerBound == 2 && axes.limits.y.upperBound > 5)
    axes.bar(["a"], [1], baseline: 2)
    #expect(axes.limits.y.lowerBound < 1)
    // A log axis has no zero: the bars start at its lower end.
    axes = Axes()
    axes.yscale = .log
    axes.bar(["a", "b"], [1, 1000], baseline: 0)
    #expect(axes.limits.y.lowerBound > 0 && axes.limits.y.lowerBound <= 1)
  }

  @Test func colorsFollowTheCycle() {
    var axes = Axes()
    axes.plot([1])
    axes.scatter([1], [1], color: .ink)
    axes.plot([2])
    let colors = axes.marks.compactMap { ($0 as? LineSeries)?.color }
    #expect(colors == [.cycle(0), .ink, .cycle(1)])
  }

  @Test func arrowsEndAtTheirVectors() {
    var axes = Axes()
    axes.quiver([0, 1], [0, 0], [2, 4], [0, 2], scale: 2)
    #expect(axes.marks[0].extent(.linear, .linear).x == 0...3)
    #expect((axes.marks[0] as? Quiver)?.v == [0, 1])
  }

  @Test func theLongestArrowSpansTheGrid() {
    var axes = Axes()
    axes.quiver([0, 1, 0, 1], [0, 0, 1, 1], [3, 0, 0, 0], [4, 0, 0, 0])
    let quiver = axes.marks[0] as? Quiver
    #expect(abs(quiver!.u[0] - 0.95 * 0.6) < 1e-12)
    #expect(abs(quiver!.v[0] - 0.95 * 0.8) < 1e-12)
  }

  @Test func figuresHandOnToTheirCurrentAxes() {
    var figure = Figure(rows: 2, columns: 2)
    figure.xlabel = "first"
    figure.current = 3
    figure.xlabel = "last"
    figure.plot([1, 2])
    figure[0, 1].title = "second"
    #expect(figure.axes.map(\.xlabel) == ["first", "", "", "last"])
    #expect(figure.axes[1].title == "second")
    #expect(figure.axes.map(\.marks.count) == [0, 0, 0, 1])
  }

  @Test func facetsAreDrawnFromTheBack() {
    var figure = Figure()
    figure.surface([0, 1, 2], [0, 1, 2], [[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    let surface = figure.axes[0].surface!
    let box = Box(
      x: Scale(.linear, domain: 0...2, start: -1, end: 1),
      y: Scale(.linear, domain: 0...2, start: -1, end: 1),
      z: Scale(.linear, domain: 0...1, start: -0.75, end: 0.75),
      projection: Projection(elevation: 30, azimuth: -90))
    // Seen from −y, a facet farther away in y stands higher on the page.
    let facets = surface.facets(in: box)
    #expect(facets.count == 4)
    let foot = facets.map { $0.corners.map(\.y).max()! }
    #expect(foot[0] < foot[3] && foot[1] < foot[2])
  }

  @Test func projection() {
    // From straight above with azimuth −90, x runs right and y up.
    let above = Projection(elevation: 90, azimuth: -90)
    let page = above.page(Projection.Place(x: 0.5, y: 0.25, z: 0.7))
    #expect(abs(page.x - 0.5) < 1e-12 && abs(page.y + 0.25) < 1e-12)
    // From the side, z runs up.
    let side = Projection(elevation: 0, azimuth: -90)
    let up = side.page(Projection.Place(x: 0.5, y: 0.25, z: 0.7))
    #expect(abs(up.x - 0.5) < 1e-12 && abs(up.y + 0.7) < 1e-12)
    #expect(abs(side.nearness(Projection.Place(x: 0, y: -1, z: 0)) - 1) < 1e-12)
  }

  @Test func holesInASurfaceLeaveOutTheirFacets() {
    var figure = Figure()
    figure.surface([0, 1, 2], [0, 1, 2], [[0, 0, 0], [0, 0, 0], [0, 0, .nan]])
    let box = Box(
      x: Scale(.linear, domain: 0...2, start: -1, end: 1),
      y: Scale(.linear, domain: 0...2, start: -1, end: 1),
      z: Scale(.linear, domain: -1...1, start: -0.75, end: 0.75),
      projection: Projection(elevation: 30, azimuth: -60))
    #expect(figure.axes[0].surface!.facets(in: box).count == 3)
  }

  @Test func mistakesStopWithAMessageThatTeaches() async {
    let mismatch = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var figure = Figure()
      figure.plot([1, 2, 3], [1, 2])
    }
    let text = String(decoding: mismatch?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("plot: x has 3, y has 2; each point takes one value of each"))
    let log = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var figure = Figure()
      figure.yscale = .log
      figure.ylim = 0...1
      _ = figure.svg()
    }
    let logText = String(decoding: log?.standardErrorContent ?? [], as: UTF8.self)
    #expect(logText.contains("ylim: starts at 0.0 on a log axis"))
  }
}
