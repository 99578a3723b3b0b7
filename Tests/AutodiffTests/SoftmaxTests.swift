import BackpropArrays
import Foundation
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

@Suite struct SoftmaxTests {
  @Test func softmaxGivesSciPysResults() throws {
    try NumPyCases.check("softmax", ulps: 8) { $0[0].softmax(axis: $1.axis!) }
  }

  /// Near zero a logarithm is the difference of two larger numbers, so the error is relative to
  /// those.
  @Test func logSoftmaxGivesSciPysResults() throws {
    try NumPyCases.check("logSoftmax") {
      $0[0].logSoftmax(axis: $1.axis!)
    } _: { result, expected in
      let unit = expected.scalarType == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne
      return mismatch(result, expected, relative: 4 * unit, absolute: 8 * unit)
    }
  }

  @Test func rowsSumToOneForManyClasses() {
    for columns in [1, 2, 7, 8, 9, 16, 17, 100, 1000] {
      let x = Tensor.range(from: 0, to: Double(3 * columns), by: 1, scalarType: .float64).sin() * 30
      let sums = x.reshaped(to: Shape([3, columns])).softmax().sum(axis: 1)
      for sum in sums.doubles { #expect(abs(sum - 1) < 1e-14) }
    }
  }

  @Test func onlyFloatingPointHasASoftmax() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2] as [Int32]).softmax()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("softmax: the numbers are int32"))
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([]).softmax() }
  }
}
