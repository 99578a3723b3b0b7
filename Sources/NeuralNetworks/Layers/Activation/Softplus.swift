import BackpropArrays
import BackpropAutodiff

/// The activation ln(1 + exp(β x)) / β, element by element. Any shape; it has no parameters.
///
/// PyTorch's `Softplus`; the function is `Tensor.softplus(beta:threshold:)`.
public struct Softplus: Layer {
  /// β, how sharp the bend is.
  public let beta: Double
  /// The β x from where on the function is a straight line.
  public let threshold: Double

  /// The layer.
  public init(beta: Double = 1, threshold: Double = 20) {
    self.beta = beta
    self.threshold = threshold
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    input.softplus(beta: beta, threshold: threshold)
  }

  public var summaryName: String { beta == 1 ? "Softplus" : "Softplus(β \(beta))" }
}
