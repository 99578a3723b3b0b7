import BackpropArrays

extension Tensor {
  /// The same numbers as another type: NumPy's `astype`. A fraction loses what follows the point
  /// when it becomes whole, a number too large for a whole type becomes its nearest bound (NaN
  /// becomes 0), and everything but zero becomes `true`. A type of fractions gets the nearest number
  /// that it has, of two as near the one that is even in its last place; what is too large is
  /// infinite.
  ///
  /// ```swift
  /// weights.cast(to: .bfloat16)                     // half the memory
  /// weights.cast(to: .bfloat16).cast(to: .float32)  // as they were, to 8 binary digits
  /// ```
  ///
  /// From `float32` to `float64` and back, ∂L/∂x is ∂L/∂y as x's type. Whole numbers have no
  /// derivative, and half-precision numbers are stored and not computed with: a cast to or from
  /// them is a constant.
  public func cast(to scalarType: ScalarType) -> Tensor {
    if scalarType == self.scalarType { return self }
    let isDifferentiable = scalarType.isDifferentiable && self.scalarType.isDifferentiable
    return Cast(scalarType: scalarType)(isDifferentiable ? self : detached)
  }
}

struct Cast: ElementwiseOperation {
  let scalarType: ScalarType

  var name: String { "cast" }
  var details: String { "to \(scalarType)" }
  var loop: ElementwiseLoop { .cast }

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
