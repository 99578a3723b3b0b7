import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

@Suite struct SortingTests {
  @Test func ordersAreNumPys() throws {
    try NumPyCases.check("argsort") { $0[0].argsort(axis: $1.axis!) }
    try NumPyCases.check("argsortDescending") { $0[0].argsort(axis: $1.axis!, descending: true) }
    try NumPyCases.check("sort") { $0[0].sorted(axis: $1.axis!) }
    try NumPyCases.check("topKValues") {
      $0[0].topK($1.count!, axis: $1.axis!, largest: $1.flag!).values
    }
    try NumPyCases.check("topKPositions") {
      $0[0].topK($1.count!, axis: $1.axis!, largest: $1.flag!).positions
    }
    try NumPyCases.check("searchSorted") { $0[0].searchSorted($0[1], right: $1.flag!) }
  }

  @Test func quantilesAreNumPys() throws {
    try NumPyCases.check("median") { $0[0].median(axis: $1.axis, keepDims: $1.keepDims!) }
    try NumPyCases.check("quantile") { x, c in
      x[0].quantile(c.number!, axis: c.axis, keepDims: c.keepDims!)
    } _: {
      mismatch($0, $1, relative: 1e-6, absolute: 1e-6)
    }
  }

  /// Numbers on which the shape of a result depends.
  @Test func countsAreNumPys() throws {
    func check(_ op: String, _ function: ([Tensor], NumPyCases.Case) -> Tensor) throws {
      let failures = try NumPyCases.failures(of: op) { function($0.map { Tensor($0) }, $1).array }
      #expect(failures == [], "\(op)")
    }
    try check("unique") { x, _ in x[0].unique().values }
    try check("uniqueInverse") { x, _ in x[0].unique().inverse }
    try check("uniqueCounts") { x, _ in x[0].unique().counts }
    try check("bincount") { x, c in
      x[0].bincount(weights: x.count > 1 ? x[1] : nil, minimumLength: c.count ?? 0)
    }
    try check("histogram") { x, c in
      x[0].histogram(bins: c.count!, range: c.numbers.map { $0[0]...$0[1] }).counts
    }
    // NumPy works float32 edges out in float32, and ours are rounded once.
    let edges = try NumPyCases.failures(of: "histogramEdges") { x, c, expected in
      let range = c.numbers.map { $0[0]...$0[1] }
      let found = Tensor(x[0]).histogram(bins: c.count!, range: range).edges
      return mismatch(found.array, expected, relative: 1e-6, absolute: 1e-7)
    }
    #expect(edges == [])
  }

  /// At lengths around the one from which digits are counted, and with keys of every kind.
  @Test func longRowsAreSortedStably() {
    var random = RandomSource(seed: 8)
    for length in [2, 47, 48, 49, 1000, 70_000] {
      let numbers = Tensor.uniform([length], in: -3..<3, scalarType: .float64, using: &random)
      for type in [ScalarType.float32, .float64, .int32, .int64, .bool] {
        let x = (type == .float64 ? numbers : (numbers * 100).floor()).cast(to: type)
        let values = x.doubles
        for isDescending in [false, true] {
          let order = x.argsort(descending: isDescending).scalars(as: Int.self)
          let expected = values.indices.sorted {
            values[$0] == values[$1]
              ? $0 < $1 : isDescending ? values[$0] > values[$1] : values[$0] < values[$1]
          }
          #expect(order == expected, "\(length) of \(type)")
        }
      }
    }
  }

  @Test func zerosAreEqualAndNaNIsLast() {
    let x = Tensor([0, -0.0, .nan, -.infinity, 0, .infinity, -.nan])
    #expect(x.argsort().doubles == [3, 0, 1, 4, 5, 2, 6])
    #expect(x.argsort(descending: true).doubles == [2, 6, 5, 0, 1, 4, 3])
  }

  @Test func gradientsGoToWhereElementsCameFrom() {
    let x = Tensor([3, 1, 2, 1]).requiringGradient()
    let weights = Tensor([1, 10, 100, 1000])
    #expect((x.sorted() * weights).sum().backward()[x].doubles == [1000, 1, 100, 10])
    #expect(x.topK(2).values.sum().backward()[x].doubles == [1, 0, 1, 0])
    #expect(x.median().backward()[x].doubles == [0, 0, 0.5, 0.5])
    #expect(x.unique().values.sum().backward()[x].doubles == [1, 1, 1, 0])
  }

  @Test func whatDoesNotFitIsAnError() throws {
    let x = Tensor(shapeOnly: TensorType([3, 4]))
    func reason(_ result: Tensor) throws -> String {
      try #require(throws: ShapeError.self) { _ = try result.checkedType() }.reason
    }
    #expect(try reason(x.sorted(axis: 2)) == "there is no axis 2 among 2 axes")
    #expect(try reason(x.topK(5).values) == "asked for 5 of the 4 elements along axis -1")
    #expect(try reason(x.searchSorted(x)).hasPrefix("what is searched"))
    #expect(try reason(x.unique().counts).hasSuffix("depends on the numbers"))
    let whole = Tensor(shapeOnly: TensorType([3], .int64))
    #expect(try reason(whole.bincount()).hasSuffix("depends on the numbers"))
    #expect(try reason(whole.median()).hasPrefix("the numbers are int64"))
    #expect(try reason(x.quantile(1.5)) == "the quantile 1.5 of 12 elements")
    #expect(try reason(x.histogram(bins: 3).edges).contains("depends on the numbers"))
    #expect(try x.histogram(bins: 3, range: 0...1).counts.checkedType() == TensorType([3], .int64))
    #expect(try x.topK(2, axis: 0).values.checkedType().shape == [2, 4])
  }
}
