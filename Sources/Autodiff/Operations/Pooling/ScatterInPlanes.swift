import BackpropArrays

/// The gradient of max pooling: zeros of `shape` to which each number of the first input is added at
/// the position in its plane that the second names. A plane is what lies behind the first two axes.
struct ScatterInPlanes: KernelOperation {
  let shape: Shape
  /// The windows of which the positions are, where they are of windows: those go faster.
  var windows: PoolingWindows?

  var name: String { "scatterInPlanes" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    TensorType(shape, inputs[0].scalarType)
  }

  func compute(_ pass: inout ForwardPass) {
    let (elements, positions) = (pass.input(0), pass.input(1))
    pass.withOutput {
      if let windows {
        return windows.planes(shape, name).maxGradient(elements, positions, into: $0)
      }
      $0.fillWithZeros()
      elements.addInPlanes(positions, planes: shape[0] * shape[1], to: $0)
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(1) }

  func backward(_ pass: inout BackwardPass) {
    pass.add(GatherInPlanes()(pass.cotangent, pass.input(1)), to: 0)
  }
}
