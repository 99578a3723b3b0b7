import BackpropArrays

extension Tensor {
  /// The numbers divided by the root of the mean of their squares along `axes`: PyTorch's `rms_norm`
  /// without a weight.
  ///
  /// y = x r with r = 1 / √(mean x² + ε); ∂L/∂x = r (g − y mean(g y)) for g = ∂L/∂y.
  ///
  /// ```swift
  /// Tensor([[3, 4]]).rmsNormalized(epsilon: 0)     // [[0.84852815 1.1313709 ]]
  /// ```
  ///
  /// Source: Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019).
  ///
  /// Traps if the numbers are whole, or an axis is not there.
  ///
  /// - Parameters:
  ///   - axes: those over which the mean is taken.
  ///   - epsilon: what is added to the mean of squares, so that nothing is divided by zero; the distance
  ///     from 1 to the next number of the tensor's type if `nil`.
  public func rmsNormalized(axes: [Int] = [-1], epsilon: Double? = nil) -> Tensor {
    RMSNormalize(axes: axes, epsilon: epsilon)(self)
  }
}

struct RMSNormalize: ComposedOperation {
  let axes: [Int]
  let epsilon: Double?

  var name: String { "rmsNormalize" }
  var details: String { axes == [-1] ? "" : "axes \(axes)" }
  /// r, by which the numbers are multiplied.
  var savedCount: Int { 1 }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.requireFloatingPoint(0, name)
    _ = try factor(of: Tensor(shapeOnly: inputs[0].type)).checkedType()
    return inputs[0].type
  }

  func callOnTensors(_ inputs: [Tensor], save: (Tensor) -> Void) -> Tensor {
    let factor = factor(of: inputs[0])
    save(factor)
    return inputs[0] * factor
  }

  /// r = 1 / √(mean x² + ε).
  private func factor(of x: Tensor) -> Tensor {
    (x.squared().mean(axes: axes, keepDims: true) + (epsilon ?? Self.unit(of: x.scalarType)))
      .reciprocalSquareRoot()
  }

  /// The distance from 1 to the next number.
  private static func unit(of type: ScalarType) -> Double {
    switch type {
    case .float64: Double.ulpOfOne
    case .float32: Double(Float.ulpOfOne)
    // Which the shape rule refuses.
    case .bool, .uint8, .int8, .int16, .uint16, .int32, .uint32, .int64, .uint64, .float16,
      .bfloat16:
      0
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    let (x, g) = (pass.input(0), pass.cotangent)
    let factor = pass.isRecording ? factor(of: x) : pass.saved(0)
    let y = x * factor
    pass.add(factor * (g - y * (g * y).mean(axes: axes, keepDims: true)), to: 0)
  }
}
