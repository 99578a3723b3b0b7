import BackpropArrays

/// The gradient of average pooling: each number, by the count of its window, added to all of an array
/// of `shape` over which the window lies.
struct AveragePoolGradient: KernelOperation {
  let windows: PoolingWindows
  let shape: Shape

  var name: String { "averagePoolGradient" }
  var details: String { windows.details }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    TensorType(shape, inputs[0].scalarType)
  }

  func compute(_ pass: inout ForwardPass) {
    let cotangent = pass.input(0)
    pass.withOutput { windows.planes(shape, name).averageGradient(cotangent, into: $0) }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    pass.add(AveragePool(windows: windows)(pass.cotangent), to: 0)
  }
}
