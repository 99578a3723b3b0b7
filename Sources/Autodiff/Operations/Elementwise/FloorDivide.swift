import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// a / b rounded down to a whole number, element by element, with broadcasting: NumPy's
  /// `floor_divide`, Python's `//`. Of whole numbers divided by zero, 0.
  ///
  /// Its derivative is zero wherever it has one: the result is a constant.
  ///
  /// ```swift
  /// Tensor([-7]).floorDivide(2)              // [-4.]
  /// ```
  ///
  /// Traps if the shapes do not broadcast, the types differ, or they are `bool`.
  public func floorDivide(_ other: Tensor) -> Tensor { FloorDivide()(self, other) }
  /// The same by a number, which takes the tensor's type.
  public func floorDivide(_ other: Double) -> Tensor { FloorDivide()(detached, other) }
}

struct FloorDivide: BinaryOperation, ConstantOperation {
  var name: String { "floorDivide" }
  static var kernel: bp_binary { BP_FLOOR_DIVIDE }
}
