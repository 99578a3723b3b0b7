import BackpropArrays

/// The gradient of a function of arrays by central differences:
/// ∂f/∂xᵢ ≈ (f(x + h eᵢ) − f(x − h eᵢ)) / 2h, one element at a time.
///
/// Slow and simple: two evaluations an element. It is what backpropagation is checked against.
///
/// ```swift
/// numericalGradient(at: [x]) { (x: [Tensor]) in (x[0] * x[0]).sum() }
/// ```
///
/// - Parameters:
///   - point: where; `float64` arrays give about ten good digits, `float32` about three.
///   - step: h. The default is the course's.
///   - function: gives a single number.
/// - Returns: an array of the shape of each input.
public func numericalGradient(
  at point: [NDArray], step: Double = 1e-4, of function: ([Tensor]) -> Tensor
) -> [NDArray] {
  var inputs = point
  return point.indices.map { index in
    let original = point[index].doubles
    var gradient = [Double](repeating: 0, count: original.count)
    for element in original.indices {
      func value(_ x: Double) -> Double {
        var moved = original
        moved[element] = x
        inputs[index] = NDArray(
          moved, shape: point[index].shape, scalarType: point[index].scalarType)
        return function(inputs.map { Tensor($0) }).item
      }
      let difference = value(original[element] + step) - value(original[element] - step)
      gradient[element] = difference / (2 * step)
    }
    inputs[index] = point[index]
    return NDArray(gradient, shape: point[index].shape, scalarType: point[index].scalarType)
  }
}

/// How well the gradient of a function by backpropagation agrees with its numerical gradient.
public struct GradientCheck: Sendable, CustomStringConvertible {
  /// By input: the largest |analytic − numerical| / max(1, |analytic|, |numerical|).
  public let errors: [Double]
  /// The largest of the errors. NaN if any gradient is NaN.
  public var largestError: Double {
    errors.contains { $0.isNaN } ? .nan : errors.max() ?? 0
  }

  /// Whether all errors are below `tolerance`.
  public func passes(tolerance: Double = 1e-7) -> Bool { largestError <= tolerance }

  public var description: String {
    "gradient check: largest error "
      + errors.enumerated().map { "\($1) by input \($0)" }.joined(separator: ", ")
  }
}

/// Checks the gradient of `function` at `point` against central differences.
///
/// The result is multiplied by random numbers before it is summed (a random cotangent): a plain sum
/// would hide mistakes, as the gradient of a softmax's sum is zero whatever softmax does.
///
/// ```swift
/// checkGradient(at: [x, w]) { $0[0].matmul($0[1]).tanh() }.passes()
/// ```
///
/// Traps if an array is not `float64`.
///
/// - Parameters:
///   - point: `float64` arrays, away from kinks such as relu's at zero.
///   - step: h of the central difference; 1e-5 balances its error, of order h², with rounding.
///   - seed: of the random cotangent.
///   - function: what is checked: as many tensors as `point` has arrays, to one tensor.
public func checkGradient(
  at point: [NDArray], step: Double = 1e-5, seed: UInt64 = 7,
  of function: ([Tensor]) -> Tensor
) -> GradientCheck {
  for array in point where array.scalarType != .float64 {
    fatalError(
      "checkGradient: an input is \(array.scalarType); central differences need float64, "
        + "convert with cast(to: .float64)")
  }
  let variables = point.map { Tensor($0).requiringGradient() }
  let result = function(variables)
  var random = RandomSource(seed: seed, stream: 0x5a)
  let cotangent = Tensor.uniform(result.shape, in: -1..<1, scalarType: .float64, using: &random)
  let gradients = result.backward(from: cotangent)
  let numerical = numericalGradient(at: point, step: step) { (function($0) * cotangent).sum() }
  return GradientCheck(
    errors: zip(variables, numerical).map { variable, expected in
      let analytic =
        gradients.gradient(withRespectTo: variable)
        ?? Tensor.zeros(variable.shape, scalarType: .float64)
      return zip(analytic.doubles, expected.doubles).reduce(0) { worst, pair in
        let error = abs(pair.0 - pair.1) / max(1, abs(pair.0), abs(pair.1))
        return error.isNaN || worst.isNaN ? .nan : max(worst, error)
      }
    })
}
