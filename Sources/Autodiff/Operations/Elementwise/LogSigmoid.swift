import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The logarithm of the logistic function, −ln(1 + e⁻ˣ), element by element, which neither overflows
  /// nor loses digits: PyTorch's `logsigmoid`.
  ///
  /// ∂L/∂x = ∂L/∂y · sigmoid(−x).
  ///
  /// Traps if the numbers are whole.
  public func logSigmoid() -> Tensor { LogSigmoid()(self) }
}

struct LogSigmoid: CurveOperation {
  var name: String { "logSigmoid" }
  static var kernel: bp_unary { BP_LOG_SIGMOID }
  static var gradientKernel: bp_binary { BP_LOG_SIGMOID_GRADIENT }

  func slope(at x: Tensor) -> Tensor { (-x).sigmoid() }
}
