import BackpropArrays

/// The gradient of resizing: each number, in proportion, added to those of an array of `shape` that it
/// was made of.
struct InterpolateGradient: KernelOperation {
  let size: ResizedLengths
  let mode: InterpolationMode
  let shape: Shape

  var name: String { "interpolateGradient" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    TensorType(shape, inputs[0].scalarType)
  }

  func compute(_ pass: inout ForwardPass) {
    let cotangent = pass.input(0)
    pass.withOutput {
      size.planes(shape, cotangent.scalarType, mode, name).gradient(cotangent, into: $0)
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    pass.add(Interpolate(size: size, mode: mode)(pass.cotangent), to: 0)
  }
}
