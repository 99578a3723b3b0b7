import BackpropArrays

extension StoredArray {
  /// An array as it goes into a file.
  public init(_ array: NDArray) {
    let type: StoredScalarType =
      switch array.scalarType {
      case .bool: .bool
      case .uint8: .uint8
      case .int32: .int32
      case .int64: .int64
      case .float32: .float32
      case .float64: .float64
      }
    self.init(
      scalarType: type, shape: Array(array.shape),
      bytes: array.withContiguousBytes { Array($0) })
  }

  /// The numbers. Types that arrays do not have become the next wider one: 16-bit floating-point
  /// numbers become `float32`, and 8- and 16-bit whole numbers `int32`.
  public var array: NDArray {
    let shape = Shape(self.shape)
    func direct(_ type: ScalarType) -> NDArray {
      bytes.withUnsafeBytes { NDArray(bytes: $0, shape: shape, scalarType: type) }
    }
    func widened<Raw, Wide: Scalar>(_ type: Raw.Type, _ widen: (Raw) -> Wide) -> NDArray {
      bytes.withUnsafeBytes { raw in
        let width = MemoryLayout<Raw>.size
        return NDArray(
          (0..<count).map { widen(raw.loadUnaligned(fromByteOffset: $0 * width, as: Raw.self)) },
          shape: shape)
      }
    }
    return switch scalarType {
    case .bool: direct(.bool)
    case .uint8: direct(.uint8)
    case .int32: direct(.int32)
    case .int64: direct(.int64)
    case .float32: direct(.float32)
    case .float64: direct(.float64)
    case .int8: widened(Int8.self) { Int32($0) }
    case .int16: widened(Int16.self) { Int32($0) }
    case .bfloat16: widened(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float16: widened(UInt16.self) { Self.float(half: $0) }
    }
  }

  /// The number that an IEEE 754 binary16 pattern stands for. Written out because `Float16` does
  /// not exist on every processor that Swift runs on.
  private static func float(half pattern: UInt16) -> Float {
    let sign: Float = pattern & 0x8000 == 0 ? 1 : -1
    let exponent = Int(pattern >> 10 & 0x1f)
    let fraction = Float(pattern & 0x3ff)
    return switch exponent {
    case 0: sign * fraction * 0x1p-24
    case 31: fraction == 0 ? sign * .infinity : .nan
    default: sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction * 0x1p-10)
    }
  }
}
