import Testing

@testable import BackpropPlots

@Suite struct PolylineTests {
  @Test func gapsBreakALine() {
    let (a, b, c) = (Point(x: 0, y: 0), Point(x: 1, y: 1), Point(x: 3, y: 0))
    #expect(Polyline.runs([nil, a, b, nil, nil, c, nil]) == [[a, b], [c]])
    #expect(Polyline.runs([nil]).isEmpty)
    #expect(Polyline.runs([]).isEmpty)
  }

  @Test func decimationKeepsEndsAndExtremesOfEachColumn() {
    let noise = SampleFigures.noise(10000)
    var points = noise.indices.map { Point(x: Double($0) * 0.05, y: noise[$0]) }
    points[4321].y = 40
    points[4322].y = -40
    let kept = Polyline.decimated(points)
    #expect(kept.count <= 4 * 500)
    #expect(kept.first == points.first)
    #expect(kept.last == points.last)
    let whole = Dictionary(grouping: points) { $0.x.rounded(.down) }
    let left = Dictionary(grouping: kept) { $0.x.rounded(.down) }
    #expect(whole.count == left.count)
    for (column, members) in whole {
      #expect(left[column]?.map(\.y).min() == members.map(\.y).min())
      #expect(left[column]?.map(\.y).max() == members.map(\.y).max())
      #expect(left[column]?.first == members.first)
      #expect(left[column]?.last == members.last)
    }
    #expect(zip(kept, kept.dropFirst()).allSatisfy { $0.x <= $1.x })
  }

  @Test func aLineThatTurnsBackIsKept() {
    let points = (0..<1000).map { Point(x: Double($0 % 2), y: Double($0)) }
    #expect(Polyline.decimated(points) == points)
  }

  @Test func clipping() {
    let rect = Rect(x: 0, y: 0, width: 10, height: 10)
    let through = rect.clipped(Point(x: -10, y: 5), Point(x: 20, y: 5))
    #expect(through?.0 == Point(x: 0, y: 5))
    #expect(through?.1 == Point(x: 10, y: 5))
    let diagonal = rect.clipped(Point(x: 5, y: 5), Point(x: 15, y: 15))
    #expect(diagonal?.0 == Point(x: 5, y: 5))
    #expect(diagonal?.1 == Point(x: 10, y: 10))
    #expect(rect.clipped(Point(x: -1, y: -1), Point(x: -1, y: 11)) == nil)
    #expect(rect.clipped(Point(x: -6, y: 5), Point(x: 5, y: 16)) == nil)
  }

  @Test func thinningDropsWhatCannotBeSeen() {
    let points = (0..<1000).map { Point(x: Double($0 % 10), y: 0) }
    #expect(Polyline.thinned(points).count == 10)
  }
}
