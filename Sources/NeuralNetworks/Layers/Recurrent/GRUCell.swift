import BackpropArrays
import BackpropAutodiff

/// One step of a ``GRU``, for a loop of one's own.
///
/// The formulas are those of ``GRU``: an input `(batch, inputs)` and the state `(batch, hidden)` give the
/// next state.
///
/// ```swift
/// let cell = GRUCell(8, 32, using: &random)
/// var state: Tensor?
/// for word in words { state = cell(word, state: state, mode) }
/// ```
///
/// For whole sequences ``GRU`` is the faster way. Source: PyTorch's `GRUCell`, whose names in files
/// these are.
public struct GRUCell: Module {
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
      fatalError("GRUCell: \(inputs) inputs and \(hidden) hidden; each must be positive")
    }
    weights = RecurrentWeights(
      inputs: inputs, hidden: hidden, gates: 3, hasBias: hasBias, suffix: "",
      scalarType: scalarType, using: &random)
  }

  /// The next state.
  ///
  /// - Parameters:
  ///   - input: of shape (batch, inputs).
  ///   - state: of shape (batch, hidden); `nil` for zeros.
  ///   - mode: whether the cell is being trained or used.
  public func callAsFunction(
    _ input: Tensor, state: Tensor? = nil, _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { _ in
      weights.step("GRUCell", .gru, input, state.map { [$0] })[0]
    }
  }

  public var members: [ModuleMember] { weights.members }
  public func fileLayout(of parameter: String) -> ParameterLayout {
    RecurrentWeights.fileLayout(of: parameter)
  }
  public var summaryName: String {
    "GRUCell(\(weights.inputs) -> \(weights.hidden))"
  }
}
