import BackpropArrays
import CBackpropKernels

/// The approximation of gelu by a hyperbolic tangent, as x · sigmoid(w) with
/// w = √(8/π) (x + 0.044715 x³): ½ (1 + tanh u) = sigmoid(2 u).
struct TanhGELU: CurveOperation {
  var name: String { "gelu" }
  var details: String { "tanh" }
  static var kernel: bp_unary { BP_GELU_TANH }
  static var gradientKernel: bp_binary { BP_GELU_TANH_GRADIENT }

  func slope(at x: Tensor) -> Tensor {
    let factor = (8 / Double.pi).squareRoot()
    let square = x.squared()
    let s = (x * (square * (0.044715 * factor) + factor)).sigmoid()
    return s * (1 + x * (1 - s) * (square * (3 * 0.044715 * factor) + factor))
  }
}
