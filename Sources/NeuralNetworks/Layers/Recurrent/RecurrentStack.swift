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
    let error = misfit(input) ?? misfit(input.shape, initial ?? [], lengths)
    if let error { return failing(error, input, initial, lengths) }
    let (batch, steps) = (input.shape[0], input.shape[1])
    // Time comes first within, so that the numbers of a step lie together.
    var rows = input.transposed([1, 0, 2])
    // What lies behind the end is not looked at, whatever it is.
    if let lengths { rows = .where(stepsWithin(lengths, steps), rows, 0) }
    return walk(
      rows.reshaped(to: Shape([steps * batch, inputs])), positions: nil, steps, batch, initial,
      lengths: lengths, mode)
  }

  /// Walks along sequences of words, for a module that is called with them: by a table whose rows have
  /// been multiplied where there are more words than rows, else by the words' vectors.
  ///
  /// - Parameters:
  ///   - module: what is called.
  ///   - embedding: the table, of rows of `inputs` numbers.
  ///   - words: of shape (batch, steps).
  ///   - initial: the tensors of the state at the beginning; `nil` for zeros.
  ///   - lengths: how many steps each sequence has.
  ///   - mode: whether the network is being trained or used.
  ///   - result: makes the module's result of the output and the state.
  func walk<Result: ModuleResult>(
    _ module: some Module, _ embedding: Embedding, _ words: Tensor, _ initial: [Tensor]?,
    lengths: Tensor?, _ mode: Mode, result: (_ output: Tensor, _ state: [Tensor]) -> Result
  ) -> Result {
    let multipliesTable = words.count > embedding.weight.shape[0]
    // An observer sees the vectors all the same.
    let vectors = multipliesTable && !mode.isObserved ? nil : embedding(words, mode)
    return mode.call(module) { mode in
      let found =
        multipliesTable
        ? self(embedding, words, initial, lengths: lengths, mode)
        : self(vectors!, initial, lengths: lengths, mode)
      return result(found.output, found.state)
    }
  }

  /// Walks along sequences of words, each of which stands for a row of a table.
  ///
  /// The first layer multiplies the rows by its weight, and not the words' vectors: each row once, and
  /// in the way back what arrives for it is added up before.
  ///
  /// - Parameters:
  ///   - embedding: the table, of rows of `inputs` numbers.
  ///   - words: of shape (batch, steps).
  ///   - initial: as for a tensor, as what follows.
  ///   - lengths: how many steps each sequence has.
  ///   - mode: whether the network is being trained or used.
  /// - Returns: as for the words' vectors.
  private func callAsFunction(
    _ embedding: Embedding, _ words: Tensor, _ initial: [Tensor]?, lengths: Tensor?, _ mode: Mode
  ) -> (output: Tensor, state: [Tensor]) {
    let error = misfit(embedding, words) ?? misfit(words.shape, initial ?? [], lengths)
    if let error { return failing(error, words, initial, lengths) }
    return walk(
      embedding.table, positions: words.transposed([1, 0]), words.shape[1], words.shape[0],
      initial, lengths: lengths, mode)
  }

  /// Walks through all layers.
  ///
  /// - Parameters:
  ///   - rows: the inputs of the first, of shape (steps · batch, inputs); with positions a table of them.
  ///   - positions: which rows of the table the inputs are, of shape (steps, batch).
  ///   - steps: how many there are.
  ///   - batch: how many sequences there are.
  ///   - initial: the state at the beginning.
  ///   - lengths: how many steps each sequence has.
  ///   - mode: whether the network is being trained or used.
  private func walk(
    _ rows: Tensor, positions: Tensor?, _ steps: Int, _ batch: Int, _ initial: [Tensor]?,
    lengths: Tensor?, _ mode: Mode
  ) -> (output: Tensor, state: [Tensor]) {
    var (output, rows, positions) = (rows, rows, positions)
    var ends: [[Tensor]] = []
    for (layer, directions) in weights.enumerated() {
      if layer > 0 {
        if dropout.probability > 0 { output = dropout(output, mode) }
        (rows, positions) = (output.reshaped(to: Shape([steps * batch, output.shape[2]])), nil)
      }
      let results = directions.enumerated().map { direction, weights in
        let state =
          initial.map { $0.map { $0[ends.count] } }
          ?? Array(repeating: rows.zeros([batch, hidden]), count: cell.stateCount)
        let (states, end) = weights.states(
          cell, rows, positions: positions, batch: batch, state: state, lengths: lengths,
          isReversed: direction == 1)
        ends.append(end)
        return states
      }
      output = results.count == 1 ? results[0] : Tensor.concatenate(results, axis: -1)
    }
    if let lengths { output = .where(stepsWithin(lengths, steps), output, 0) }
    return (
      output.transposed([1, 0, 2]),
      (0..<cell.stateCount).map { part in Tensor.stack(ends.map { $0[part] }) }
    )
  }

  /// The result where inputs do not fit.
  private func failing(
    _ error: ShapeError, _ input: Tensor, _ initial: [Tensor]?, _ lengths: Tensor?
  ) -> (output: Tensor, state: [Tensor]) {
    let failed = input.failing(error, beside: (initial ?? []) + (lengths.map { [$0] } ?? []))
    return (failed, Array(repeating: failed, count: cell.stateCount))
  }

  /// Which steps are within their sequence: flags of shape (steps, batch, 1).
  private func stepsWithin(_ lengths: Tensor, _ steps: Int) -> Tensor {
    let times = Tensor((0..<steps).map(Int32.init), shape: [steps, 1])
    return (times .< lengths.cast(to: .int32)).expandingDimension(at: 2)
  }

  /// Why the input is none, if it is not.
  private func misfit(_ input: Tensor) -> ShapeError? {
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
    return nil
  }

  /// Why the words, or their vectors, are none.
  private func misfit(_ embedding: Embedding, _ words: Tensor) -> ShapeError? {
    guard words.rank == 2, !words.scalarType.isFloatingPoint, words.scalarType != .bool else {
      return ShapeError(
        name, [words.shape],
        "the words are not whole numbers of shape (batch, steps), but \(words.scalarType)")
    }
    let width = embedding.weight.shape[1]
    guard width == inputs else {
      return ShapeError(
        name, [words.shape, embedding.weight.shape],
        "a word's vector has \(width) numbers, and the module takes \(inputs)")
    }
    return nil
  }

  /// Why the state and the lengths do not fit an input of shape (batch, steps, …), if they do not.
  private func misfit(_ shape: Shape, _ state: [Tensor], _ lengths: Tensor?) -> ShapeError? {
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
