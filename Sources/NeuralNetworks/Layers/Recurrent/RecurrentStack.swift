import BackpropArrays
import BackpropAutodiff

/// What recurrent modules have in common: layers over each other, each of which walks along a
/// sequence in one direction or in both.
struct RecurrentStack: Sendable {
  /// What errors call the module.
  let name: String
  let cell: RecurrentCell
  let inputs: Int
  let hidden: Int
  let isBidirectional: Bool
  /// By layer, then by direction.
  let weights: [[RecurrentWeights]]
  /// Between the layers.
  let dropout: Dropout

  init(
    _ name: String, _ cell: RecurrentCell, inputs: Int, hidden: Int, layers: Int,
    isBidirectional: Bool, dropout: Double, hasBias: Bool, scalarType: ScalarType,
    using random: inout RandomSource
  ) {
    guard inputs > 0, hidden > 0, layers > 0 else {
      fatalError(
        "\(name): \(inputs) inputs, \(hidden) hidden and \(layers) layers; each must be positive")
    }
    self.name = name
    self.cell = cell
    self.inputs = inputs
    self.hidden = hidden
    self.isBidirectional = isBidirectional
    self.dropout = Dropout(dropout)
    weights = (0..<layers).map { layer in
      ["", "_reverse"].prefix(isBidirectional ? 2 : 1).map { direction in
        RecurrentWeights(
          inputs: layer == 0 ? inputs : isBidirectional ? 2 * hidden : hidden, hidden: hidden,
          gates: cell.gateCount, hasBias: hasBias, suffix: "_l\(layer)\(direction)",
          scalarType: scalarType,
          using: &random)
      }
    }
  }

  var members: [ModuleMember] {
    let dropout = self.dropout.probability > 0 ? self.dropout : nil
    return weights.joined().flatMap(\.members) + ModuleMember.named(["dropout": dropout])
  }

  var summary: String {
    "\(inputs) -> \(hidden)" + (weights.count == 1 ? "" : ", \(weights.count) layers")
      + (isBidirectional ? ", both directions" : "")
  }

  /// Walks along sequences.
  ///
  /// - Parameters:
  ///   - input: of shape (batch, steps, inputs).
  ///   - initial: the tensors of the state at the beginning, each of shape (layers · directions,
  ///     batch, hidden); `nil` for zeros.
  ///   - lengths: how many steps each sequence has, of shape (batch); `nil` where each has all.
  ///   - mode: whether the network is being trained or used.
  /// - Returns: what the last layer gives, of shape (batch, steps, directions · hidden), and the
  ///   state at the end.
  func callAsFunction(
    _ input: Tensor, _ initial: [Tensor]?, lengths: Tensor?, _ mode: Mode
  ) -> (output: Tensor, state: [Tensor]) {
    if let error = misfit(input, initial ?? [], lengths) {
      let failed = input.failing(error, beside: (initial ?? []) + (lengths.map { [$0] } ?? []))
      return (failed, Array(repeating: failed, count: cell.stateCount))
    }
    let (batch, steps) = (input.shape[0], input.shape[1])
    // Time comes first within, so that the numbers of a step lie together.
    let isWithin = lengths.map { stepsWithin($0, steps) }
    var output = input.transposed([1, 0, 2])
    // What lies behind the end is not looked at, whatever it is.
    if let isWithin { output = .where(isWithin, output, 0) }
    var ends: [[Tensor]] = []
    for (layer, directions) in weights.enumerated() {
      if layer > 0, dropout.probability > 0 { output = dropout(output, mode) }
      let rows = output.reshaped(to: Shape([steps * batch, output.shape[2]]))
      let results = directions.enumerated().map { direction, weights in
        let state =
          initial.map { $0.map { $0[ends.count] } }
          ?? Array(repeating: input.zeros([batch, hidden]), count: cell.stateCount)
        let (states, end) = weights.states(
          cell, rows, batch: batch, state: state, lengths: lengths, isReversed: direction == 1)
        ends.append(end)
        return states
      }
      output = results.count == 1 ? results[0] : Tensor.concatenate(results, axis: -1)
    }
    if let isWithin { output = .where(isWithin, output, 0) }
    return (
      output.transposed([1, 0, 2]),
      (0..<cell.stateCount).map { part in Tensor.stack(ends.map { $0[part] }) }
    )
  }

  /// Which steps are within their sequence: flags of shape (steps, batch, 1).
  private func stepsWithin(_ lengths: Tensor, _ steps: Int) -> Tensor {
    let times = Tensor((0..<steps).map(Int32.init), shape: [steps, 1])
    return (times .< lengths.cast(to: .int32)).expandingDimension(at: 2)
  }

  /// Why the input, the state and the lengths do not fit, if they do not.
  private func misfit(_ input: Tensor, _ state: [Tensor], _ lengths: Tensor?) -> ShapeError? {
    let shape = input.shape
    guard shape.rank == 3 else {
      return ShapeError(
        name, [shape], "the input is no batch of sequences (batch, steps, \(inputs))",
        hint: shape.rank == 2 && shape[1] == inputs
          ? "make one sequence a batch, with expandingDimension(at: 0)" : nil)
    }
    guard shape[2] == inputs else {
      return ShapeError(
        name, [shape],
        "a step of the input has \(shape[2]) numbers, and the module takes \(inputs)")
    }
    guard shape[1] > 0 else { return ShapeError(name, [shape], "the sequences have no steps") }
    let expected: Shape = [weights.joined().count, shape[0], hidden]
    for part in state where part.shape != expected {
      return ShapeError(
        name, [shape, part.shape],
        "the state is not of shape \(expected): (layers · directions, batch, hidden)")
    }
    if let lengths,
      lengths.shape != [shape[0]] || lengths.scalarType.isFloatingPoint
        || lengths.scalarType == .bool
    {
      return ShapeError(
        name, [shape, lengths.shape],
        "the lengths are not whole numbers of shape (\(shape[0]),), one for each sequence, but "
          + "\(lengths.scalarType)")
    }
    return nil
  }
}

extension Tensor {
  /// Zeros of the type of this tensor, or their shape alone if it is one.
  func zeros(_ shape: Shape) -> Tensor {
    isShapeOnly
      ? Tensor(shapeOnly: TensorType(shape, scalarType)) : .zeros(shape, scalarType: scalarType)
  }
}
