import BackpropArrays
import CBackpropKernels

/// A function of the bits of whole numbers, or of flags, which are one bit each.
protocol BitwiseOperation: BinaryOperation, ConstantOperation {}

extension BitwiseOperation {
  /// The operation on whole numbers and one of the source, which their type must hold.
  func callAsFunction(_ a: Tensor, _ b: Int) -> Tensor {
    a.checking { () throws(ShapeError) in
      let number = NDArray(scalar: Int64(b)).cast(to: a.scalarType)
      guard !a.scalarType.isFloatingPoint, number.cast(to: .int64) == NDArray(scalar: Int64(b))
      else {
        throw ShapeError(
          name, [a.shape], "the numbers are \(a.scalarType), which cannot hold the bits of \(b)",
          hint: "convert first, with cast(to: .int64)")
      }
      return self(a.detached, Tensor(number))
    }
  }
}
