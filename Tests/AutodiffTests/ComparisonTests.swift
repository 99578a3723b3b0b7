import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

@Suite struct ComparisonTests {
  @Test func comparisonsGiveNumPysResults() throws {
    try NumPyCases.check("equal") { x, _ in x[0] .== x[1] }
    try NumPyCases.check("notEqual") { x, _ in x[0] .!= x[1] }
    try NumPyCases.check("less") { x, _ in x[0] .< x[1] }
    try NumPyCases.check("lessOrEqual") { x, _ in x[0] .<= x[1] }
    try NumPyCases.check("greater") { x, _ in x[0] .> x[1] }
    try NumPyCases.check("greaterOrEqual") { x, _ in x[0] .>= x[1] }
  }

  @Test func flagsAreCombined() throws {
    let (a, b) = (Tensor([[true], [false]]), Tensor([true, false]))
    #expect((a .& b).scalars() == [true, false, false, false])
    #expect((a .| b).scalars() == [true, true, true, false])
    #expect((.!a).scalars() == [false, true])
    let x = Tensor([-1, 0.5, 2])
    #expect((x .> 0 .& x .< 1 .| x .== -1).scalars() == [true, true, false])
    let shape = Tensor(shapeOnly: TensorType([2, 1], .bool))
    #expect(try (shape .& b).checkedType() == TensorType([2, 2], .bool))
    // Numbers count as true unless they are zero.
    #expect((Tensor([0, 2, .nan]) .| Tensor([false])).scalars() == [false, true, true])
  }

  @Test func whereGivesNumPysResults() throws {
    try NumPyCases.check("where") { x, _ in Tensor.where(x[0], x[1], x[2]) }
  }

  @Test func numbersTakeTheOtherSidesType() {
    let flags = Tensor([true, false])
    for type in ScalarType.allCases {
      let x = Tensor([1, 1], scalarType: type)
      for (result, expected) in [
        (Tensor.where(flags, x, 0), [1, 0]), (Tensor.where(flags, 0, x), [0, 1]),
      ] as [(Tensor, [Double])] {
        #expect(result.scalarType == type)
        #expect(result.doubles == expected)
      }
    }
  }

  @Test func comparesWithNumbers() {
    for type in [ScalarType.float32, .float64, .int32, .int64, .uint8] {
      let x = Tensor([1, 2, 3], scalarType: .float64).cast(to: type)
      #expect((x .== 2).scalars() == [false, true, false])
      #expect((x .!= 2).scalars() == [true, false, true])
      #expect((x .< 2).scalars() == [true, false, false])
      #expect((x .<= 2).scalars() == [true, true, false])
      #expect((x .> 2).scalars() == [false, false, true])
      #expect((x .>= 2).scalars() == [false, true, true])
    }
  }

  /// 2 is less than 2.5, whatever type holds the 2.
  @Test func wholeNumbersCompareWithNumbersTheyCannotHold() {
    for type in [ScalarType.int32, .int64, .uint8] {
      let x = Tensor([1, 2, 3], scalarType: .float64).cast(to: type)
      #expect((x .== 2.5).scalars() == [false, false, false])
      #expect((x .!= 2.5).scalars() == [true, true, true])
      #expect((x .< 2.5).scalars() == [true, true, false])
      #expect((x .>= 2.5).scalars() == [false, false, true])
      #expect((x .> -1.5).scalars() == [true, true, true])
      #expect((x .< 1e30).scalars() == [true, true, true])
      #expect((x .== .nan).scalars() == [false, false, false])
      #expect((x .!= .nan).scalars() == [true, true, true])
    }
    #expect((Tensor([0, 1] as [UInt8]) .> -1).scalars() == [true, true])
    #expect((Tensor([true, false]) .== 2).scalars() == [false, false])
  }

  @Test func finiteness() {
    for bad in [Double.nan, .infinity, -.infinity] {
      for position in [0, 3, 16] {
        var values = [Double](repeating: 1, count: 17)
        #expect(Tensor(values, scalarType: .float64).allFinite)
        values[position] = bad
        #expect(!Tensor(values, scalarType: .float64).allFinite)
        #expect(!Tensor(values, scalarType: .float64).cast(to: .float32).allFinite)
      }
    }
    #expect(Tensor([Int64.max]).allFinite)
    #expect(Tensor.zeros([0]).allFinite)
  }

  @Test func conditionsAreBool() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.where(Tensor([1, 0] as [UInt8]), .zeros([2]), .zeros([2]))
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("where: the condition is uint8, not bool"))
    await #expect(processExitsWith: .failure) {
      _ = Tensor.where(Tensor([true]), Tensor([1] as [UInt8]), 300)
    }
  }
}
