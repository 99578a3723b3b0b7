import BackpropArrays
import BackpropAutodiff

/// One step of an ``LSTM``, for a loop of one's own.
///
/// The formulas are those of ``LSTM``: an input `(batch, inputs)` and a state of two tensors
/// `(batch, hidden)` give the next state.
///
/// ```swift
/// let cell = LSTMCell(8, 32, using: &random)
/// var state: LSTM.State?
/// for word in words { state = cell(word, state: state, mode) }
/// ```
///
/// For whole sequences ``LSTM`` is the faster way. Source: PyTorch's `LSTMCell`, whose names in files
/// these are.
public struct LSTMCell: Module {
  /// The weights.
  public let weights: RecurrentWeights

  /// A cell with weights drawn evenly from ±1/√hidden.
  ///
  /// - Parameters:
  ///   - inputs: how many numbers a step has.
  ///   - hidden: how many numbers the state has.
  ///   - hasBias: whether there are b and c.
  ///   - scalarType: of the weights.
  ///   - random: where the weights come from.
  public init(
    _ inputs: Int, _ hidden: Int, hasBias: Bool = true,
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    guard inputs > 0, hidden > 0 else {
      fatalError("LSTMCell: \(inputs) inputs and \(hidden) hidden; each must be positive")
    }
    weights = RecurrentWeights(
      inputs: inputs, hidden: hidden, gates: 4, hasBias: hasBias, suffix: "",
      scalarType: scalarType, using: &random)
  }

  /// The next state.
  ///
  /// - Parameters:
  ///   - input: of shape (batch, inputs).
  ///   - state: of two tensors of shape (batch, hidden); `nil` for zeros.
  ///   - mode: whether the cell is being trained or used.
  public func callAsFunction(
    _ input: Tensor, state: LSTM.State? = nil, _ mode: Mode = .unspecified
  ) -> LSTM.State {
    mode.call(self) { _ in
      let next = weights.step("LSTMCell", .lstm, input, state.map { [$0.hidden, $0.cell] })
      return LSTM.State(hidden: next[0], cell: next[1])
    }
  }

  public var members: [ModuleMember] { weights.members }
  public func fileLayout(of parameter: String) -> ParameterLayout {
    RecurrentWeights.fileLayout(of: parameter)
  }
  public var summaryName: String {
    "LSTMCell(\(weights.inputs) -> \(weights.hidden))"
  }
}
