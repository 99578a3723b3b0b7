import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Foundation
import Testing

@Suite struct LSTMTests {
  private static func numbers(_ shape: Shape, seed: UInt64 = 1) -> NDArray {
    var random = RandomSource(seed: seed)
    return .normal(shape, scalarType: .float64, using: &random)
  }

  private static func network(
    layers: Int = 1, isBidirectional: Bool = false, dropout: Double = 0
  ) -> LSTM {
    var random = RandomSource(seed: 3)
    return LSTM(
      2, 3, layers: layers, isBidirectional: isBidirectional, dropout: dropout,
      scalarType: .float64, using: &random)
  }

  /// One number, one step: the formula by hand.
  @Test func theGatesInTheirOrder() {
    var random = RandomSource(seed: 1)
    let network = LSTM(1, 1, scalarType: .float64, using: &random)
    let weights = network.weights[0][0]
    let (w, u) = (weights.inputWeight.array.doubles, weights.hiddenWeight.array.doubles)
    let (b, c) = (weights.inputBias!.array.doubles, weights.hiddenBias!.array.doubles)
    let (x, h, memory) = (0.7, -0.4, 1.3)
    let z = (0..<4).map { x * w[$0] + b[$0] + h * u[$0] + c[$0] }
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    let cell = sigmoid(z[1]) * memory + sigmoid(z[0]) * tanh(z[2])
    let hidden = sigmoid(z[3]) * tanh(cell)
    func tensor(_ x: Double) -> Tensor { Tensor([x], shape: [1, 1, 1], scalarType: .float64) }
    let result = network(tensor(x), state: LSTM.State(hidden: tensor(h), cell: tensor(memory)))
    #expect(abs(result.state.cell.item - cell) < 1e-15)
    #expect(abs(result.state.hidden.item - hidden) < 1e-15)
    #expect(result.output.item == result.state.hidden.item)
  }

  @Test func aSequenceCanBeTakenInParts() {
    let network = Self.network(layers: 2)
    let x = Tensor(Self.numbers([4, 5, 2]))
    let whole = network(x)
    let first = network(x[.all, ..<2])
    let second = network(x[.all, 2...], state: first.state)
    let parts = Tensor.concatenate([first.output, second.output], axis: 1)
    #expect(parts.doubles == whole.output.doubles)
    #expect(second.state.cell.doubles == whole.state.cell.doubles)
  }

  @Test func gradientsAreRight() {
    let network = Self.network(layers: 2, isBidirectional: true, dropout: 0.3)
    func loss(_ network: LSTM, _ x: Tensor, _ h: Tensor, _ c: Tensor) -> Tensor {
      let state = LSTM.State(hidden: h, cell: c)
      let result = network(x, state: state, .training(seed: 1, step: 0))
      return result.output.squared().sum() + (result.state.hidden * h).sin().sum()
        + (result.state.cell * c).cos().sum()
    }
    let x = Self.numbers([2, 3, 2])
    let (h, c) = (Self.numbers([4, 2, 3], seed: 2), Self.numbers([4, 2, 3], seed: 4))
    let inputs = checkGradient(at: [x, h, c]) { loss(network, $0[0], $0[1], $0[2]) }
    #expect(inputs.passes(), "\(inputs)")
    let parameters = checkGradient(of: network) { loss($0, Tensor(x), Tensor(h), Tensor(c)) }
    #expect(parameters.rows.count == 16)
    #expect(parameters.passes(), "\(parameters)")
  }

  @Test func mistakesSayWhatIsWrong() throws {
    let network = Self.network()
    func text(_ shape: Shape, cell: Shape) -> String {
      func tensor(_ shape: Shape) -> Tensor { Tensor(shapeOnly: TensorType(shape, .float64)) }
      let error = #expect(throws: ShapeError.self) {
        let state = LSTM.State(hidden: tensor([1, 4, 3]), cell: tensor(cell))
        return try network(tensor(shape), state: state).state.cell.checkedType()
      }
      return error?.description ?? ""
    }
    #expect(text([4, 5, 3], cell: [1, 4, 3]).contains("LSTM: a step of the input has 3 numbers"))
    #expect(text([4, 5, 2], cell: [4, 3]).contains("the state is not of shape (1, 4, 3)"))
  }

  @Test func shapesAlone() throws {
    var random = RandomSource(seed: 1)
    let network = LSTM(2, 3, using: &random)
    let x = Tensor(shapeOnly: TensorType([4, 5, 2]))
    let result = network(x, .training(seed: 0, step: 0))
    #expect(try result.output.checkedType().shape == [4, 5, 3])
    #expect(try result.state.hidden.checkedType().shape == [1, 4, 3])
    let rows = try network.summary { network(x, $0) }.rows
    #expect(rows.map(\.layer) == ["LSTM(2 -> 3)"])
    #expect(rows.map(\.outputShape) == [[4, 5, 3]])
    #expect(rows[0].parameterCount == 4 * (6 + 9 + 6))
  }
}
