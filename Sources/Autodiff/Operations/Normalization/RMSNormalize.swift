import BackpropArrays

extension Tensor {
  /// The numbers divided by the root of the mean of their squares along `axes`, and then perhaps
  /// multiplied by a weight: PyTorch's `rms_norm`.
  ///
  /// y = w x r with r = 1 / √(mean x² + ε); ∂L/∂x = r (h − z mean(h z)) and ∂L/∂w = Σ g z, over what w
  /// was repeated along, for g = ∂L/∂y, h = w g and z = x r.
  ///
  /// ```swift
  /// Tensor([[3, 4]]).rmsNormalized(epsilon: 0)     // [[0.84852815 1.1313709 ]]
  /// ```
  ///
  /// Source: Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019).
  ///
  /// Traps if the numbers are whole, an axis is not there, or a weight is of another type or does not
  /// broadcast to the shape of this tensor.
  ///
  /// - Parameters:
  ///   - axes: those over which the mean is taken.
  ///   - epsilon: what is added to the mean of squares, so that nothing is divided by zero; the distance
  ///     from 1 to the next number of the tensor's type if `nil`.
  ///   - weight: by what the results are multiplied; `nil` for nothing.
  public func rmsNormalized(
    axes: [Int] = [-1], epsilon: Double? = nil, weight: Tensor? = nil
  ) -> Tensor {
    RMSNormalize(axes: axes, epsilon: epsilon, hasWeight: weight != nil).apply(
      to: self, weight, nil)
  }
}

struct RMSNormalize: StandardizingOperation {
  let axes: [Int]
  let epsilon: Double?
  let hasWeight: Bool

  var name: String { "rmsNormalize" }
  var isCentered: Bool { false }

  func epsilon(for scalarType: ScalarType) -> Double {
    if let epsilon { return epsilon }
    switch scalarType {
    // The distance from 1 to the next number.
    case .float64: return Double.ulpOfOne
    case .float32: return Double(Float.ulpOfOne)
    // Which the shape rule refuses.
    case .bool, .uint8, .int8, .int16, .uint16, .int32, .uint32, .int64, .uint64, .float16,
      .bfloat16:
      return 0
    }
  }
}
