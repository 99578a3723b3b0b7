import BackpropArrays

extension Tensor {
  /// The same numbers as another type: NumPy's `astype`. A fraction loses what follows the point
  /// when it becomes whole, a number too large for a whole type becomes its nearest bound (NaN
  /// becomes 0), and everything but zero becomes `true`.
  ///
  /// From one floating-point type to another, ∂L/∂x is ∂L/∂y as x's type. Whole numbers have no
  /// derivative: a cast to or from them is a constant.
  public func cast(to scalarType: ScalarType) -> Tensor {
    if scalarType == self.scalarType { return self }
    let isDifferentiable = scalarType.isFloatingPoint && self.scalarType.isFloatingPoint
    return Cast(scalarType: scalarType)(isDifferentiable ? self : detached)
  }
}

struct Cast: TensorOperation {
  let scalarType: ScalarType

  var name: String { "cast" }
  var details: String { "to \(scalarType)" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    TensorType(inputs[0].shape, scalarType)
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    pass.input(0).cast(to: scalarType)
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    pass.add(pass.cotangent.cast(to: pass.inputType(0).scalarType), to: 0)
  }
}
