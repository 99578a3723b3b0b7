extension NDArray: CustomStringConvertible, CustomDebugStringConvertible {
  /// As NumPy's `print` shows an array.
  public var description: String { ArrayPrinter.str(printableValues, shape: Array(shape)) }
  /// As NumPy's `repr` shows an array, with its type.
  public var debugDescription: String { ArrayPrinter.repr(printableValues, shape: Array(shape)) }

  private var printableValues: ArrayPrinter.Values {
    switch scalarType {
    case .float32: .float32(scalars())
    case .float64: .float64(scalars())
    case .float16: .float16(withContiguousBytes { $0.bindMemory(to: Float16Bits.self).map { $0 } })
    case .bfloat16:
      .bfloat16(withContiguousBytes { $0.bindMemory(to: BFloat16Bits.self).map { $0 } })
    case .int8: .int8(scalars())
    case .int16: .int16(scalars())
    case .uint16: .uint16(scalars())
    case .int32: .int32(scalars())
    case .uint32: .uint32(scalars())
    case .int64: .int64(scalars())
    case .uint64: .uint64(scalars())
    case .uint8: .uint8(scalars())
    case .bool: .bool(scalars())
    }
  }
}
