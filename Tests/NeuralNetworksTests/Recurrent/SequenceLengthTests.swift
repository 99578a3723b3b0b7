import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

/// Batches of sequences of different lengths.
@Suite struct SequenceLengthTests {
  private static func numbers(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
    var random = RandomSource(seed: seed)
    return .normal(shape, scalarType: .float64, using: &random)
  }

  private static func network() -> LSTM {
    var random = RandomSource(seed: 3)
    return LSTM(2, 3, layers: 2, isBidirectional: true, scalarType: .float64, using: &random)
  }

  /// What a sequence gives beside longer ones is what it gives alone.
  @Test func aSequenceIsReadAsIfItWereAlone() {
    let network = Self.network()
    let x = Self.numbers([3, 5, 2])
    let lengths = [2, 5, 1]
    let state = LSTM.State(
      hidden: Self.numbers([4, 3, 3], seed: 2), cell: Self.numbers([4, 3, 3], seed: 3))
    let together = network(x, state: state, lengths: Tensor(lengths))
    for (index, length) in lengths.enumerated() {
      let row = index..<index + 1
      let alone = network(
        x[row, ..<length],
        state: LSTM.State(hidden: state.hidden[.all, row], cell: state.cell[.all, row]))
      #expect(
        together.output[row, ..<length].isClose(
          to: alone.output, relativeTolerance: 0, absoluteTolerance: 1e-13))
      #expect(together.output[row, length...].doubles.allSatisfy { $0 == 0 })
      for (found, expected) in [
        (together.state.hidden, alone.state.hidden), (together.state.cell, alone.state.cell),
      ] {
        #expect(
          found[.all, row].isClose(to: expected, relativeTolerance: 0, absoluteTolerance: 1e-13))
      }
    }
  }

  /// Where all have all steps, lengths change nothing.
  @Test func lengthsOfAllStepsChangeNothing() {
    let (network, x) = (Self.network(), Self.numbers([3, 5, 2]))
    let (plain, told) = (network(x), network(x, lengths: Tensor([5, 5, 5] as [Int32])))
    #expect(plain.output.doubles == told.output.doubles)
    #expect(plain.state.cell.doubles == told.state.cell.doubles)
  }

  /// What lies behind the end, were it no number, shows nowhere.
  @Test func whatLiesBehindTheEndIsNotLookedAt() {
    let network = Self.network()
    var x = Self.numbers([2, 4, 2])
    x[0, 2...] = Tensor(NDArray(repeating: .nan, shape: [2, 2], scalarType: .float64))
    let variable = x.detached.requiringGradient()
    let result = network(variable, lengths: Tensor([2, 4] as [Int]))
    let gradients = (result.output.squared().sum() + result.state.cell.sum()).backward()
    #expect(result.output.doubles.allSatisfy { $0.isFinite })
    for parameter in network.parameters {
      #expect(gradients[parameter]!.doubles.allSatisfy { $0.isFinite })
    }
    #expect(gradients[variable][0, 2...].doubles.allSatisfy { $0 == 0 })
    #expect(gradients[variable][0, ..<2].doubles.allSatisfy { $0 != 0 })
  }

  @Test func gradientsAreRight() {
    var random = RandomSource(seed: 3)
    let network = GRU(2, 3, layers: 2, isBidirectional: true, scalarType: .float64, using: &random)
    func loss(_ network: GRU, _ x: Tensor) -> Tensor {
      let result = network(x, lengths: Tensor([3, 1] as [Int]), .training(seed: 0, step: 0))
      return result.output.squared().sum() + result.state.sin().sum()
    }
    let x = Self.numbers([2, 3, 2])
    let inputs = checkGradient(at: [x.array]) { loss(network, $0[0]) }
    #expect(inputs.passes(), "\(inputs)")
    let parameters = checkGradient(of: network) { loss($0, x) }
    #expect(parameters.rows.count == 16)
    #expect(parameters.passes(), "\(parameters)")
  }

  @Test func mistakesSayWhatIsWrong() throws {
    let network = Self.network()
    func text(_ lengths: TensorType) -> String {
      let error = #expect(throws: ShapeError.self) {
        let x = Tensor(shapeOnly: TensorType([4, 5, 2], .float64))
        return try network(x, lengths: Tensor(shapeOnly: lengths)).output.checkedType()
      }
      return error?.description ?? ""
    }
    #expect(text(TensorType([5], .int64)).contains("LSTM: the lengths are not whole numbers"))
    #expect(text(TensorType([4], .float32)).contains("(4,), one for each sequence, but float32"))
    #expect(text(TensorType([4, 1], .int32)).contains("the lengths are not whole numbers"))
  }

  @Test func aLengthThatIsNoneEndsTheProgram() async {
    await #expect(processExitsWith: .failure) {
      var random = RandomSource(seed: 3)
      let network = GRU(2, 3, using: &random)
      _ = network(.zeros([2, 4, 2]), lengths: Tensor([4, 5] as [Int]))
    }
    await #expect(processExitsWith: .failure) {
      var random = RandomSource(seed: 3)
      let network = GRU(2, 3, using: &random)
      _ = network(.zeros([2, 4, 2]), lengths: Tensor([0, 4] as [Int]))
    }
  }

  @Test func shapesAlone() throws {
    let network = Self.network()
    let x = Tensor(shapeOnly: TensorType([4, 5, 2], .float64))
    let lengths = Tensor(shapeOnly: TensorType([4], .int64))
    let result = network(x, lengths: lengths)
    #expect(try result.output.checkedType().shape == [4, 5, 6])
    #expect(try result.state.cell.checkedType().shape == [4, 4, 3])
  }
}
