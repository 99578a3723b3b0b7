extension NDArray {
  /// Normally distributed numbers.
  ///
  /// ```swift
  /// var random = RandomSource(seed: 0)
  /// let weights = NDArray.normal([784, 50], deviation: 0.01, using: &random)
  /// ```
  ///
  /// Traps if the type is not one of fractions.
  ///
  /// - Parameters:
  ///   - shape: the lengths of the axes.
  ///   - mean: the mean of the distribution.
  ///   - deviation: its standard deviation.
  ///   - scalarType: `float32` or `float64`.
  ///   - random: where the numbers come from.
  public static func normal(
    _ shape: Shape, mean: Double = 0, deviation: Double = 1, scalarType: ScalarType = .float32,
    using random: inout RandomSource
  ) -> NDArray {
    filled("normal", shape, scalarType) { floats, doubles in
      if let floats { random.fillNormal(floats, mean: Float(mean), deviation: Float(deviation)) }
      if let doubles { random.fillNormal(doubles, mean: mean, deviation: deviation) }
    }
  }

  /// Numbers evenly distributed over `range`.
  ///
  /// Traps if the type is not one of fractions, or the width of the range is not finite.
  ///
  /// - Parameters:
  ///   - shape: the lengths of the axes.
  ///   - range: from where to where; the upper end is left out.
  ///   - scalarType: `float32` or `float64`.
  ///   - random: where the numbers come from.
  public static func uniform(
    _ shape: Shape, in range: Range<Double> = 0..<1, scalarType: ScalarType = .float32,
    using random: inout RandomSource
  ) -> NDArray {
    filled("uniform", shape, scalarType) { floats, doubles in
      if let floats {
        random.fillUniform(floats, in: Float(range.lowerBound)..<Float(range.upperBound))
      }
      if let doubles { random.fillUniform(doubles, in: range) }
    }
  }

  private static func filled(
    _ operation: String, _ shape: Shape, _ scalarType: ScalarType,
    _ fill: (UnsafeMutableBufferPointer<Float>?, UnsafeMutableBufferPointer<Double>?) -> Void
  ) -> NDArray {
    var result = NDArray(uninitialized: shape, scalarType)
    switch scalarType {
    case .float32: result.withMutableScalars(as: Float.self) { fill($0, nil) }
    case .float64: result.withMutableScalars(as: Double.self) { fill(nil, $0) }
    case .bool, .uint8, .int32, .int64:
      ShapeError.noKernel(operation, [shape], scalarType).trap()
    }
    return result
  }
}
