import BackpropArrays

extension Tensor {
  /// The logarithm of the softmax along `axis`, without the loss of digits that taking it
  /// afterwards brings.
  ///
  /// yᵢ = xᵢ − max x − ln Σⱼ exp(xⱼ − max x); ∂L/∂x = g − exp(y) Σ g for g = ∂L/∂y.
  public func logSoftmax(axis: Int = -1) -> Tensor { LogSoftmax(axis: axis)(self) }
}

struct LogSoftmax: TensorOperation {
  static let name = "logSoftmax"
  let axis: Int

  var details: String { axis == -1 ? "" : "axis \(axis)" }

  func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray {
    _ = try inputs[0].array.checkAxis(Self.name, axis)
    return inputs[0].array.logSoftmax(axis: axis)
  }

  func backward(_ pass: inout BackwardPass) {
    let g = pass.cotangent
    pass.add(g - pass.output.exp() * g.sum(axis: axis, keepDims: true), to: 0)
  }

  static let samples = [
    GradientSample("rows", [.numbers([3, 4])]) { $0[0].logSoftmax() },
    GradientSample("columns", [.numbers([3, 4])]) { $0[0].logSoftmax(axis: 0) },
  ]
}
