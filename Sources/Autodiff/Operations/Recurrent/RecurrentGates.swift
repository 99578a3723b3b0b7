import BackpropArrays

/// The gates of a recurrent network after its walk along sequences: what ``RecurrentSequence`` saves, as
/// an operation of its own. Of a sequence that has ended they are zero.
///
/// It never runs in a step. Where a gradient is recorded, to be differentiated again, the gates that it is
/// made of are given a node of this operation, and need not be computed again.
struct RecurrentGates: TensorOperation {
  let settings: RecurrentInputs

  var name: String { settings.cell.name + " gates" }
  var details: String { settings.details }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try settings.check(inputs)
    let (shape, hidden) = (settings.walkShape(inputs), inputs[1].shape[0])
    return TensorType(
      [shape[0], shape[1], settings.cell.keptCount * hidden], inputs[0].scalarType)
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    _ = try resultType(pass.inputs)
    return try settings.run(pass.inputs, keepsGates: true).gates
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    settings.gradientNeeds(for: inputs).union(.output)
  }

  func backward(_ pass: inout BackwardPass) {
    settings.passBackInTensors(
      &pass, gates: pass.output, states: nil, direct: pass.cotangent)
  }
}
