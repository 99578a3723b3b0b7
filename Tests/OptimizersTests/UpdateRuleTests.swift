import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTestSupport
import Testing

/// Rules of one's own, written in tensors.
@Suite struct UpdateRuleTests {
  /// Adam's formula as it stands in the paper.
  private struct AdamInTensors: ComposedRule {
    var slots: [String] { ["mean", "square"] }

    func newValue(
      of w: Tensor, gradient g: Tensor, slots: inout [Tensor], step: UpdateStep
    ) -> Tensor {
      let (beta1, beta2) = (0.9, 0.999)
      slots[0] = slots[0] * beta1 + g * (1 - beta1)
      slots[1] = slots[1] * beta2 + g.squared() * (1 - beta2)
      var (power1, power2) = (1.0, 1.0)
      for _ in 0..<step.number { (power1, power2) = (power1 * beta1, power2 * beta2) }
      let mean = slots[0] / (1 - power1)
      let square = slots[1] / (1 - power2)
      return w - mean / (square.squareRoot() + 1e-8) * step.learningRate
    }
  }

  @Test func aRuleInTensorsStepsAsTheKernelDoes() {
    let shapes: [Shape] = [[3, 4], [5]]
    let ours = Parameters.drawn(shapes[0], shapes[1], scalarType: .float64)
    let theirs = Parameters.drawn(shapes[0], shapes[1], scalarType: .float64)
    let kernel = Adam(for: ours, learningRate: 0.01)
    let composed = Optimizer(AdamInTensors(), for: theirs, learningRate: 0.01)
    for step in 0..<10 {
      kernel.update(using: ours.gradients(step: step))
      composed.update(using: theirs.gradients(step: step))
      for (a, b) in zip(ours.all, theirs.all) {
        #expect(
          Tensor(a.array).isClose(
            to: Tensor(b.array), relativeTolerance: 1e-12, absoluteTolerance: 1e-12))
      }
    }
    #expect(kernel.state.keys.sorted() == composed.state.keys.sorted())
  }

  private struct Summing: ComposedRule {
    var slots: [String] { [] }
    func newValue(
      of w: Tensor, gradient g: Tensor, slots: inout [Tensor], step: UpdateStep
    ) -> Tensor { (w - g).sum() }
  }

  private struct Miscalled: ComposedRule {
    var slots: [String] { ["step"] }
    func newValue(
      of w: Tensor, gradient g: Tensor, slots: inout [Tensor], step: UpdateStep
    ) -> Tensor { w }
  }

  private struct Twins: Layer {
    let a = Parameter(NDArray([1]))
    let b = Parameter(NDArray([2]))
    func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input }
    var members: [ModuleMember] { ModuleMember.named(["w": a, "w": b]) }
  }

  @Test func mistakesTrapWithAHint() async {
    let shapes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = Parameters.drawn([2, 2])
      Optimizer(Summing(), for: model, learningRate: 1).update(using: model.gradients(step: 0))
    }
    expect(shapes, says: "an update keeps shapes and types")
    let slots = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Optimizer(Miscalled(), for: Parameters.drawn([2]), learningRate: 1)
    }
    expect(slots, says: "'step' is the count of steps")
    let names = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = SGD(for: Twins())
    }
    expect(names, says: "two parameters of Twins are called 'w'")
    let nesterov = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = SGD(for: Twins(), nesterov: true)
    }
    expect(nesterov, says: "needs some; give 0.9")
    let dampening = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = SGD(for: Twins(), momentum: 0.9, dampening: 0.5, nesterov: true)
    }
    expect(dampening, says: "dampening leaves out 0.5 of it")
    let groups = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      SGD(for: Parameters.drawn([2])).groups.append(ParameterGroup(where: { _, _ in true }))
    }
    expect(groups, says: "those of another number need another optimizer")
  }
}
