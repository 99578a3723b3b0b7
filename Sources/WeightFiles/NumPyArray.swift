import BackpropArrays
import BackpropFiles

/// The type of a NumPy array's elements.
struct NumPyType {
  /// Kind and width: "f4".
  let code: String
  var isBigEndian: Bool

  /// Makes a type from "f4", "<f4", ">i8", "|u1" and the like.
  init(_ text: String) {
    let order = text.first.flatMap { "<>|=".contains($0) ? $0 : nil }
    code = order == nil ? text : String(text.dropFirst())
    isBigEndian = order == ">"
  }

  /// The type as NumPy writes it: "<f4".
  var description: String {
    (isBigEndian ? ">" : code.hasSuffix("1") || code == "?" ? "|" : "<") + code
  }

  /// The type by our name; `nil` if there is none.
  var scalarType: StoredScalarType? {
    switch code {
    case "b1", "?": .bool
    case "u1": .uint8
    case "i1": .int8
    case "i2": .int16
    case "u2": .uint16
    case "i4": .int32
    case "u4": .uint32
    case "i8": .int64
    case "u8": .uint64
    case "f2": .float16
    case "f4": .float32
    case "f8": .float64
    default: nil
    }
  }

  /// What the type is, for errors: "'c8', complex numbers".
  var title: String {
    let kinds: [Character: String] = [
      "c": "complex numbers", "O": "Python objects", "U": "texts", "S": "byte strings",
      "V": "records or raw bytes", "M": "dates", "m": "spans of time",
      "f": "fractions of another width",
    ]
    return "'\(code)'" + (code.first.flatMap { kinds[$0] }.map { ", \($0)," } ?? "")
  }

  /// How NumPy writes a type; `nil` where it has none.
  static func code(of type: StoredScalarType) -> String? {
    switch type {
    case .bool: "|b1"
    case .uint8: "|u1"
    case .int8: "|i1"
    case .int16: "<i2"
    case .uint16: "<u2"
    case .int32: "<i4"
    case .uint32: "<u4"
    case .int64: "<i8"
    case .uint64: "<u8"
    case .float16: "<f2"
    case .float32: "<f4"
    case .float64: "<f8"
    case .bfloat16, .float8E4M3, .float8E5M2: nil
    }
  }
}

/// A NumPy array as it is stored.
struct NumPyArray {
  /// The type of the elements.
  let scalarType: StoredScalarType
  /// Whether the highest byte of each comes first.
  let isBigEndian: Bool
  /// Whether the first axis runs fastest.
  let isFortran: Bool
  /// The lengths of the axes, which need as many bytes as there are.
  let shape: [Int]
  /// The elements.
  let content: SharedBytes

  /// The array in little-endian order with the last axis running fastest; where it is stored, if it
  /// is stored so.
  var stored: StoredArray {
    var content = content
    if isBigEndian && scalarType.byteWidth > 1 { content = swapped(content) }
    // One axis, or none, is in the same order either way.
    if !isFortran || shape.filter({ $0 != 1 }).count < 2 {
      return StoredArray(scalarType: scalarType, shape: shape, content: content)
    }
    let turned = StoredArray(scalarType: scalarType, shape: shape.reversed(), content: content)
    return StoredArray(turned.array.transposed())
  }

  private func swapped(_ content: SharedBytes) -> SharedBytes {
    let width = scalarType.byteWidth
    var bytes = content.array
    bytes.withUnsafeMutableBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: width) {
        switch width {
        case 2: swap(UInt16.self, in: bytes, at: start)
        case 4: swap(UInt32.self, in: bytes, at: start)
        default: swap(UInt64.self, in: bytes, at: start)
        }
      }
    }
    return SharedBytes(bytes)
  }

  @inline(__always)
  private func swap<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, in bytes: UnsafeMutableRawBufferPointer, at start: Int
  ) {
    let value = bytes.loadUnaligned(fromByteOffset: start, as: T.self)
    bytes.storeBytes(of: value.byteSwapped, toByteOffset: start, as: T.self)
  }
}
