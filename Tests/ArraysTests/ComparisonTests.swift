import BackpropTestSupport
import Testing

@testable import BackpropArrays

@Suite struct ComparisonTests {
  @Test func comparisonsGiveNumPysResults() throws {
    try NumPyCases.check("equal") { x, _ in x[0] .== x[1] }
    try NumPyCases.check("notEqual") { x, _ in x[0] .!= x[1] }
    try NumPyCases.check("less") { x, _ in x[0] .< x[1] }
    try NumPyCases.check("lessOrEqual") { x, _ in x[0] .<= x[1] }
    try NumPyCases.check("greater") { x, _ in x[0] .> x[1] }
    try NumPyCases.check("greaterOrEqual") { x, _ in x[0] .>= x[1] }
  }

  @Test func selectGivesNumPysWhere() throws {
    try NumPyCases.check("select") { x, _ in x[0].select(x[1], otherwise: x[2]) }
  }

  @Test func comparesWithNumbers() {
    for type in [ScalarType.float32, .float64, .int32, .int64, .uint8] {
      let x = NDArray([1, 2, 3] as [Double]).cast(to: type)
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
      let x = NDArray([1, 2, 3] as [Double]).cast(to: type)
      #expect((x .== 2.5).scalars() == [false, false, false])
      #expect((x .!= 2.5).scalars() == [true, true, true])
      #expect((x .< 2.5).scalars() == [true, true, false])
      #expect((x .>= 2.5).scalars() == [false, false, true])
      #expect((x .> -1.5).scalars() == [true, true, true])
      #expect((x .< 1e30).scalars() == [true, true, true])
      #expect((x .== .nan).scalars() == [false, false, false])
      #expect((x .!= .nan).scalars() == [true, true, true])
    }
    #expect((NDArray([0, 1] as [UInt8]) .> -1).scalars() == [true, true])
    #expect((NDArray([true, false]) .== 2).scalars() == [false, false])
  }

  @Test func finiteness() {
    for bad in [Double.nan, .infinity, -.infinity] {
      for position in [0, 3, 16] {
        var values = [Double](repeating: 1, count: 17)
        #expect(NDArray(values).isFinite)
        values[position] = bad
        #expect(!NDArray(values).isFinite)
        #expect(!NDArray(values).cast(to: .float32).isFinite)
      }
    }
    #expect(NDArray([Int64.max]).isFinite)
    #expect(NDArray.zeros([0]).isFinite)
  }

  @Test func conditionsAreBool() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = NDArray([1, 0] as [UInt8]).select(.zeros([2]), otherwise: .zeros([2]))
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("select: the condition is uint8, not bool"))
  }
}
