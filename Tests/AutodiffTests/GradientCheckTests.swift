import BackpropArrays
import Testing

@testable import BackpropAutodiff

@Suite struct GradientCheckTests {
  /// The central difference of a cubic is exact but for h²: (f(x + h) − f(x − h)) / 2h = 3x² + h².
  @Test func centralDifferences() {
    let x = NDArray([1, -2, 0.5], scalarType: .float64)
    let gradient = numericalGradient(at: [x], step: 0.01) { $0[0].pow(3).sum() }[0]
    for (value, point) in zip(gradient.doubles, x.doubles) {
      #expect(abs(value - (3 * point * point + 1e-4)) < 1e-11)
    }
  }

  @Test func everyInputIsMovedAlone() {
    let (a, b) = (
      NDArray([[1, 2], [3, 4]], scalarType: .float64), NDArray([5, 6], scalarType: .float64)
    )
    let gradients = numericalGradient(at: [a.transposed(), b]) { ($0[0] * $0[1]).sum() }
    for (value, expected) in zip(gradients[0].doubles, [5.0, 6, 5, 6]) {
      #expect(abs(value - expected) < 1e-9)
    }
    for (value, expected) in zip(gradients[1].doubles, [3.0, 7]) {
      #expect(abs(value - expected) < 1e-9)
    }
    #expect(gradients[0].shape == [2, 2] && gradients[1].shape == [2])
  }

  @Test func passesForAGoodGradientAndFailsForABadOne() {
    let x = NDArray([0.3, -0.7], scalarType: .float64)
    let good = checkGradient(at: [x]) { $0[0].tanh() }
    #expect(good.passes() && good.largestError < 1e-9)
    // The gradient of a detached factor is lost.
    let bad = checkGradient(at: [x]) { $0[0] * $0[0].detached }
    #expect(!bad.passes() && bad.largestError > 0.1)
  }

  @Test func aGradientThatIsNotANumberFails() {
    let check = GradientCheck(errors: [0, .nan])
    #expect(check.largestError.isNaN && !check.passes())
    #expect(!checkGradient(at: [NDArray([-1.0], scalarType: .float64)]) { $0[0].log() }.passes())
  }

  @Test func inputsWithoutInfluenceHaveAGradientOfZero() {
    let (x, y) = (NDArray([1], scalarType: .float64), NDArray([2], scalarType: .float64))
    let check = checkGradient(at: [x, y]) { $0[0] * 2 }
    #expect(check.passes() && check.errors.count == 2 && check.errors[1] == 0)
    #expect(check.description.contains("by input 1"))
  }

  @Test func floatIsTooCoarse() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = checkGradient(at: [NDArray([1] as [Float])]) { $0[0] }
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("checkGradient: an input is float32"))
  }
}
