import BackpropArrays

extension Tensor {
  /// The logarithm of the softmax along `axis`, without the loss of digits that taking it
  /// afterwards brings.
  ///
  /// yᵢ = xᵢ − max x − ln Σⱼ exp(xⱼ − max x); ∂L/∂x = g − exp(y) Σ g for g = ∂L/∂y.
  ///
  /// Traps if there is no such axis, or the numbers are whole.
  public func logSoftmax(axis: Int = -1) -> Tensor { LogSoftmax(axis: axis)(self) }
}

struct LogSoftmax: TensorOperation {
  let axis: Int

  var name: String { "logSoftmax" }
  var details: String { axis == -1 ? "" : "axis \(axis)" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.withArray(0) { x throws(ShapeError) in _ = try x.checkAxis(name, axis) }
    return inputs[0].type
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    _ = try resultType(pass.inputs)
    return pass.input(0).logSoftmax(axis: axis)
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .output }

  func backward(_ pass: inout BackwardPass) {
    if !pass.isRecording {
      let g = pass.takeCotangent().array
      let gradient = pass.withResult { $0.logSoftmaxGradient(g, axis: axis) }
      return pass.add(Tensor(array: gradient, node: nil), to: 0)
    }
    let g = pass.cotangent
    pass.add(g - pass.output.exp() * g.sum(axis: axis, keepDims: true), to: 0)
  }
}
