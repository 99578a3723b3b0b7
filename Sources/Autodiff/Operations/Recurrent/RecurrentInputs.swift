import BackpropArrays

/// What the operations of recurrent networks are set to, and in which order their inputs come: what comes
/// from the input of all steps, (steps, batch, gates · hidden); the weight of the state, (hidden,
/// gates · hidden); the state at the beginning, one tensor or two of shape (batch, hidden); perhaps the
/// bias of the product, (gates · hidden); perhaps positions, (steps, batch), whole numbers; perhaps the
/// lengths, (batch).
///
/// With positions the first is a table, (count, gates · hidden), and what comes from the input are its
/// rows of these numbers.
struct RecurrentInputs: Sendable {
  let cell: RecurrentCell
  /// Whether the last step comes first.
  let isReversed: Bool
  let hasBias: Bool
  var hasPositions = false
  let hasLengths: Bool

  var state: Range<Int> { 2..<2 + cell.stateCount }
  var bias: Int? { hasBias ? state.upperBound : nil }
  var positions: Int? { hasPositions ? state.upperBound + (hasBias ? 1 : 0) : nil }
  var lengths: Int? {
    hasLengths ? state.upperBound + (hasBias ? 1 : 0) + (hasPositions ? 1 : 0) : nil
  }

  var details: String { isReversed ? "reversed" : "" }

  /// Throws unless the inputs fit.
  func check(_ inputs: Inputs) throws(ShapeError) {
    let (x, weight) = (inputs[0], inputs[1])
    let count = cell.gateCount
    try inputs.requireFloatingPoint(0, cell.name)
    guard x.rank == (hasPositions ? 2 : 3), weight.rank == 2,
      weight.shape[1] == count * weight.shape[0], x.shape.last == weight.shape[1],
      hasPositions || x.shape[0] > 0
    else {
      let input =
        hasPositions
        ? "the table is (count, \(count) · hidden)"
        : "what comes from the input is (steps, batch, \(count) · hidden), of at least one step"
      throw ShapeError(
        cell.name, inputs.shapes,
        input + ", and the weight of the state (hidden, \(count) · hidden)")
    }
    if let positions {
      let (shape, type) = (inputs[positions].shape, inputs[positions].scalarType)
      guard shape.rank == 2, shape[0] > 0, !type.isFloatingPoint, type != .bool else {
        throw ShapeError(
          cell.name, inputs.shapes,
          "the positions are not whole numbers of shape (steps, batch), of at least one step")
      }
    }
    let batch = walkShape(inputs)[1]
    let state = Shape([batch, weight.shape[0]])
    for index in self.state where inputs[index].shape != state {
      throw ShapeError(
        cell.name, inputs.shapes, "the state at the beginning is not of shape \(state)")
    }
    if let bias, inputs[bias].shape != [weight.shape[1]] {
      throw ShapeError(
        cell.name, inputs.shapes, "the bias is not of shape (\(weight.shape[1]),)")
    }
    if let lengths {
      let type = inputs[lengths].scalarType
      guard inputs[lengths].shape == [batch], !type.isFloatingPoint, type != .bool else {
        throw ShapeError(
          cell.name, inputs.shapes,
          "the lengths are not whole numbers of shape (\(batch),), one for each sequence")
      }
    }
    for index in 1..<(positions ?? lengths ?? inputs.count)
    where inputs[index].scalarType != x.scalarType {
      throw ShapeError(
        cell.name, inputs.shapes,
        "the first is \(x.scalarType) and number \(index + 1) is \(inputs[index].scalarType)",
        hint: "convert one, with cast(to: .\(x.scalarType))")
    }
  }

  /// (steps, batch, …) of inputs that fit.
  func walkShape(_ inputs: Inputs) -> Shape { inputs[positions ?? 0].shape }

  /// The walk along these inputs.
  ///
  /// - Throws: which of the lengths or positions is none.
  func run(_ inputs: Inputs, keepsGates: Bool) throws(ShapeError) -> RecurrentWalk.Result {
    let (x, shape) = (inputs[0].array, walkShape(inputs))
    if let lengths {
      let numbers = inputs[lengths].array.doubles
      for (index, length) in numbers.enumerated() where length < 1 || length > Double(shape[0]) {
        throw ShapeError(
          cell.name, inputs.shapes,
          "length \(index) is \(Int(length)), and there are \(shape[0]) steps; a length is from 1 to "
            + "that")
      }
    }
    let rows = hasPositions ? try rows(inputs) : nil
    return walk(shape, inputs[1].shape[0], lengths.map { inputs[$0].array }).forward(
      x, positions: rows, weight: inputs[1].array,
      bias: bias.map { inputs[$0].array }, state: state.map { inputs[$0].array },
      keepsGates: keepsGates)
  }

