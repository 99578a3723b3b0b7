import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropOptimizers
import Testing

@Suite struct OptimizerStateTests {
  private struct Running: ComposedRule {
    var slots: [String] { ["sum"] }
    func newValue(
      of w: Tensor, gradient g: Tensor, slots: inout [Tensor], step: UpdateStep
    ) -> Tensor {
      slots[0] = slots[0] + g
      return w - slots[0] * (step.learningRate / Double(step.number))
    }
  }

  @Test func aRestoredOptimizerGoesOnBitForBit() throws {
    let own: (name: String, make: @Sendable (Parameters) -> Optimizer) = (
      "of one's own", { Optimizer(Running(), for: $0, learningRate: 0.1) }
    )
    for (name, make) in Parameters.optimizers + [own] {
      let first = Parameters.drawn([3, 4], [5])
      let optimizer = make(first)
      for step in 0..<5 { optimizer.update(using: first.gradients(step: step)) }
      let state = optimizer.state
      let copies = state.mapValues { $0.copy() }

      let second = Parameters(all: first.all.map { Parameter($0.array.copy()) })
      let restored = make(second)
      try restored.restore(state)
      for step in 5..<10 {
        optimizer.update(using: first.gradients(step: step))
        restored.update(using: second.gradients(step: step))
      }
      #expect(first.all.map(\.array) == second.all.map(\.array), "\(name)")
      #expect(optimizer.state == restored.state, "\(name)")
      // What was taken out has not changed with the steps that followed.
      #expect(state == copies, "\(name)")
      #expect(first.all.allSatisfy { Tensor($0.array).allFinite }, "\(name)")
    }
  }

  @Test func namesAreThoseOfTheModel() {
    let model = Parameters.drawn([3, 4], [5])
    let optimizer = Adam(for: model)
    // What was never updated, as when it is frozen, is remembered to have taken no step.
    #expect(optimizer.state.keys.sorted() == ["all.0.step", "all.1.step"])
    optimizer.update(using: model.gradients(step: 0))
    #expect(
      optimizer.state.keys.sorted() == [
        "all.0.mean", "all.0.square", "all.0.step", "all.1.mean", "all.1.square", "all.1.step",
      ])
    #expect(optimizer.state["all.0.mean"]?.shape == [3, 4])
    #expect(optimizer.state["all.0.step"]?.scalarType == .int64)
  }

  /// A group's parameters stand together, but by name they find their own.
  @Test func anotherGroupingTakesTheSameState() throws {
    let model = Parameters.drawn([5], [3, 4], [2])
    let plain = Adam(for: model)
    plain.update(using: model.gradients(step: 0))
    let grouped = Adam(for: model, groups: [ParameterGroup(where: { $1.rank == 2 })])
    try grouped.restore(plain.state)
    #expect(grouped.state == plain.state)
  }

  @Test func whatDoesNotFitIsListedAndChangesNothing() {
    let model = Parameters.drawn([3, 4], [5])
    let optimizer = Adam(for: model)
    optimizer.update(using: model.gradients(step: 0))
    let before = optimizer.state
    var wrong = before
    wrong["all.0.mean"] = nil
    wrong["all.1.square"] = .zeros([4])
    wrong["all.1.step"] = NDArray(scalar: Int64(-1))
    wrong["all.1.velocity"] = .zeros([5])
    let error = #expect(throws: OptimizerStateError.self) { try optimizer.restore(wrong) }
    #expect(error?.missing == ["all.0.mean"])
    #expect(error?.unexpected == ["all.1.velocity"])
    #expect(error?.misshapen.map(\.name) == ["all.1.step", "all.1.square"])
    let text = error?.description ?? ""
    #expect(text.contains("'all.1.square' is float32 (4,), expected float32 (5,)"), "\(text)")
    #expect(text.contains("'all.1.step' is -1, expected a number of steps"))
    #expect(optimizer.state == before)
  }
}
