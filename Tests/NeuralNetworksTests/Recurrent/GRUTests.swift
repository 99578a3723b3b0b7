import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Foundation
import Testing

@Suite struct GRUTests {
  /// One number, one step: the formula by hand.
  @Test func theGatesInTheirOrder() {
    var random = RandomSource(seed: 1)
    let network = GRU(1, 1, scalarType: .float64, using: &random)
    let weights = network.weights[0][0]
    let (w, u) = (weights.inputWeight.array.doubles, weights.hiddenWeight.array.doubles)
    let (b, c) = (weights.inputBias!.array.doubles, weights.hiddenBias!.array.doubles)
    let (x, h) = (0.7, -0.4)
    let (a, p) = ((0..<3).map { x * w[$0] + b[$0] }, (0..<3).map { h * u[$0] + c[$0] })
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    let (r, z) = (sigmoid(a[0] + p[0]), sigmoid(a[1] + p[1]))
    let expected = (1 - z) * tanh(a[2] + r * p[2]) + z * h
    func tensor(_ x: Double) -> Tensor { Tensor([x], shape: [1, 1, 1], scalarType: .float64) }
    let result = network(tensor(x), state: tensor(h))
    #expect(abs(result.state.item - expected) < 1e-15)
    #expect(result.output.item == result.state.item)
  }

  /// A cell in a loop is the network.
  @Test func aCellGivesStepByStepWhatTheNetworkGives() {
    var random = RandomSource(seed: 2)
    let network = GRU(2, 3, scalarType: .float64, using: &random)
    let cell = GRUCell(2, 3, scalarType: .float64, using: &random)
    for (to, from) in zip(cell.parameters, network.parameters) { to.array = from.array }
    let x = Tensor.normal([4, 5, 2], scalarType: .float64, using: &random)
    let whole = network(x).output
    var state: Tensor?
    for step in 0..<5 {
      state = cell(x[.all, step], state: state)
      #expect(state!.isClose(to: whole[.all, step], relativeTolerance: 0, absoluteTolerance: 1e-14))
    }
  }

  @Test func aSequenceCanBeTakenInParts() {
    var random = RandomSource(seed: 3)
    let network = GRU(2, 3, layers: 2, scalarType: .float64, using: &random)
    let x = Tensor.normal([4, 5, 2], scalarType: .float64, using: &random)
    let whole = network(x)
    let first = network(x[.all, ..<2])
    let second = network(x[.all, 2...], state: first.state)
    let parts = Tensor.concatenate([first.output, second.output], axis: 1)
    #expect(parts.doubles == whole.output.doubles)
    #expect(second.state.doubles == whole.state.doubles)
  }

  @Test func dropoutIsBetweenTheLayersAlone() {
    var random = RandomSource(seed: 3)
    let network = GRU(2, 6, layers: 2, dropout: 0.5, scalarType: .float64, using: &random)
    let x = Tensor.normal([3, 4, 2], scalarType: .float64, using: &random)
    let (plain, dropped) = (network(x, .inference), network(x, .training(seed: 1, step: 0)))
    #expect(plain.state[0].doubles == dropped.state[0].doubles)
    #expect(plain.state[1].doubles != dropped.state[1].doubles)
    #expect(dropped.output.doubles.allSatisfy { $0 != 0 })
  }

  @Test func cellsSayWhatIsWrong() throws {
    var random = RandomSource(seed: 3)
    let (gru, lstm) = (GRUCell(2, 3, using: &random), LSTMCell(2, 3, using: &random))
    func tensor(_ shape: Shape) -> Tensor { Tensor(shapeOnly: TensorType(shape)) }
    func text(_ tensor: Tensor) -> String {
      (#expect(throws: ShapeError.self) { try tensor.checkedType() })?.description ?? ""
    }
    #expect(
      text(gru(tensor([4, 3]))).contains("GRUCell: the input is no batch of steps (batch, 2)"))
    #expect(
      text(gru(tensor([4, 2]), state: tensor([3, 3]))).contains("the state is not of shape (4, 3)"))
    let state = LSTM.State(hidden: tensor([4, 3]), cell: tensor([4, 2]))
    #expect(
      text(lstm(tensor([4, 2]), state: state).cell).contains("LSTMCell: the state is not of"))
    #expect(try lstm(tensor([4, 2])).cell.checkedType().shape == [4, 3])
  }

  @Test func shapesAlone() throws {
    var random = RandomSource(seed: 1)
    let network = GRU(2, 3, layers: 2, isBidirectional: true, using: &random)
    let result = network(Tensor(shapeOnly: TensorType([4, 5, 2])), .training(seed: 0, step: 0))
    #expect(try result.output.checkedType().shape == [4, 5, 6])
    #expect(try result.state.checkedType().shape == [4, 4, 3])
    #expect(network.summaryName == "GRU(2 -> 3, 2 layers, both directions)")
    #expect(network.parameterCount == 2 * 3 * (6 + 9 + 6) + 2 * 3 * (18 + 9 + 6))
  }
}
