import BackpropArrays
import BackpropAutodiff

/// The weights of one direction of one layer of a recurrent module, or of a cell.
///
/// A module with several gates has them one beside the other: an ``LSTM``'s weights are of four times
/// as many columns as its state has numbers. In files they are called and lie as in PyTorch, as
/// `weight_ih_l0` of shape (gates · hidden, inputs).
public struct RecurrentWeights: Sendable {
  /// What an input is multiplied by: of shape (inputs, gates · hidden).
  public let inputWeight: Parameter
  /// What the state is multiplied by: of shape (hidden, gates · hidden).
  public let hiddenWeight: Parameter
  /// What is added for the input: of shape (gates · hidden); `nil` without one.
  public let inputBias: Parameter?
  /// What is added for the state: of shape (gates · hidden); `nil` without one.
  public let hiddenBias: Parameter?
  private let suffix: String

  /// Weights drawn evenly from ±1/√hidden.
  init(
    inputs: Int, hidden: Int, gates: Int, hasBias: Bool, suffix: String, scalarType: ScalarType,
    using random: inout RandomSource
  ) {
    let bound = 1 / Double(hidden).squareRoot()
    func draw(_ shape: Shape, _ name: String) -> Parameter {
      Parameter(
        .uniform(shape, in: -bound..<bound, scalarType: scalarType, using: &random),
        named: name + suffix)
    }
    self.suffix = suffix
    inputWeight = draw([inputs, gates * hidden], "weight_ih")
    hiddenWeight = draw([hidden, gates * hidden], "weight_hh")
    inputBias = hasBias ? draw([gates * hidden], "bias_ih") : nil
    hiddenBias = hasBias ? draw([gates * hidden], "bias_hh") : nil
  }

  /// The weights under PyTorch's names.
  var members: [ModuleMember] {
    ModuleMember.named([
      "weight_ih" + suffix: inputWeight, "weight_hh" + suffix: hiddenWeight,
      "bias_ih" + suffix: inputBias, "bias_hh" + suffix: hiddenBias,
    ])
  }

  /// How the weight of this name lies in files.
  static func fileLayout(of name: String) -> ParameterLayout {
    name.hasPrefix("weight_") ? .transposed : .asIs
  }
}

/// The weights as they are when a call begins, which all steps of it use.
struct RecurrentTensors {
  private let inputWeight: Tensor
  private let hiddenWeight: Tensor
  private let inputBias: Tensor?
  private let hiddenBias: Tensor?

  init(_ weights: RecurrentWeights) {
    inputWeight = weights.inputWeight.tensor
    hiddenWeight = weights.hiddenWeight.tensor
    inputBias = weights.inputBias?.tensor
    hiddenBias = weights.hiddenBias?.tensor
  }

  /// The part of all gates that comes from an input, or from any number of them.
  func fromInput(_ x: Tensor) -> Tensor { x.affine(inputWeight, inputBias) }
  /// The part of all gates that comes from a state.
  func fromState(_ h: Tensor) -> Tensor { h.affine(hiddenWeight, hiddenBias) }
}
