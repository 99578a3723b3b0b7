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

extension RecurrentWeights {
  /// How many numbers an input has.
  var inputs: Int { inputWeight.shape[0] }
  /// How many numbers the state has.
  var hidden: Int { hiddenWeight.shape[0] }

  /// The states along sequences, and the state at the end.
  ///
  /// - Parameters:
  ///   - cell: what a step does.
  ///   - rows: the inputs of all sequences, step by step: of shape (steps · batch, inputs). Or with
  ///     positions a table of inputs, (count, inputs).
  ///   - positions: which row of the table is the input, of shape (steps, batch); `nil` where there is
  ///     no table.
  ///   - batch: how many sequences there are.
  ///   - state: at the beginning, of shape (batch, hidden), and an LSTM's memory.
  ///   - lengths: how many steps each sequence has; `nil` where each has all.
  ///   - isReversed: whether the walk is from the last step to the first.
  func states(
    _ cell: RecurrentCell, _ rows: Tensor, positions: Tensor? = nil, batch: Int, state: [Tensor],
    lengths: Tensor? = nil, isReversed: Bool = false
  ) -> (states: Tensor, end: [Tensor]) {
    let inputBias = inputBias?.tensor
    let hiddenBias = hiddenBias?.tensor
    // A GRU multiplies a part of the product by a gate, with its bias; others add both anyway.
    var isApart = false
    if case .gru = cell { isApart = true }
    let bias = isApart ? inputBias : inputBias.flatMap { a in hiddenBias.map { a + $0 } }
    var fromInput = rows.affine(inputWeight.tensor, bias)
    if positions == nil {
      let steps = batch == 0 ? 1 : rows.shape[0] / batch
      fromInput = fromInput.reshaped(
        to: Shape([steps, batch, fromInput.shape[fromInput.rank - 1]]))
    }
    return fromInput.recurrentStates(
      cell, weight: hiddenWeight.tensor, bias: isApart ? hiddenBias : nil, state: state,
      positions: positions, lengths: lengths, isReversed: isReversed)
  }

  /// One step, for cells: the state after it, of tensors of shape (batch, hidden).
  ///
  /// - Parameters:
  ///   - name: of the cell, for errors.
  ///   - cell: what a step does.
  ///   - input: of shape (batch, inputs).
  ///   - state: before it; `nil` for zeros.
  func step(
    _ name: String, _ cell: RecurrentCell, _ input: Tensor, _ state: [Tensor]?
  ) -> [Tensor] {
    func failing(_ error: ShapeError) -> [Tensor] {
      Array(repeating: input.failing(error, beside: state ?? []), count: cell.stateCount)
    }
    guard input.rank == 2, input.shape[1] == inputs else {
      return failing(
        ShapeError(
          name, [input.shape], "the input is no batch of steps (batch, \(inputs))",
          hint: input.rank == 3
            ? "a cell takes one step; sequences are for \(name == "GRUCell" ? "a" : "an") "
              + "\(name.dropLast("Cell".count))" : nil))
    }
    let shape: Shape = [input.shape[0], hidden]
    let before = state ?? Array(repeating: input.zeros(shape), count: cell.stateCount)
    for part in before where part.shape != shape {
      return failing(
        ShapeError(name, [input.shape, part.shape], "the state is not of shape \(shape)"))
    }
    return states(cell, input, batch: input.shape[0], state: before).end
  }
}
