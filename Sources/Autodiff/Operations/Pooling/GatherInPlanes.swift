import BackpropArrays

/// The numbers of the first input at the positions in their planes that the second names, zero for
/// −1. A plane is what lies behind the first two axes.
struct GatherInPlanes: KernelOperation {
  var name: String { "gatherInPlanes" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    TensorType(inputs[1].shape, inputs[0].scalarType)
  }

  func compute(_ pass: inout ForwardPass) {
    let (input, positions) = (pass.input(0), pass.input(1))
    pass.withOutput {
      input.takeInPlanes(positions, planes: input.shape[0] * input.shape[1], into: $0)
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(1) }

  func backward(_ pass: inout BackwardPass) {
    pass.add(
      ScatterInPlanes(shape: pass.inputType(0).shape)(pass.cotangent, pass.input(1)), to: 0)
  }
}
