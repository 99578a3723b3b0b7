import BackpropArrays
import CBackpropRuntime
import Testing

@testable import BackpropAutodiff

/// A node holds the numbers that its gradient needs and no others.
@Suite struct GradientNeedsTests {
  /// The bytes of numbers that a graph holds, of 100 × 100 float32 inputs that nothing else holds.
  private func held(
    by function: (Tensor, Tensor) -> Tensor, differentiatingBoth: Bool = true
  ) -> Int64 {
    let x = Tensor.zeros([1, 100]).requiringGradient()
    let y = Tensor.zeros([1, 100]).requiringGradient()
    let before = bp_memory().live_bytes
    let result: Tensor
    do {
      let a = x.broadcast(to: [100, 100]) + 1
      let b = differentiatingBoth ? y.broadcast(to: [100, 100]) + 1 : Tensor.zeros([100, 100])
      result = function(a, b)
    }
    defer { withExtendedLifetime((x, y, result)) {} }
    // Beside the result itself, and literals.
    let own = Int64(result.count * result.scalarType.size)
    return (bp_memory().live_bytes - before - own) / 1000 * 1000
  }

  @Test func sumsHoldNothing() {
    #expect(held { a, b in a + b } == 0)
    #expect(held { a, b in a - b } == 0)
    #expect(held { a, _ in a.sum(axis: 0) } == 0)
    #expect(held { a, _ in a.mean() } == 0)
    #expect(held { a, _ in -a } == 0)
    #expect(held { a, _ in (a.transposed() + 1).reshaped(to: [-1]) + 2 } == 0)
  }

  @Test func productsHoldTheOtherSide() {
    #expect(held { a, b in (a * b).sum() } == 80_000)
    #expect(held(by: { a, b in (a * b).sum() }, differentiatingBoth: false) == 40_000)
    #expect(held(by: { a, b in a.matmul(b).sum() }, differentiatingBoth: false) == 40_000)
    #expect(held { a, b in a.matmul(b).sum() } == 80_000)
    #expect(held { a, _ in (a * 3).sum() } == 0)
  }

  @Test func functionsHoldWhatTheirGradientIsMadeOf() {
    // The result, which the sum does not hold; or the argument.
    #expect(held { a, _ in a.exp().sum() } == 40_000)
    #expect(held { a, _ in a.tanh().sum() } == 40_000)
    #expect(held { a, _ in a.log().sum() } == 40_000)
    #expect(held { a, _ in a.softmax().sum() } == 40_000)
    // Two that need the same numbers hold them once.
    #expect(held { a, _ in (a.log() + a.pow(2)).sum() } == 40_000)
    // The probabilities, and not the logits.
    #expect(
      held { a, _ in
        crossEntropy(logits: a, targets: Tensor(Array(repeating: 1 as Int32, count: 100)))
      } == 40_000)
  }

  @Test func nothingIsHeldWithoutRecording() {
    #expect(held { a, b in withoutGradient { (a * b).exp().sum() } } == 0)
  }

  @Test func everythingIsHeldOnDemand() {
    #expect(held { a, b in withAllNumbersKept { (a + b).sum() } } == 120_000)
  }

  @Test func askingForWhatWasNotDeclaredEndsTheProgram() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      struct Forgetful: ComposedOperation {
        var name: String { "forgetful" }
        func callOnTensors(_ inputs: [Tensor], save: (Tensor) -> Void) -> Tensor { inputs[0] * 2 }
        func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }
        func backward(_ pass: inout BackwardPass) { pass.add(pass.input(0), to: 0) }
      }
      let x = Tensor([1, 2]).requiringGradient()
      _ = Forgetful()(x).sum().backward()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("forgetful: its gradient asks for numbers that it did not declare"))
    #expect(text.contains("add .input(0) to gradientNeeds(for:)"))
  }
}
