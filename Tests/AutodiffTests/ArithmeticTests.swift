import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

@Suite struct ArithmeticTests {
  /// Exact: the inputs are multiples of a quarter.
  @Test func binaryOperationsGiveNumPysResults() throws {
    try NumPyCases.check("add") { x, _ in x[0] + x[1] }
    try NumPyCases.check("subtract") { x, _ in x[0] - x[1] }
    try NumPyCases.check("multiply") { x, _ in x[0] * x[1] }
    try NumPyCases.check("maximum") { x, _ in x[0].maximum(x[1]) }
    try NumPyCases.check("minimum") { x, _ in x[0].minimum(x[1]) }
    try NumPyCases.check("divide") { x, _ in x[0] / x[1] }
    try NumPyCases.check("power", ulps: 4) { x, _ in x[0].pow(x[1]) }
  }

  @Test func unaryOperationsGiveNumPysResults() throws {
    try NumPyCases.check("negate") { x, _ in -x[0] }
    try NumPyCases.check("absolute") { x, _ in x[0].abs() }
    try NumPyCases.check("sign") { x, _ in x[0].sign() }
    try NumPyCases.check("squared") { x, _ in x[0].squared() }
    try NumPyCases.check("squared") { x, _ in x[0] * x[0] }
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

  @Test func numbersTakeTheTensorsType() {
    for type in [ScalarType.float32, .float64, .int32, .int64, .uint8] {
      let x = Tensor([4, 8], scalarType: .float64).cast(to: type)
      for (result, expected) in [
        (x + 2, [6, 10]), (2 + x, [6, 10]), (x - 2, [2, 6]), (9 - x, [5, 1]), (x * 2, [8, 16]),
        (2 * x, [8, 16]), (x.maximum(5), [5, 8]), (x.minimum(5), [4, 5]), (x.pow(2), [16, 64]),
      ] as [(Tensor, [Double])] {
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
      _ = Tensor([1] as [Float]) + Tensor([1], scalarType: .float64)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("add: the left side is float32 and the right side float64"))
    #expect(text.contains("hint: convert one side, with cast(to: .float32)"))
  }

  @Test func typesWithoutTheOperationAreAnError() async throws {
    func reason(_ operation: some TensorOperation, _ type: ScalarType) throws -> String {
      try #require(throws: ShapeError.self) {
        let x = Tensor.zeros([2], scalarType: type)
        _ = try operation.evaluate([x, x])
      }.reason
    }
    #expect(try reason(Add(), .bool).hasPrefix("the numbers are bool"))
    #expect(try reason(Divide(), .int32).hasPrefix("the numbers are int32"))
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1] as [Int32]).exp()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("exp: the numbers are int32"))
    await #expect(processExitsWith: .failure) { _ = Tensor([true]) + Tensor([true]) }
    await #expect(processExitsWith: .failure) {
      _ = Tensor([2] as [Int32]).pow(Tensor([-1] as [Int32]))
    }
  }

  /// Long enough to be split over threads, and with lengths at which vectors have a remainder.
  @Test func longArraysAreWorkedOnWhole() {
    for (rows, columns) in [(1, 70_001), (70_001, 1), (3, 40_003), (40_003, 3), (301, 307)] {
      let x = Tensor.range(from: 0, to: Double(rows * columns), scalarType: .float64)
        .reshaped(to: Shape([rows, columns]))
      let column = Tensor.range(from: 0, to: Double(rows), scalarType: .float64)
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
