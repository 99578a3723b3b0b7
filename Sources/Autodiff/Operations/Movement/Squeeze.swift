import BackpropArrays

extension Tensor {
  /// The tensor without axis `axis`, which must have the length 1, or without all its axes of length
  /// 1: NumPy's `squeeze`. Costs nothing: it is a view.
  ///
  /// ∂L/∂x is ∂L/∂y with those axes.
  ///
  /// Traps if there is no such axis, or its length is not 1.
  public func squeezed(axis: Int? = nil) -> Tensor { Squeeze(axis: axis)(self) }
}

struct Squeeze: ViewOperation {
  let axis: Int?

  var name: String { "squeeze" }
  var details: String { axis.map { "axis \($0)" } ?? "" }

  func view(_ input: ArrayLayout) throws(ShapeError) -> ArrayLayout { try input.squeezed(axis) }

  func backward(_ pass: inout BackwardPass) {
    pass.add(pass.cotangent.reshaped(to: pass.inputType(0).shape), to: 0)
  }
}
