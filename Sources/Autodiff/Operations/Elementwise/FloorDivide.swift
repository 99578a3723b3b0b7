import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// ⌊a / b⌋, element by element, with broadcasting: NumPy's and PyTorch's `floor_divide`, Python's `//`.
  /// With `modulo`, a = b ⌊a / b⌋ + (a mod b).
  ///
  /// Exact, where the quotient itself would be rounded up to the next whole number. Its derivative is
  /// zero wherever it has one: the result is a constant.
  ///
  /// Traps if the shapes do not broadcast, the types differ, or the numbers are whole.
  public func floorDivided(by divisor: Tensor) -> Tensor { FloorDivide()(self, divisor) }
  /// ⌊a / b⌋ for a number b.
  ///
  /// Traps if the numbers are whole.
  public func floorDivided(by divisor: Double) -> Tensor { FloorDivide()(self.detached, divisor) }
}

struct FloorDivide: BinaryOperation, ConstantOperation {
  var name: String { "floorDivide" }
  static var kernel: bp_binary { BP_FLOOR_DIVIDE }
}
