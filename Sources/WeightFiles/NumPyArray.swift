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
}

/// A NumPy array as it is stored.
struct NumPyArray {
  let scalarType: StoredScalarType
  let isBigEndian: Bool
  let isFortran: Bool
  let shape: [Int]
  let bytes: ArraySlice<UInt8>

  /// The array in little-endian order with the last axis running fastest.
  var stored: StoredArray {
    let width = scalarType.byteWidth
    var result = Array(bytes)
    if isBigEndian && width > 1 {
      for start in stride(from: 0, to: result.count, by: width) {
        result[start..<start + width].reverse()
      }
    }
    // One axis, or none, is in the same order either way.
    if isFortran && shape.count > 1 { result = reordered(result, width: width) }
    return StoredArray(scalarType: scalarType, shape: shape, bytes: result)
  }

  /// From the first axis running fastest to the last.
  private func reordered(_ source: [UInt8], width: Int) -> [UInt8] {
    var target: [UInt8] = []
    target.reserveCapacity(source.count)
    var strides: [Int] = []
    var stride = width
    for size in shape {
      strides.append(stride)
      stride *= size
    }
    var index = [Int](repeating: 0, count: shape.count)
    var offset = 0
    while target.count < source.count {
      for byte in offset..<offset + width { target.append(source[byte]) }
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        offset += strides[axis]
        if index[axis] < shape[axis] { break }
        offset -= strides[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return target
  }
}
