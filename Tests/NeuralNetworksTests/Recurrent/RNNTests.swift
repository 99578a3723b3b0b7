import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import Synchronization
import Testing

@Suite struct RNNTests {
  private static func numbers(_ shape: Shape, seed: UInt64 = 1) -> NDArray {
    var random = RandomSource(seed: seed)
    return .normal(shape, scalarType: .float64, using: &random)
  }

  private static func network(
    layers: Int = 1, isBidirectional: Bool = false, dropout: Double = 0
  ) -> RNN {
    var random = RandomSource(seed: 3)
    return RNN(
      2, 3, layers: layers, isBidirectional: isBidirectional, dropout: dropout,
      scalarType: .float64, using: &random)
  }

  /// What a layer does along a sequence is what a cell with its weights does step by step.
  @Test func aNetworkIsACellInALoop() {
    var random = RandomSource(seed: 4)
    let cell = RNNCell(2, 3, scalarType: .float64, using: &random)
    let network = Self.network()
    for (own, other) in zip(network.parameters, cell.parameters) { own.array = other.array }
    let x = Tensor(Self.numbers([4, 5, 2]))
    let result = network(x)
    var state: Tensor?
    for step in 0..<5 {
      state = cell(x[.all, step], state: state)
      #expect(
        mismatch(result.output[.all, step].array, state!.array, relative: 1e-14, absolute: 1e-15)
          == nil)
    }
    #expect(result.state[0].doubles == result.output[.all, 4].doubles)
  }

  @Test func aSequenceCanBeTakenInParts() {
    let network = Self.network(layers: 2)
    let x = Tensor(Self.numbers([4, 5, 2]))
    let whole = network(x)
    let first = network(x[.all, ..<2])
    let second = network(x[.all, 2...], state: first.state)
    let parts = Tensor.concatenate([first.output, second.output], axis: 1)
    #expect(parts.doubles == whole.output.doubles)
    #expect(second.state.doubles == whole.state.doubles)
  }

  @Test func gradientsAreRight() {
    let network = Self.network(layers: 2, isBidirectional: true, dropout: 0.3)
    let mode = { Mode.training(seed: 1, step: 0) }
    func loss(_ network: RNN, _ x: Tensor, _ state: Tensor) -> Tensor {
      let result = network(x, state: state, mode())
      return result.output.squared().sum() + (result.state * state).sin().sum()
    }
    let (x, state) = (Self.numbers([2, 3, 2]), Self.numbers([4, 2, 3], seed: 2))
    let inputs = checkGradient(at: [x, state]) { loss(network, $0[0], $0[1]) }
    #expect(inputs.passes(), "\(inputs)")
    let parameters = checkGradient(of: network) { loss($0, Tensor(x), Tensor(state)) }
    #expect(parameters.rows.count == 16)
    #expect(parameters.passes(), "\(parameters)")
  }

  /// Between the layers alone, in training alone.
  @Test func dropoutIsBetweenLayers() async throws {
    let x = Tensor(Self.numbers([2, 3, 2]))
    let (plain, dropping) = (Self.network(layers: 2), Self.network(layers: 2, dropout: 0.5))
    let mode = Mode.training(seed: 0, step: 0)
    #expect(dropping(x, .inference).output.doubles == plain(x, .inference).output.doubles)
    #expect(dropping(x, mode).output.doubles != plain(x, mode).output.doubles)
    // The first layer's state comes before it.
    #expect(dropping(x, mode).state[0].doubles == plain(x, mode).state[0].doubles)
    let one = Self.network(dropout: 0.5)
    #expect(one(x, mode).output.doubles == Self.network()(x, mode).output.doubles)
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var random = RandomSource(seed: 3)
      let network = RNN(2, 3, layers: 2, dropout: 0.5, using: &random)
      _ = network(Tensor.ones([2, 3, 2])).output.sum().backward()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("a gradient arrives at Dropout(0.5)"))
  }

  @Test func weightsHavePyTorchsNames() {
    #expect(
      Self.network(layers: 2, isBidirectional: true).namedParameters.map(\.name).filter {
        $0.hasPrefix("weight")
      } == [
        "weight_ih_l0", "weight_hh_l0", "weight_ih_l0_reverse", "weight_hh_l0_reverse",
        "weight_ih_l1", "weight_hh_l1", "weight_ih_l1_reverse", "weight_hh_l1_reverse",
      ])
    let bound = 1 / 3.squareRoot()
    for parameter in Self.network().parameters {
      #expect(parameter.array.doubles.allSatisfy { abs($0) <= bound })
    }
  }

  @Test func observersSeeBothResults() {
    let network = Self.network()
    let seen = Mutex<[String]>([])
    let observer = ModuleObserver(
      onResult: { event in
        seen.withLock { $0.append("\(event.index): \(event.tensor.shape)") }
      },
      onGradient: { event in
        seen.withLock { $0.append("gradient \(event.index): \(event.tensor.shape)") }
      })
    let mode = Mode.inference.observed(by: observer, in: network)
    let result = network(Tensor(Self.numbers([4, 5, 2])), mode)
    #expect(seen.withLock { $0 } == ["0: (4, 5, 3)", "1: (1, 4, 3)"])
    _ = (result.output.sum() + result.state.sum()).backward()
    #expect(
      Set(seen.withLock { $0 }.dropFirst(2)) == ["gradient 0: (4, 5, 3)", "gradient 1: (1, 4, 3)"])
  }

  @Test func mistakesSayWhatIsWrong() throws {
    let network = Self.network(layers: 2)
    func text(_ shape: Shape, state: Shape? = nil) -> String {
      let error = #expect(throws: ShapeError.self) {
        let state = state.map { Tensor(shapeOnly: TensorType($0, .float64)) }
        return try network(Tensor(shapeOnly: TensorType(shape, .float64)), state: state)
          .state.checkedType()
      }
      return error?.description ?? ""
    }
    #expect(text([4, 5, 3]).contains("a step of the input has 3 numbers, and the module takes 2"))
    #expect(text([5, 2]).contains("expandingDimension(at: 0)"))
    #expect(text([4, 0, 2]).contains("have no steps"))
    #expect(text([4, 5, 2], state: [1, 4, 3]).contains("the state is not of shape (2, 4, 3)"))
    var random = RandomSource(seed: 1)
    let cell = RNNCell(2, 3, using: &random)
    let error = #expect(throws: ShapeError.self) {
      try cell(Tensor(shapeOnly: TensorType([4, 3]))).checkedType()
    }
    #expect(error!.description.contains("no batch of steps (batch, 2)"))
  }

  @Test func shapesAlone() throws {
    var random = RandomSource(seed: 1)
    let network = RNN(2, 3, layers: 2, isBidirectional: true, using: &random)
    let x = Tensor(shapeOnly: TensorType([4, 5, 2]))
    let result = network(x, .training(seed: 0, step: 0))
    #expect(try result.output.checkedType().shape == [4, 5, 6])
    #expect(try result.state.checkedType().shape == [4, 4, 3])
    let rows = try network.summary { network(x, $0) }.rows
    #expect(rows.map(\.layer) == ["RNN(2 -> 3, 2 layers, both directions)"])
    #expect(rows.map(\.outputShape) == [[4, 5, 6]])
    #expect(rows[0].parameterCount == 2 * (6 + 9 + 6) + 2 * (18 + 9 + 6))
    let cell = RNNCell(2, 3, using: &random)
    let step = Tensor(shapeOnly: TensorType([4, 2]))
    #expect(try cell.summary { cell(step, $0) }.rows.map(\.layer) == ["RNNCell(2 -> 3)"])
  }
}
