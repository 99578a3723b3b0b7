import BackpropArrays

extension Tensor {
  /// The softmax along `axis`: positive numbers that sum to 1.
  ///
  /// yᵢ = exp(xᵢ − max x) / Σⱼ exp(xⱼ − max x); ∂L/∂x = y (g − Σ g y) for g = ∂L/∂y. Subtracting
  /// the largest changes nothing and keeps the exponentials from overflowing.
  ///
  /// ```swift
  /// Tensor([0.3, 2.9, 4.0]).softmax()       // [0.01821127 0.24519181 0.73659691]
  /// ```
  ///
  /// Traps if there is no such axis, or the numbers are whole.
  public func softmax(axis: Int = -1) -> Tensor { Softmax(axis: axis)(self) }
}

struct Softmax: TensorOperation {
  let axis: Int

  var name: String { "softmax" }
  var details: String { axis == -1 ? "" : "axis \(axis)" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.withArray(0) { x throws(ShapeError) in _ = try x.checkAxis(name, axis) }
    return inputs[0].type
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    _ = try resultType(pass.inputs)
    return pass.input(0).softmax(axis: axis)
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .output }

  func backward(_ pass: inout BackwardPass) {
    if !pass.isRecording {
      let g = pass.takeCotangent().array
      let gradient = pass.withResult { $0.softmaxGradient(g, axis: axis) }
      return pass.add(Tensor(array: gradient, node: nil), to: 0)
    }
    let (g, y) = (pass.cotangent, pass.output)
    pass.add(y * (g - (g * y).sum(axis: axis, keepDims: true)), to: 0)
  }
}