  /// The positions, all of which are those of rows of the table.
  private func rows(_ inputs: Inputs) throws(ShapeError) -> NDArray {
    let (positions, count) = (inputs[positions!].array, inputs[0].shape[0])
    let rows = positions.cast(to: .int32).contiguous()
    let wrong = rows.withContiguousScalars(as: Int32.self) { rows in
      rows.firstIndex { $0 < 0 || $0 >= count }
    }
    if let wrong {
      let batch = rows.shape[1]
      throw ShapeError(
        cell.name, inputs.shapes,
        "position (\(wrong / batch), \(wrong % batch)) is "
          + "\(Int(positions.doubles[wrong])), and the table has the rows 0..<\(count)")
    }
    return rows
  }

  /// A walk along (steps, batch, …).
  func walk(_ shape: Shape, _ hidden: Int, _ lengths: NDArray?) -> RecurrentWalk {
    cell.walk(
      steps: shape[0], batch: shape[1], hidden: hidden,
      lengths: lengths?.cast(to: .int32).contiguous(), isReversed: isReversed)
  }

  /// What gradients need: all but what comes from the input, and the bias. Of a table too, no numbers.
  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    var needs: GradientNeeds = [.input(1)]
    for index in state { needs.insert(.input(index)) }
    if let positions { needs.insert(.input(positions)) }
    if let lengths { needs.insert(.input(lengths)) }
    return needs
  }

  // MARK: In tensors

  /// Passes gradients on that are computed in tensors, to be differentiated again.
  ///
  /// - Parameters:
  ///   - pass: the walk back, at one of the operations.
  ///   - gates: of all steps, as a function of the inputs.
  ///   - states: the gradient with respect to the states after each step, and behind them that with
  ///     respect to an LSTM's memory at the end; `nil` for none.
  ///   - direct: the gradient with respect to the gates; `nil` for none.
  func passBackInTensors(
    _ pass: inout BackwardPass, gates: Tensor, states cotangent: Tensor?, direct: Tensor?
  ) {
    let weight = pass.input(1)
    let steps = gates.shape[0]
    let times = (0..<steps).map { isReversed ? steps - 1 - $0 : $0 }
    let lengths = lengths.map { pass.input($0) }
    // Where a sequence goes on; behind its end it keeps its state.
    func choosing(_ time: Int, _ goingOn: Tensor, _ ended: Tensor) -> Tensor {
      guard let lengths else { return goingOn }
      return .where((lengths .> Double(time)).expandingDimension(at: 1), goingOn, ended)
    }

    var states = [state.map { pass.input($0) }]
    for time in times {
      let before = states.last!
      states.append(
        zip(cell.next(gates[time], before), before).map { choosing(time, $0, $1) })
    }

    let zeros = Tensor.zeros(states[0][0].shape, scalarType: weight.scalarType)
    var d = [zeros]
    if cell.stateCount == 2 { d.append(cotangent.map { $0[steps] } ?? zeros) }
    var (fromInput, products): ([Tensor], [Tensor]) = ([], [])
    for (step, time) in times.enumerated().reversed() {
      if let cotangent { d[0] = d[0] + cotangent[time] }
      let found = cell.gradients(
        gates[time], before: states[step], after: states[step + 1], d,
        direct: direct.map { $0[time] })
      let nothing = Tensor.zeros(found.product.shape, scalarType: weight.scalarType)
      fromInput.append(choosing(time, found.fromInput, nothing))
      products.append(choosing(time, found.product, nothing))
      var before = found.state
      let byProduct = found.product.matmul(weight, transposingOther: true)
      before[0] = before[0].map { $0 + byProduct } ?? byProduct
      d = zip(before, d).map { choosing(time, $0!, $1) }
    }

    // Gathered from the last step to the first.
    let inOrder = { (list: [Tensor]) in Tensor.stack(isReversed ? list : list.reversed()) }
    if pass.needsGradient(0) {
      var gradient = inOrder(fromInput)
      if let positions {
        gradient = ScatterAdd(parts: [nil])([
          .zeros(pass.inputType(0)), gradient, pass.input(positions),
        ])
      }
      pass.add(gradient, to: 0)
    }
    let rows = Tensor.concatenate(products.reversed(), axis: 0)
    if pass.needsGradient(1) {
      let before = Tensor.concatenate(states.dropLast().map { $0[0] }, axis: 0)
      pass.add(before.matmul(rows, transposingSelf: true), to: 1)
    }
    for (index, gradient) in zip(state, d) where pass.needsGradient(index) {
      pass.add(gradient, to: index)
    }
    if let bias, pass.needsGradient(bias) { pass.add(rows.sum(axis: 0), to: bias) }
  }
}
