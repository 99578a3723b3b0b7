import BackpropArrays
import BackpropFiles

/// The type of the elements of an array in a file, by the names of safetensors.
public enum StoredScalarType: String, CaseIterable, Sendable {
  // In the reference implementation's order, by which tensors are sorted in a file: the wider, the
  // later.

  /// Truth values, a byte each: 0 or 1.
  case bool = "BOOL"
  /// Unsigned whole numbers of 8 bits.
  case uint8 = "U8"
  /// Whole numbers of 8 bits.
  case int8 = "I8"
  /// Floating-point numbers of 8 bits, 5 of them the exponent: PyTorch's `float8_e5m2`. In memory they
  /// become `float32`.
  case float8E5M2 = "F8_E5M2"
  /// Floating-point numbers of 8 bits, 4 of them the exponent, without infinities: PyTorch's
  /// `float8_e4m3fn`. In memory they become `float32`.
  case float8E4M3 = "F8_E4M3"
  /// Whole numbers of 16 bits.
  case int16 = "I16"
  /// Unsigned whole numbers of 16 bits.
  case uint16 = "U16"
  /// Floating-point numbers of 16 bits (IEEE 754 binary16).
  case float16 = "F16"
  /// The upper half of a 32-bit floating-point number.
  case bfloat16 = "BF16"
  /// Whole numbers of 32 bits.
  case int32 = "I32"
  /// Unsigned whole numbers of 32 bits.
  case uint32 = "U32"
  /// Floating-point numbers of 32 bits.
  case float32 = "F32"
  /// Floating-point numbers of 64 bits.
  case float64 = "F64"
  /// Whole numbers of 64 bits.
  case int64 = "I64"
  /// Unsigned whole numbers of 64 bits.
  case uint64 = "U64"

  /// The bytes of an element.
  public var byteWidth: Int {
    switch self {
    case .bool, .uint8, .int8, .float8E4M3, .float8E5M2: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .float64, .int64, .uint64: 8
    }
  }
}

/// An array as it is in a file: its type, its shape and its bytes.
///
/// The bytes of a mapped file stay where they are; who looks at them reads them from the disk.
public struct StoredArray: Equatable, Sendable {
  /// The type of the elements.
  public let scalarType: StoredScalarType
  /// The sizes of the axes; empty for a single number.
  public let shape: [Int]
  /// The elements, little-endian, the last axis running fastest.
  let content: SharedBytes

  /// A copy of the elements, little-endian, the last axis running fastest.
  public var bytes: [UInt8] { content.array }

  /// Makes an array from bytes.
  ///
  /// Traps if there are not as many bytes as the shape needs.
  ///
  /// - Parameters:
  ///   - scalarType: the type of the elements.
  ///   - shape: the sizes of the axes; empty for a single number.
  ///   - bytes: the elements, little-endian, the last axis running fastest.
  public init(scalarType: StoredScalarType, shape: [Int], bytes: [UInt8]) {
    self.init(scalarType: scalarType, shape: shape, content: SharedBytes(bytes))
  }

  /// The same over bytes that stay where they are.
  init(scalarType: StoredScalarType, shape: [Int], content: SharedBytes) {
    if Self.byteCount(scalarType, shape) != content.count {
      fatalError(
        "StoredArray: the shape \(shape) of \(scalarType.rawValue) does not fit \(content.count) "
          + "bytes, or is one that no array can have")
    }
    self.scalarType = scalarType
    self.shape = shape
    self.content = content
  }

  /// Calls `body` with the elements where they are, little-endian, the last axis running fastest.
  public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try content.withUnsafeBytes(body)
  }

  /// The number of elements.
  public var count: Int { content.count / scalarType.byteWidth }

  /// The most axes that an array can have.
  static let maximumRank = Extents.capacity
  /// More bytes than any computer can address, at least of those whose Swift is known. It bounds each
  /// size, even beside a size of 0, so that sizes of files can be added and multiplied.
  static let maximumByteCount = 1 << 47

  /// The bytes that a shape needs, or `nil` where no array can have it: a size is negative, there are
  /// too many axes, or the sizes but for those that are 0 come to more than ``maximumByteCount``.
  static func byteCount(_ type: StoredScalarType, _ shape: [Int]) -> Int? {
    byteCount(shape, each: type.byteWidth)
  }

  /// The same for elements, or blocks of them, that take so many bytes each.
  static func byteCount(_ shape: [Int], each width: Int) -> Int? {
    if shape.count > maximumRank { return nil }
    var product = width
    for size in shape where size != 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      if size < 0 || overflow || next > maximumByteCount { return nil }
      product = next
    }
    return shape.contains(0) ? 0 : product
  }

  /// The same, with the error that says what is wrong with the shape.
  ///
  /// - Parameters:
  ///   - type: the type of the elements.
  ///   - shape: the sizes of the axes.
  ///   - what: what errors call the array: "the tensor 'a'".
  static func byteCount(
    _ type: StoredScalarType, _ shape: [Int], of what: String
  ) throws(WeightFileError) -> Int {
    if shape.count > maximumRank {
      throw WeightFileError(
        .unsupported("\(what) of more than \(maximumRank) axes"))
    }
    guard let count = byteCount(type, shape) else {
      throw WeightFileError(
        .invalid("\(what) has the shape \(shape), which no computer can hold"))
    }
    return count
  }
}
