import CBackpropKernels
import BackpropTestSupport
import Testing

@testable import BackpropArrays

@Suite struct ArithmeticTests {
  /// Exact: the inputs are multiples of a quarter.
  @Test func binaryOperationsGiveNumPysResults() throws {
    try NumPyCases.check("add") { x, _ in x[0] + x[1] }
    try NumPyCases.check("subtract") { x, _ in x[0] - x[1] }
    try NumPyCases.check("multiply") { x, _ in x[0] * x[1] }
    try NumPyCases.check("maximum") { x, _ in x[0].maximum(x[1]) }
    try NumPyCases.check("minimum") { x, _ in x[0].minimum(x[1]) }
    try NumPyCases.check("divide") { x, _ in x[0] / x[1] }
    try NumPyCases.check("power", ulps: 4) { x, _ in x[0].power(x[1]) }
  }

  @Test func unaryOperationsGiveNumPysResults() throws {
    try NumPyCases.check("negate") { x, _ in -x[0] }
    try NumPyCases.check("absolute") { x, _ in x[0].absolute() }
    try NumPyCases.check("sign") { x, _ in x[0].sign() }
    try NumPyCases.check("squared") { x, _ in x[0].squared() }
    try NumPyCases.check("squareRoot") { x, _ in x[0].squareRoot() }
    try NumPyCases.check("relu") { x, _ in x[0].relu() }
    try NumPyCases.check("step") { x, _ in x[0].step() }
    try NumPyCases.check("floor") { x, _ in x[0].floor() }
    try NumPyCases.check("exp", ulps: 4) { x, _ in x[0].exp() }
    try NumPyCases.check("log", ulps: 4) { x, _ in x[0].log() }
    try NumPyCases.check("tanh", ulps: 4) { x, _ in x[0].tanh() }
    try NumPyCases.check("sigmoid", ulps: 4) { x, _ in x[0].sigmoid() }
    try NumPyCases.check("erf", ulps: 4) { x, _ in x[0].erf() }
    try NumPyCases.check("sin", ulps: 4) { x, _ in x[0].sin() }
    try NumPyCases.check("cos", ulps: 4) { x, _ in x[0].cos() }
  }

  @Test func inPlaceOperationsGiveTheSameAsTheOperators() throws {
    let x = NDArray((0..<12).map { Float($0) - 5 }, shape: [3, 4])
    for y in [x.copy(), x[0], x[.all, 1..<2], NDArray(scalar: 3, .float32), x[Slice(by: -1)]] {
      for layout in x.everyLayout {
        var (sum, difference, product, quotient) = (
          layout.array, layout.array, layout.array, layout.array
        )
        sum += y
        difference -= y
        product *= y
        quotient /= y
        #expect(mismatch(sum, x + y) == nil, "\(layout.name)")
        #expect(mismatch(difference, x - y) == nil, "\(layout.name)")
        #expect(mismatch(product, x * y) == nil, "\(layout.name)")
        #expect(mismatch(quotient, x / y) == nil, "\(layout.name)")
        #expect(layout.array == x, "the array a copy was made of has changed")
      }
    }
  }

