import BackpropArrays
import BackpropNeuralNetworks
import BackpropTestSupport
import Testing

@testable import BackpropWeightFiles

@Suite struct ArrayStatisticsTests {
  private func statistics(_ array: NDArray) -> ArrayStatistics {
    ArrayStatistics(StoredArray(array))
  }

  @Test func numbersOfEveryType() {
    for type in ScalarType.allCases where type != .bool {
      let found = statistics(NDArray([1, 5, 2, 4, 3]).cast(to: type))
      #expect(found.minimum?.double == 1 && found.maximum?.double == 5, "\(type)")
      #expect(found.mean == 3 && found.count == 5 && found.nanCount == 0, "\(type)")
      #expect(found.finiteRange == 1...5)
      #expect(found.minimum?.description == (type.isFloatingPoint ? "1.0" : "1"))
    }
    let flags = statistics(NDArray([true, false, true, true]))
    #expect(flags.minimum == .whole(0) && flags.maximum == .whole(1) && flags.mean == 0.75)
  }

  @Test func wholeNumbersAreNotRounded() {
    let found = statistics(NDArray([Int64.min, .max - 1]))
    #expect(found.minimum?.description == "-9223372036854775808")
    #expect(found.maximum?.description == "9223372036854775806")
    let large = statistics(NDArray([UInt64.max]))
    #expect(large.maximum?.description == "18446744073709551615")
  }

  @Test func whatIsNoNumberIsCounted() {
    let found = statistics(NDArray([1, .nan, 3, .nan, -.infinity]))
    #expect(found.nanCount == 2 && found.infiniteCount == 1)
    #expect(found.minimum == .fraction(-.infinity) && found.maximum == .fraction(3))
    #expect(found.mean == -.infinity && found.finiteRange == 1...3)
    let both = statistics(NDArray([.infinity, -.infinity]))
    #expect(both.mean?.isNaN == true && both.finiteRange == nil)
    #expect(both.minimum == .fraction(-.infinity) && both.maximum == .fraction(.infinity))
    let infinite = statistics(NDArray([.infinity]))
    #expect(infinite.minimum == .fraction(.infinity) && infinite.maximum == .fraction(.infinity))
    let none = statistics(NDArray([.nan, .nan]))
    #expect(none.minimum == nil && none.maximum == nil && none.mean == nil)
    let empty = statistics(.zeros([0, 3]))
    #expect(empty.count == 0 && empty.mean == nil && empty.minimum == nil)
    #expect(statistics(NDArray([Int32]())).minimum == nil)
  }

  /// Longer than a run, and larger than a sum may be.
  @Test func meansOfManyAndOfLargeNumbers() {
    let count = 1_000_003
    let found = statistics(NDArray.range(from: 0, to: Double(count), scalarType: .float64))
    #expect(abs(found.mean! - Double(count - 1) / 2) < 1e-6)
    let whole = statistics(NDArray.range(from: 0, to: Double(count), scalarType: .int64))
    #expect(abs(whole.mean! - Double(count - 1) / 2) < 1e-6)
    let large = statistics(NDArray([1e308, 1e308, 1e308, -1e308], scalarType: .float64))
    #expect(abs(large.mean! / 5e307 - 1) < 1e-12)
  }

  @Test func histograms() {
    let array = StoredArray(NDArray([0, 0.1, 0.9, 1, .nan, 2, -1]))
    #expect(array.histogram(2, over: 0...1) == [2, 2])
    #expect(array.histogram(3, over: 1...1) == [1, 0, 0])
    let large = StoredArray(
      NDArray([-1.7e308, 0, 1.7e308, 1.7e308], scalarType: .float64))
    #expect(large.histogram(4, over: -1.7e308...1.7e308) == [1, 0, 1, 2])
    #expect(
      StoredArray(NDArray.range(from: 0, to: 200_000)).histogram(4, over: 0...200_000) == [
        50_000, 50_000, 50_000, 50_000,
      ])
  }

  @Test func weightsThatAreNoNumbersAreNamed() throws {
    let model = Linear(weight: NDArray([1, .nan, 3, .infinity], shape: [2, 2]), bias: .zeros([2]))
    let error = try #require(throws: NonFiniteWeights.self) {
      try model.requireFiniteWeights(file: "w")
    }
    #expect(error.arrays == [.init(name: "weight", count: 4, nanCount: 1, infiniteCount: 1)])
    #expect("\(error)".contains("'w'") && "\(error)".contains("weight: 1 NaN and 1 infinite of 4"))
    try Linear(weight: .ones([2, 2])).requireFiniteWeights()
  }
}
