import BackpropArrays
import BackpropAutodiff

/// How well a model's gradients by backpropagation agree with numerical ones, by parameter.
public struct ModelGradientCheck: Sendable, CustomStringConvertible {
  /// The result for one parameter.
  public struct Row: Sendable, Hashable {
    /// The parameter: `hidden.weight`.
    public let name: String
    /// The largest |analytic − numerical| / max(1, |analytic|, |numerical|) of its elements.
    public let error: Double
  }

  /// By parameter, in the model's order.
  public let rows: [Row]

  /// The largest of all errors. NaN if any gradient is NaN.
  public var largestError: Double {
    rows.contains { $0.error.isNaN } ? .nan : rows.map(\.error).max() ?? 0
  }

  /// Whether all errors are at most `tolerance`.
  public func passes(tolerance: Double = 1e-7) -> Bool { largestError <= tolerance }

  public var description: String {
    "gradient check: largest error "
      + rows.map { "\($0.error) in \($0.name)" }.joined(separator: ", ")
  }
}

/// Checks the gradients of a loss with respect to all parameters of a model against central
/// differences: ∂L/∂wᵢ ≈ (L(wᵢ + h) − L(wᵢ − h)) / 2h, one number of one parameter at a time.
///
/// Two evaluations of the loss for every number in the model, so a small batch is wise.
///
/// ```swift
/// checkGradient(of: network) { crossEntropy(logits: $0(images), targets: labels) }.passes()
/// ```
///
/// Traps if a parameter is not `float64`.
///
/// - Parameters:
///   - model: its parameters are as before afterwards.
///   - step: h of the central difference; 1e-5 balances its error, of order h², with rounding.
///   - loss: a single number, computed with the model; the same number each time it is asked.
public func checkGradient<Model: Module>(
  of model: Model, step: Double = 1e-5, loss: (Model) -> Tensor
) -> ModelGradientCheck {
  let named = model.namedParameters
  for (name, parameter) in named where parameter.scalarType != .float64 {
    fatalError(
      "checkGradient: \(name) is \(parameter.scalarType); central differences need a float64 "
        + "model, made with scalarType: .float64")
  }
  let gradients = loss(model).backward()
  let rows = named.map { name, parameter in
    let original = parameter.array
    defer { parameter.array = original }
    let values = original.doubles
    let analytic = gradients[parameter]?.array.doubles ?? Array(repeating: 0, count: values.count)
    var worst = 0.0
    for index in values.indices {
      func value(_ x: Double) -> Double {
        parameter.update { $0.withMutableScalars(as: Double.self) { $0[index] = x } }
        return withoutGradient { loss(model).item }
      }
      let difference = value(values[index] + step) - value(values[index] - step)
      parameter.update { $0.withMutableScalars(as: Double.self) { $0[index] = values[index] } }
      let numerical = difference / (2 * step)
      let error =
        abs(analytic[index] - numerical) / max(1, abs(analytic[index]), abs(numerical))
      worst = error.isNaN || worst.isNaN ? .nan : max(worst, error)
    }
    return ModelGradientCheck.Row(name: name, error: worst)
  }
  return ModelGradientCheck(rows: rows)
}
