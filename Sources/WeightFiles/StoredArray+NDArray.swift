import BackpropArrays

extension StoredArray {
  /// An array as it goes into a file.
  public init(_ array: NDArray) {
    self.init(
      scalarType: StoredScalarType(array.scalarType), shape: Array(array.shape),
      bytes: array.withContiguousBytes { Array($0) })
  }

  /// The numbers, in the type that they have in the file.
  public var array: NDArray {
    bytes.withUnsafeBytes {
      NDArray(bytes: $0, shape: Shape(shape), scalarType: scalarType.scalarType)
    }
  }
}

extension StoredScalarType {
  /// The type of arrays in memory.
  public var scalarType: ScalarType {
    switch self {
    case .bool: .bool
    case .uint8: .uint8
    case .int8: .int8
    case .int16: .int16
    case .uint16: .uint16
    case .int32: .int32
    case .uint32: .uint32
    case .int64: .int64
    case .uint64: .uint64
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .float32: .float32
    case .float64: .float64
    }
  }

  /// The type in a file of arrays of `type`.
  public init(_ type: ScalarType) {
    self =
      switch type {
      case .bool: .bool
      case .uint8: .uint8
      case .int8: .int8
      case .int16: .int16
      case .uint16: .uint16
      case .int32: .int32
      case .uint32: .uint32
      case .int64: .int64
      case .uint64: .uint64
      case .float16: .float16
      case .bfloat16: .bfloat16
      case .float32: .float32
      case .float64: .float64
      }
  }
}
