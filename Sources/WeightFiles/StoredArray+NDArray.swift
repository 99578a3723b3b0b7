import BackpropArrays
import BackpropFiles

extension StoredArray {
  /// An array as it goes into a file. Nothing is copied if its elements lie one after the other.
  public init(_ array: NDArray) {
    let array = array.contiguous()
    let storage = array.storage
    self.init(
      scalarType: StoredScalarType(array.scalarType), shape: Array(array.shape),
      content: SharedBytes(
        UnsafeRawBufferPointer(start: storage.base, count: storage.byteCount), owner: storage))
  }

  /// The numbers, in the type that they have in the file; of 8-bit fractions, as `float32`.
  ///
  /// An array of a mapped file shows the file: nothing is copied, unless its bytes are not numbers of
  /// memory (truth values and 8-bit fractions, or numbers that lie at odd addresses).
  public var array: NDArray {
    let (shape, type) = (Shape(shape), scalarType.scalarType)
    switch scalarType {
    case .float8E4M3: return decoded(Float8.e4m3)
    case .float8E5M2: return decoded(Float8.e5m2)
    default: break
    }
    if let (start, owner) = content.memory {
      if let storage = owner as? Storage, start == UnsafeRawPointer(storage.base),
        storage.shape == shape,
        storage.scalarType == type
      {
        return NDArray(storage: storage)
      }
      if let start, type != .bool, Int(bitPattern: start) % type.size == 0 {
        return NDArray(memory: start, shape: shape, scalarType: type, owner: owner)
      }
    }
    return withBytes { NDArray(bytes: $0, shape: shape, scalarType: type) }
  }

  private func decoded(_ numbers: [Float]) -> NDArray {
    var result = NDArray(uninitialized: Shape(shape), .float32)
    result.withMutableScalars(as: Float.self) { target in
      withBytes { source in
        for index in source.indices { target[index] = numbers[Int(source[index])] }
      }
    }
    return result
  }

  /// The same array, its numbers where they can be looked at again and again: bytes that were read
  /// into a Swift array would be copied each time.
  var resident: StoredArray {
    content.memory == nil && scalarType.isOfMemory ? StoredArray(array) : self
  }
}

extension NDArray {
  /// The same numbers in memory that no mapped file can take away.
  var withOwnMemory: NDArray {
    storage.ownsMemory || storage.owner != nil ? self : copy()
  }
}

extension StoredScalarType {
  /// The type of arrays in memory; `float32` for fractions of 8 bits.
  public var scalarType: ScalarType {
    switch self {
    case .bool: .bool
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .uint8: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .float32, .float8E4M3, .float8E5M2: .float32
    case .float64: .float64
    }
  }

  /// Whether arrays in memory have this type.
  var isOfMemory: Bool { StoredScalarType(scalarType) == self }

  /// What the type is called beside the types of memory: `float32`, or `float8_e4m3fn` as in PyTorch.
  public var name: String {
    switch self {
    case .float8E4M3: "float8_e4m3fn"
    case .float8E5M2: "float8_e5m2"
    default: scalarType.rawValue
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
