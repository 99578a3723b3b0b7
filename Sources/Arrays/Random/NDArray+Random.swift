extension NDArray {
  /// Normally distributed numbers.
  ///
  /// ```swift
  /// var random = RandomSource(seed: 0)
  /// let weights = NDArray.normal([784, 50], standardDeviation: 0.01, using: &random)
  /// ```
  ///
  /// Traps if the type is not one of fractions.
  ///
  /// - Parameters:
  ///   - shape: the lengths of the axes.
  ///   - mean: the mean of the distribution.
  ///   - standardDeviation: how widely it spreads.
  ///   - scalarType: `float32` or `float64`.
  ///   - random: where the numbers come from.
  public static func normal(
    _ shape: Shape, mean: Double = 0, standardDeviation: Double = 1,
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) -> NDArray {
    filled("normal", shape, scalarType) { floats, doubles in
      if let floats {
        random.fillNormal(floats, mean: Float(mean), standardDeviation: Float(standardDeviation))
      }
      if let doubles {
        random.fillNormal(doubles, mean: mean, standardDeviation: standardDeviation)
      }
    }
  }

  /// Normally distributed numbers of which those further than `bound` standard deviations from the
  /// mean are drawn again: weights without outliers.
  ///
  /// Over the whole line the numbers would have the given standard deviation; cut at 2, they have
  /// 0.88 of it.
  ///
  /// ```swift
  /// NDArray.truncatedNormal([784, 50], standardDeviation: 0.02, using: &random)  // within ±0.04
  /// ```
  ///
  /// Traps if the type is not one of fractions, or `bound` is not positive.
  ///
  /// - Parameters:
  ///   - shape: the lengths of the axes.
  ///   - mean: the mean of the distribution.
  ///   - standardDeviation: how widely it would spread if it were not cut.
  ///   - bound: how many standard deviations from the mean it is cut.
  ///   - scalarType: `float32` or `float64`.
  ///   - random: where the numbers come from.
  public static func truncatedNormal(
    _ shape: Shape, mean: Double = 0, standardDeviation: Double = 1, bound: Double = 2,
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) -> NDArray {
    guard bound > 0 else {
      fatalError("truncatedNormal: the bound is \(bound) standard deviations; it must be positive")
    }
    return filled("truncatedNormal", shape, scalarType) { floats, doubles in
      if let floats {
        random.fillNormal(floats)
        for index in floats.indices {
          while abs(floats[index]) > Float(bound) { floats[index] = Float(random.normal()) }
          floats[index] = Float(mean) + Float(standardDeviation) * floats[index]
        }
      }
      if let doubles {
        random.fillNormal(doubles)
        for index in doubles.indices {
          while abs(doubles[index]) > bound { doubles[index] = random.normal() }
          doubles[index] = mean + standardDeviation * doubles[index]
        }
      }
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
    case .bool, .uint8, .int8, .int16, .uint16, .int32, .uint32, .int64, .uint64, .float16,
      .bfloat16:
      ShapeError.noKernel(operation, [shape], scalarType).trap()
    }
    return result
  }
}
