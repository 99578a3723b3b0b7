import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The natural logarithm, element by element. ∂L/∂x = ∂L/∂y / x.
  public func log() -> Tensor { Log()(self) }
}

struct Log: UnaryOperation {
  static let name = "log"
  static var kernel: bp_unary { BP_LOG }

  func backward(_ pass: inout BackwardPass) { pass.add(pass.cotangent / pass.input(0), to: 0) }

  static let samples = [GradientSample("matrix", [.positives([3, 4])]) { $0[0].log() }]
}
