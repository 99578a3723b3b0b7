import BackpropArrays

/// The gradient of a convolution with respect to its weight, from its input and the gradient with
/// respect to its result: wₒ꜀(k, l) = Σ over n, i, j of gₙₒ(i, j) · xₙ꜀(i s + k d − p, j s + l d − p).
///
/// Linear in both, so that its own gradients are a transposed convolution and a convolution.
struct ConvolutionWeightGradient: KernelOperation {
  /// With a padding that leaves nothing of the input over.
  let settings: ConvolutionSettings
  /// The shape of the weight, and of the result.
  let weight: Shape

  var name: String { "conv\(settings.axisCount)DWeightGradient" }
  var details: String { settings.details }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.requireOneType(name)
    try inputs.requireFloatingPoint(0, name)
    return TensorType(weight, inputs[0].scalarType)
  }

  func compute(_ pass: inout ForwardPass) {
    let inputs = pass.inputs
    let axes = knownToFit { () throws(ShapeError) in
      try settings.axes(of: weight, name, inputs.shapes)
    }
    pass.withOutput {
      ConvolutionKernel.weightGradient(
        inputs[0].array, .init(inputs[1].array),
        settings.geometry(
          axes, input: inputs[0].shape, weight: weight, windows: inputs[1].shape.dropFirst(2)),
        into: $0)
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .otherSide(inputs) }

  func backward(_ pass: inout BackwardPass) {
    let g = pass.cotangent
    if pass.needsGradient(0) {
      pass.add(ConvTranspose(settings: settings)(pass.input(1), g), to: 0)
    }
    if pass.needsGradient(1) {
      pass.add(Convolution(settings: settings)(pass.input(0), g), to: 1)
    }
  }
}
