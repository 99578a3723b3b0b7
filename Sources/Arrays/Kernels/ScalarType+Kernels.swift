import CBackpropKernels

extension ScalarType {
  // Inlinable: other modules look kernels up on the way of small arrays too.

  /// The type, as the kernels call it.
  @inlinable
  package var code: bp_scalar {
    switch self {
    case .bool: BP_BOOL
    case .uint8: BP_UINT8
    case .int32: BP_INT32
    case .int64: BP_INT64
    case .float32: BP_FLOAT32
    case .float64: BP_FLOAT64
    }
  }

  /// The kernels for numbers of this type; those that it has not are `nil`.
  @inlinable
  package var kernels: UnsafePointer<bp_kernels> { bp_kernels_of(code) }
}

extension ShapeError {
  /// The error of an operation that has no kernel for numbers of this type.
  package static func noKernel(
    _ operation: String, _ shapes: [Shape], _ scalarType: ScalarType
  ) -> ShapeError {
    // Numbers with fractions lack only what is for bits, and flags shifts too.
    let isForBits = scalarType.isFloatingPoint || operation.hasPrefix("shift")
    return ShapeError(
      operation, shapes, "the numbers are \(scalarType), for which there is no \(operation)",
      hint: "convert first, with cast(to: .\(isForBits ? "int32" : "float32"))")
  }
}

extension Optional {
  /// The kernel, or the error of an operation that has none for numbers of this type.
  @inline(__always)
  package func orNoKernel(
    _ operation: String, _ shapes: @autoclosure () -> [Shape], _ scalarType: ScalarType
  ) throws(ShapeError) -> Wrapped {
    guard let kernel = self else {
      throw .noKernel(operation, shapes(), scalarType)
    }
    return kernel
  }
}
