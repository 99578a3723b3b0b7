import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// x where x > 0 and a · x elsewhere, element by element, with a slope a that can be learned: one for
  /// all, or one for each channel, which is axis 1. PyTorch's `prelu`.
  ///
  /// ∂L/∂x = ∂L/∂y where x > 0, else ∂L/∂y · a; ∂L/∂a = Σ ∂L/∂y · x over all x ≤ 0 that it is the slope
  /// of.
  ///
  /// Source: He et al., "Delving Deep into Rectifiers" (2015).
  ///
  /// Traps if there are neither one slope nor as many as channels, the types differ, or the numbers are
  /// whole.
  ///
  /// - Parameter slopes: of shape (), (1) or (channels).
  public func prelu(_ slopes: Tensor) -> Tensor { PReLU()(self, slopes) }
}

struct PReLU: KernelOperation {
  var name: String { "prelu" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.requireFloatingPoint(0, name)
    try inputs.requireOneType(name)
    let (x, slopes) = (inputs[0].shape, inputs[1].shape)
    let channels = x.rank > 1 ? x[1] : 1
    guard slopes.rank <= 1, inputs[1].count == 1 || inputs[1].count == channels else {
      throw ShapeError(
        name, inputs.shapes,
        x.rank > 1
          ? "there must be one slope, or one for each of the \(channels) channels of axis 1"
          : "there must be one slope, as an input of \(x.rank) axes has no channels")
    }
    return inputs[0].type
  }

  func compute(_ pass: inout ForwardPass) {
    let (x, slopes) = (pass.input(0), pass.input(1).alongChannels(of: pass.inputs[0].shape))
    pass.withOutput { Elementwise.formula(BP_PRELU, (0, 0), x, slopes, into: $0) }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    inputs.needsGradient(0) ? .inputs : .input(0)
  }

  func backward(_ pass: inout BackwardPass) {
    let x = pass.input(0)
    if pass.needsGradient(1) {
      let shape = pass.inputType(1).shape
      let axes = shape.elementCount == 1 ? nil : x.shape.indices.filter { $0 != 1 }
      pass.add(bySlopes(pass, x).sum(axes: axes).reshaped(to: shape), to: 1)
    }
    guard pass.needsGradient(0) else { return }
    let slopes = pass.input(1)
    if pass.isRecording {
      let (g, shape) = (pass.cotangent, slopes.array.alongChannels(of: x.shape).shape)
      pass.add(Tensor.where(x .> 0, g, g * slopes.reshaped(to: shape)), to: 0)
    } else {
      pass.addInPlace(to: 0) { cotangent, result in
        Elementwise.formula(
          BP_PRELU_GRADIENT, (0, 0), cotangent, x.array, slopes.array.alongChannels(of: x.shape),
          into: result)
      }
    }
  }

  /// What each element adds to the gradient with respect to its slope.
  private func bySlopes(_ pass: borrowing BackwardPass, _ x: Tensor) -> Tensor {
    let g = pass.cotangent
    if pass.isRecording { return Tensor.where(x .> 0, 0, g * x) }
    let result = NDArray(uninitialized: x.shape, x.scalarType)
    Elementwise.formula(BP_PRELU_SLOPE_GRADIENT, (0, 0), g.array, x.array, into: result)
    return Tensor(array: result, node: nil)
  }
}

extension NDArray {
  /// These slopes in a shape that broadcasts along axis 1 of `shape`.
  fileprivate func alongChannels(of shape: Shape) -> NDArray {
    count == 1
      ? reshaped(to: .scalar)
      : reshaped(to: Shape([count] + [Int](repeating: 1, count: shape.rank - 2)))
  }
}
