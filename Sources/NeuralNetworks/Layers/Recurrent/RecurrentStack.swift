import BackpropArrays
import BackpropAutodiff

/// What recurrent modules have in common: layers over each other, each of which walks along a
/// sequence in one direction or in both.
struct RecurrentStack: Sendable {
  /// What errors call the module.
  let name: String
  let inputs: Int
  let hidden: Int
  let isBidirectional: Bool
  /// By layer, then by direction.
  let weights: [[RecurrentWeights]]
  /// Between the layers.
  let dropout: Dropout

  init(
    _ name: String, inputs: Int, hidden: Int, gates: Int, layers: Int, isBidirectional: Bool,
    dropout: Double, hasBias: Bool, scalarType: ScalarType, using random: inout RandomSource
  ) {
    guard inputs > 0, hidden > 0, layers > 0 else {
      fatalError(
        "\(name): \(inputs) inputs, \(hidden) hidden and \(layers) layers; each must be positive")
    }
    self.name = name
    self.inputs = inputs
    self.hidden = hidden
    self.isBidirectional = isBidirectional
    self.dropout = Dropout(dropout)
    weights = (0..<layers).map { layer in
      ["", "_reverse"].prefix(isBidirectional ? 2 : 1).map { direction in
        RecurrentWeights(
          inputs: layer == 0 ? inputs : isBidirectional ? 2 * hidden : hidden, hidden: hidden,
          gates: gates, hasBias: hasBias, suffix: "_l\(layer)\(direction)", scalarType: scalarType,
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

  /// Walks along a sequence.
  ///
  /// - Parameters:
  ///   - input: of shape (batch, steps, inputs).
  ///   - initial: the tensors of the state at the beginning, each of shape (layers · directions,
  ///     batch, hidden); `nil` for zeros.
  ///   - stateCount: how many tensors a state has.
  ///   - step: what comes from the input and from the state for all gates, and the state, ↦ the next
  ///     state. The first of its tensors is what the layer gives.
  /// - Returns: what the last layer gives, of shape (batch, steps, directions · hidden), and the
  ///   state at the end.
  func callAsFunction(
    _ input: Tensor, _ initial: [Tensor]?, stateCount: Int, _ mode: Mode,
    step: (_ fromInput: Tensor, _ fromState: Tensor, _ state: [Tensor]) -> [Tensor]
  ) -> (output: Tensor, state: [Tensor]) {
    if let error = misfit(input, initial ?? []) {
      let failed = input.failing(error, beside: initial ?? [])
      return (failed, Array(repeating: failed, count: stateCount))
    }
    let (batch, steps) = (input.shape[0], input.shape[1])
    var output = input
    var ends: [[Tensor]] = []
    for (layer, directions) in weights.enumerated() {
      if layer > 0, dropout.probability > 0 { output = dropout(output, mode) }
      let results = directions.enumerated().map { direction, weights in
        let weights = RecurrentTensors(weights)
        let fromInputs = weights.fromInput(output)
        var state =
          initial.map { $0.map { $0[ends.count] } }
          ?? Array(repeating: input.zeros([batch, hidden]), count: stateCount)
        var results: [Tensor] = []
        for place in 0..<steps {
          let fromInput = fromInputs[.all, direction == 0 ? place : steps - 1 - place]
          state = step(fromInput, weights.fromState(state[0]), state)
          results.append(state[0])
        }
        ends.append(state)
        return Tensor.stack(direction == 0 ? results : results.reversed(), axis: 1)
      }
      output = results.count == 1 ? results[0] : Tensor.concatenate(results, axis: -1)
    }
    return (output, (0..<stateCount).map { part in Tensor.stack(ends.map { $0[part] }) })
  }

  /// Why the input and the state do not fit, if they do not.
  private func misfit(_ input: Tensor, _ state: [Tensor]) -> ShapeError? {
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