  /// The right side shares the left side's memory, and must be read as it was before.
  @Test func inPlaceOperationsWithPartsOfThemselves() {
    let start = NDArray([[1, 2, 3], [4, 5, 6], [7, 8, 10]] as [[Double]])
    func check(
      _ expected: [[Double]], line: Int = #line, _ change: (inout NDArray) -> Void
    ) {
      var a = start.copy()
      change(&a)
      #expect(a == NDArray(expected), "line \(line)")
    }
    check([[0, 0, 0], [3, 3, 3], [6, 6, 7]]) { a in a -= a[0..<1] }
    check([[0, -2, -4], [2, 0, -2], [4, 2, 0]]) { a in a -= a.transposed() }
    check([[8, 10, 13], [8, 10, 12], [8, 10, 13]]) { a in a += a[Slice(by: -1)] }
    check([[2, 4, 6], [8, 10, 12], [14, 16, 20]]) { a in a += a }
    check([[0, 1, 2], [3, 4, 5], [6, 7, 9]]) { a in a -= a[0, 0] }
    check([[1, 2, 3], [1, 2, 3], [4, 5, 6]]) { a in a[1...] = a[..<2] }
    check([[4, 5, 6], [7, 8, 10], [7, 8, 10]]) { a in a[..<2] = a[1...] }
    check([[7, 8, 10], [4, 5, 6], [1, 2, 3]]) { a in a[.ellipsis] = a[Slice(by: -1)] }
    check([[1, 4, 7], [2, 5, 8], [3, 6, 10]]) { a in a[.ellipsis] = a.transposed() }
  }

  @Test func numbersTakeTheArraysType() {
    for type in [ScalarType.float32, .float64, .int32, .int64, .uint8] {
      let x = NDArray([4, 8] as [Double]).cast(to: type)
      for (result, expected) in [
        (x + 2, [6, 10]), (2 + x, [6, 10]), (x - 2, [2, 6]), (9 - x, [5, 1]), (x * 2, [8, 16]),
        (2 * x, [8, 16]), (x.maximum(5), [5, 8]), (x.minimum(5), [4, 5]), (x.power(2), [16, 64]),
      ] as [(NDArray, [Double])] {
        #expect(result.scalarType == type)
        #expect(result.doubles == expected)
      }
      if type.isFloatingPoint {
        #expect((x / 2).doubles == [2, 4])
        #expect((2 / x).doubles == [0.5, 0.25])
      }
    }
  }

  @Test func typesAreNeverMixed() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = NDArray([1] as [Float]) + NDArray([1] as [Double])
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("add: the left side is float32 and the right side float64"))
    #expect(text.contains("hint: convert one side, with cast(to: .float32)"))
  }

  @Test func inPlaceResultsMustFit() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var x = NDArray.zeros([3])
      x += NDArray.zeros([2, 3])
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("add in place: the result has the shape (2, 3)"))
  }

  @Test func typesWithoutTheOperationAreAnError() async throws {
    func reason(_ op: bp_binary, _ type: ScalarType) throws -> String {
      try #require(throws: ShapeError.self) {
        _ = try NDArray.arithmeticShape(op, "op", .zeros([2], type), .zeros([2], type))
      }.reason
    }
    #expect(try reason(BP_ADD, .bool) == "the numbers are bool")
    #expect(try reason(BP_DIVIDE, .int32) == "the numbers are int32")
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = NDArray([1] as [Int32]).exp()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("exp: the numbers are int32"))
    await #expect(processExitsWith: .failure) { _ = NDArray([true]) + NDArray([true]) }
    await #expect(processExitsWith: .failure) {
      _ = NDArray([2] as [Int32]).power(NDArray([-1] as [Int32]))
    }
  }

  /// Long enough to be split over threads, and with lengths at which vectors have a remainder.
  @Test func longArraysAreWorkedOnWhole() {
    for (rows, columns) in [(1, 70_001), (70_001, 1), (3, 40_003), (40_003, 3), (301, 307)] {
      let x = NDArray.range(from: 0, to: Double(rows * columns), .float64)
        .reshaped(to: Shape([rows, columns]))
      let column = NDArray.range(from: 0, to: Double(rows), .float64)
        .reshaped(to: Shape([rows, 1]))
      let sum = x.transposed() + column.transposed()
      var expected = [Double]()
      expected.reserveCapacity(rows * columns)
      for j in 0..<columns { for i in 0..<rows { expected.append(Double(i * columns + j + i)) } }
      #expect(sum.shape == [columns, rows])
      #expect(sum.doubles == expected, "\(rows) x \(columns)")
      #expect((-x.transposed()).doubles == (x.transposed() * -1).doubles)
    }
  }
}
