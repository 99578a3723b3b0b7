import BackpropArrays

extension Tensor {
  /// The tensor with a new axis of length 1 at `axis` (-1 puts it last): NumPy's `expand_dims`,
  /// PyTorch's `unsqueeze`. Costs nothing: it is a view.
  ///
  /// ∂L/∂x is ∂L/∂y without that axis.
  ///
  /// Traps if there is no such place, or the tensor has eight axes already.
  public func expandingDimension(at axis: Int) -> Tensor { ExpandingDimension(axis: axis)(self) }
}

struct ExpandingDimension: ViewOperation {
  let axis: Int

  var name: String { "expandingDimension" }
  var details: String { "axis \(axis)" }

  func view(_ input: ArrayLayout) throws(ShapeError) -> ArrayLayout {
    try input.expandingDimension(at: axis)
  }

  func backward(_ pass: inout BackwardPass) {
    pass.add(pass.cotangent.reshaped(to: pass.inputType(0).shape), to: 0)
  }
}
