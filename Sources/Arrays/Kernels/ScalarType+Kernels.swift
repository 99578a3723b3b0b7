import CBackpropKernels

extension ScalarType {
  // Inlinable: other modules look kernels up on the way of small arrays too.

  /// The type, as the kernels call it.
  @inlinable
  package var code: bp_scalar {
    switch self {
    case .bool: BP_BOOL
    case .uint8: BP_UINT8
    case .int8: BP_INT8
    case .int16: BP_INT16
    case .uint16: BP_UINT16
    case .int32: BP_INT32
    case .uint32: BP_UINT32
    case .int64: BP_INT64
    case .uint64: BP_UINT64
    case .float16: BP_FLOAT16
    case .bfloat16: BP_BFLOAT16
    case .float32: BP_FLOAT32
    case .float64: BP_FLOAT64
    }
  }

  /// The kernels for numbers of this type; those that it has not are `nil`.
  @inlinable
  package var kernels: UnsafePointer<bp_kernels> { bp_kernels_of(code) }
}

extension ScalarType {
  /// The cast after which there is arithmetic: that to `float32`, and where its 24 binary digits are
  /// too few, those to wider types.
  fileprivate var castToCompute: String {
    switch self {
    case .uint32, .uint64: "cast(to: .int64) or cast(to: .float64)"
    case .bool, .uint8, .int8, .int16, .uint16, .int32, .int64, .float16, .bfloat16, .float32,
      .float64:
      "cast(to: .float32)"
    }
  }
}

extension ShapeError {
  /// The error of an operation that has no kernel for numbers of this type.
  package static func noKernel(
    _ operation: String, _ shapes: [Shape], _ scalarType: ScalarType
  ) -> ShapeError {
    if scalarType.isStoredOnly {
      return ShapeError(
        operation, shapes, "the numbers are \(scalarType), which are stored and not computed with",
        hint: "convert first, with \(scalarType.castToCompute)")
    }
    // Numbers with fractions lack only what is for bits, and flags shifts too.
    let isForBits = scalarType.isFloatingPoint || operation.hasPrefix("shift")
    return ShapeError(
      operation, shapes, "the numbers are \(scalarType), for which there is no \(operation)",
      hint: "convert first, with cast(to: .\(isForBits ? "int32" : "float32"))")
  }

  /// The error of an operation on fractions, for numbers of another type.
  package static func notFloatingPoint(
    _ operation: String, _ shapes: [Shape], _ scalarType: ScalarType
  ) -> ShapeError {
    if scalarType.isStoredOnly { return noKernel(operation, shapes, scalarType) }
    return ShapeError(
      operation, shapes, "the numbers are \(scalarType), and must be float32 or float64",
      hint: "convert first, with cast(to: .float32)")
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
