import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropOptimizers
import Testing

@Suite struct ParameterGroupTests {
  /// Three parameters, whose gradients are all 1.
  private let model = Parameters(
    all: [
      Parameter(NDArray([[1]], scalarType: .float64)),
      Parameter(NDArray([1], scalarType: .float64)),
      Parameter(NDArray([1], scalarType: .float64)),
    ])
  private var values: [Double] { model.all.map { $0.array.doubles[0] } }
  private func step(_ optimizer: Optimizer) {
    optimizer.update(using: model.loss([[1], [1], [1]]).backward())
  }

  @Test func theFirstThatWantsAParameterGetsIt() {
    let optimizer = SGD(
      for: model, learningRate: 0.5, weightDecay: 1,
      groups: [
        ParameterGroup(where: { name, _ in name == "all.1" }, learningRateFactor: 0.5),
        ParameterGroup(where: { _, parameter in parameter.rank < 2 }, weightDecay: 0),
      ])
    step(optimizer)
    // 1 − 0.5 · (1 + 1 · 1); 1 − 0.25 · (1 + 1 · 1); 1 − 0.5 · (1 + 0 · 1).
    #expect(values == [0, 0.5, 0.5])
  }

  @Test func theLearningRateScalesAllGroups() {
    let optimizer = SGD(
      for: model, groups: [ParameterGroup(where: { $1.rank == 2 }, learningRateFactor: 4)])
    optimizer.learningRate = 0.125
    step(optimizer)
    #expect(values == [0.5, 0.875, 0.875])
  }

  @Test func aFrozenGroupStaysAndCanBeThawed() {
    let optimizers = [
      SGD(for: model, groups: [frozen]), SGD(for: model, momentum: 0.9, groups: [frozen]),
      Adam(for: model, groups: [frozen]), AdamW(for: model, groups: [frozen]),
    ]
    for optimizer in optimizers {
      let before = values
      step(optimizer)
      #expect(values[0] != before[0] && values[1] == before[1] && values[2] == before[2])
      #expect(optimizer.state["all.0.step"]?.item == 1)
      #expect(optimizer.state["all.1.step"]?.item == 0)
      optimizer.groups[0].isFrozen = false
      step(optimizer)
      #expect(values[1] != before[1] && values[2] != before[2])
      #expect(optimizer.state["all.1.step"]?.item == 1)
    }
  }
  private let frozen = ParameterGroup(where: { _, parameter in parameter.rank < 2 }, isFrozen: true)

  /// With a gradient of zero, nothing becomes NaN, and only what decays changes.
  @Test func aGradientOfZeroIsHarmless() {
    for (_, makeOptimizer) in Parameters.optimizers {
      let optimizer = makeOptimizer(model)
      optimizer.weightDecay = 0
      optimizer.update(using: model.loss([[0], [0], [0]]).backward())
      #expect(values == [1, 1, 1])
    }
  }

  /// A layer that two others share is changed once a step.
  @Test func aSharedParameterIsChangedOnce() {
    let shared = Parameter(NDArray([1], scalarType: .float64))
    let model = Parameters(all: [shared, shared])
    let optimizer = SGD(for: model, learningRate: 0.25)
    optimizer.update(using: model.loss([[1], [1]]).backward())
    #expect(shared.array.doubles == [0.5])
    #expect(optimizer.state.keys.sorted() == ["all.0.step"])
  }

  @Test func variablesOfNobodyAreFound() {
    let (x, stranger) = (model.all[0], Parameter(NDArray([2], scalarType: .float64)))
    let gradients = (x.tensor * stranger.tensor).sum().backward()
    let optimizer = SGD(
      for: model, groups: [ParameterGroup(where: { _, _ in true }, isFrozen: true)])
    #expect(optimizer.unowned(in: gradients) == [stranger.variableID])
    #expect(optimizer.unowned(in: model.loss([[1], [1], nil]).backward()).isEmpty)
  }
}
