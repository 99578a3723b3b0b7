import Testing

@testable import BackpropPlots

@Suite struct HistogramTests {
  @Test func edgesBelongAsInNumPy() {
    // numpy.histogram([1, 2, 1, 4, 5, 3], bins=4) → ([2, 1, 1, 2], [1, 2, 3, 4, 5])
    let histogram = Histogram(of: [1, 2, 1, 4, 5, 3], bins: 4)
    #expect(histogram.counts == [2, 1, 1, 2])
    #expect(histogram.edges == [1, 2, 3, 4, 5])
  }

  @Test func valuesOnEdgesThatAreNotExact() {
    // 0.1, 0.2 … 0.9 are the lower edges of bins of a tenth, however they are rounded.
    let values = (0..<10).map { Double($0) / 10 }
    #expect(Histogram(of: values, bins: 10, range: 0...1).counts == Array(repeating: 1, count: 10))
  }

  @Test func densityHasAreaOne() {
    let histogram = Histogram(of: [0, 0.1, 0.2, 3, 4], bins: 8)
    let widths = zip(histogram.edges, histogram.edges.dropFirst()).map { $1 - $0 }
    let area = zip(widths, histogram.density).map(*).reduce(0, +)
    #expect(abs(area - 1) < 1e-12)
  }

  @Test func constantEmptyAndNotFinite() {
    let constant = Histogram(of: [2, 2, 2], bins: 2)
    #expect(constant.edges == [1.5, 2, 2.5])
    #expect(constant.counts == [0, 3])
    #expect(Histogram(of: [], bins: 3).counts == [0, 0, 0])
    #expect(Histogram(of: [.nan, 1, .infinity, 2], bins: 2).counts == [1, 1])
    #expect(Histogram(of: [-5, 0.5, 9], bins: 1, range: 0...1).counts == [1])
    #expect(Histogram(of: [1e20, 1e20], bins: 2).counts.reduce(0, +) == 2)
  }
}
