import BackpropArrays

/// An operation whose result is a view of its only input: other strides over the same memory.
protocol ViewOperation: TensorOperation {
  /// The shape rule: how the result lies in the memory in which the input lies as it says.
  func view(_ input: ArrayLayout) throws(ShapeError) -> ArrayLayout
}

extension ViewOperation {
  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    TensorType(try view(ArrayLayout(of: inputs[0].storage)).shape, inputs[0].scalarType)
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    let input = pass.inputs[0].storage
    return NDArray(storage: Storage(viewing: input, try view(ArrayLayout(of: input))))
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }
}
