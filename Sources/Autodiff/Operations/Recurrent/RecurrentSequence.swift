import BackpropArrays

extension Tensor {
  /// The states of a recurrent network along whole sequences, whose time is the first axis.
  ///
  /// This tensor is what comes from the input for all gates and steps, in one product: x W + b, of shape
  /// (steps, batch, gates · hidden). What a step does says ``RecurrentCell``.
  ///
  /// A sequence that is shorter than the others keeps its state in the steps behind its end, and in the
  /// reversed direction begins at its own end.
  ///
  /// With positions this tensor is a table of such vectors, (count, gates · hidden), and what comes from
  /// the input are its rows of these numbers: where sequences are of a few words that come again and
  /// again, their products with W are those of the words.
  ///
  /// Traps if the shapes or types do not fit, a position is not that of a row, or a length is not from 1
  /// to the number of steps.
  ///
  /// - Parameters:
  ///   - cell: what a step does.
  ///   - weight: what the state is multiplied by: of shape (hidden, gates · hidden).
  ///   - bias: what is added to that product: of shape (gates · hidden); `nil` for nothing.
  ///   - state: at the beginning: h of shape (batch, hidden), and c of an LSTM.
  ///   - positions: of rows of this tensor, whole numbers of shape (steps, batch); `nil` where it is no
  ///     table.
  ///   - lengths: how many steps each sequence has, whole numbers of shape (batch); `nil` where each has
  ///     all.
  ///   - isReversed: whether the walk is from the last step to the first.
  /// - Returns: the state h after each step, of shape (steps, batch, hidden), and the state at the end.
  package func recurrentStates(
    _ cell: RecurrentCell, weight: Tensor, bias: Tensor? = nil, state: [Tensor],
    positions: Tensor? = nil, lengths: Tensor? = nil, isReversed: Bool = false
  ) -> (states: Tensor, end: [Tensor]) {
    let settings = RecurrentInputs(
      cell: cell, isReversed: isReversed, hasBias: bias != nil, hasPositions: positions != nil,
      hasLengths: lengths != nil)
    let optional = [bias, positions?.detached, lengths?.detached].compactMap { $0 }
    let result = RecurrentSequence(settings: settings)([self, weight] + state + optional)
    let steps = (positions ?? self).shape[0]
    let last = isReversed ? 0 : steps - 1
    guard cell.stateCount == 2 else { return (result, [result[last]]) }
    return (result[..<steps], [result[last], result[steps]])
  }
}

/// A recurrent network's walk along whole sequences, as one node: the states after each step, and behind
/// them the memory of an LSTM at the end.
///
/// With gₜ = ∂L/∂pₜ for the product pₜ = hₜ₋₁ U + b of each step, found on a walk back in time:
/// ∂L/∂U = Σ hₜ₋₁ᵀ gₜ, ∂L/∂b = Σ gₜ, and ∂L/∂hₜ₋₁ has the part gₜ Uᵀ by way of the product. The gradient
/// with respect to what comes from the input is the same but for the n of a GRU, which is multiplied by r
/// after the product; of a table, each row's is the sum of its positions'. Source: Werbos, "Backpropagation Through Time: What It Does and How to Do It"
/// (1990).
struct RecurrentSequence: TensorOperation {
  let settings: RecurrentInputs

  var name: String { settings.cell.name }
  var details: String { settings.details }
  /// The gates of each step, and an LSTM's memory after each.
  var savedCount: Int { settings.cell.stateCount }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try settings.check(inputs)
    let shape = settings.walkShape(inputs)
    return TensorType(
      [shape[0] + settings.cell.stateCount - 1, shape[1], inputs[1].shape[0]],
      inputs[0].scalarType)
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    _ = try resultType(pass.inputs)
    let result = try settings.run(pass.inputs, keepsGates: pass.isRecorded)
    if pass.isRecorded {
      pass.save(result.gates)
      if let cells = result.cells { pass.save(cells) }
    }
    return result.states
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    settings.gradientNeeds(for: inputs).union(.output)
  }

  func backward(_ pass: inout BackwardPass) {
    if pass.isRecording {
      let gates = pass.saved(0, as: RecurrentGates(settings: settings))
      return settings.passBackInTensors(
        &pass, gates: gates, states: pass.cotangent, direct: nil)
    }
    let gates = pass.saved(0).array
    let weight = pass.input(1).array
    let state = settings.state.map { pass.input($0).array }
    let states = pass.output.array
    var wantsState = false
    for index in settings.state where pass.needsGradient(index) { wantsState = true }
    let walk = settings.walk(
      gates.shape, weight.shape[0], settings.lengths.map { pass.input($0).array })
    let found = walk.backward(
      .init(
        states: states, gates: gates, cells: savedCount == 2 ? pass.saved(1).array : nil),
      weight: weight, state: state, cotangent: pass.takeCotangent().array,
      wantsState: wantsState)
    func add(_ gradient: @autoclosure () -> NDArray, _ index: Int, _ pass: inout BackwardPass) {
      if pass.needsGradient(index) { pass.add(Tensor(array: gradient(), node: nil), to: index) }
    }
    if let positions = settings.positions.map({ pass.input($0) }) {
      pass.addInPlace(to: 0) { $0.addInPlace(found.fromInput, to: [nil], [positions]) }
    } else {
      add(found.fromInput, 0, &pass)
    }
    add(
      walk.weightGradient(states: states, first: state[0], products: found.products), 1, &pass)
    for (index, gradient) in zip(settings.state, found.state) { add(gradient, index, &pass) }
    if let bias = settings.bias {
      let (steps, batch) = (gates.shape[0], gates.shape[1])
      add(
        found.products.reshaped(to: [steps * batch, found.products.shape[2]]).sum(axis: 0), bias,
        &pass)
    }
  }
}
