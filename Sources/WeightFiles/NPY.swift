import BackpropFiles

/// One NumPy array in a file of its own: `.npy`.
///
/// A magic number and a version, a Python dictionary as text that gives the type, the order and the
/// shape, and the bytes. Versions 1 to 3 are read and version 1 is written. Definition: the module
/// `numpy.lib.format`.
///
/// ```swift
/// let array = try NPY.read("W1.npy")
/// try NPY.write(array, to: "copy.npy")
/// ```
public enum NPY {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// NumPy itself does not trust a longer one.
  static let maximumHeaderCount = 10_000

  /// Reads a file.
  ///
  /// - Throws: `FileError` or `WeightFileError`.
  public static func read(_ path: String) throws -> StoredArray {
    let bytes = try File.read(path)
    do {
      return try decode(bytes)
    } catch {
      throw WeightFileError(error.reason, file: path)
    }
  }

  /// Writes a file: whole or not at all.
  ///
  /// Traps if the elements are `bfloat16`, which NumPy does not have.
  ///
  /// - Throws: `FileError`.
  public static func write(_ array: StoredArray, to path: String) throws {
    let header = encodedHeader(array)
    try AtomicFile.write(to: path) { file in
      try file.write(header)
      try file.write(array.bytes)
    }
  }

  /// Decodes the bytes of a file.
  ///
  /// - Throws: `WeightFileError`.
  public static func decode(_ bytes: [UInt8]) throws(WeightFileError) -> StoredArray {
    if bytes.count < 10 {
      throw WeightFileError(
        .truncated(part: "the start of the array", expected: 10, found: bytes.count))
    }
    guard bytes.starts(with: magic), (1...3).contains(bytes[6]) else {
      throw WeightFileError(.invalid("it does not begin as an .npy file of version 1 to 3 does"))
    }
    let lengthCount = bytes[6] == 1 ? 2 : 4
    let start = 8 + lengthCount
    if bytes.count < start {
      throw WeightFileError(
        .truncated(part: "the length of the header", expected: start, found: bytes.count))
    }
    let count =
      lengthCount == 2
      ? Int(bytes.littleEndian(UInt16.self, at: 8)) : Int(bytes.littleEndian(UInt32.self, at: 8))
    if count > maximumHeaderCount {
      throw WeightFileError(
        .limitExceeded(
          "the header claims \(count) bytes, and at most \(maximumHeaderCount) are accepted"))
    }
    if bytes.count < start + count {
      throw WeightFileError(
        .truncated(part: "the header", expected: count, found: bytes.count - start))
    }
    let header = try NPYHeader(bytes[start..<start + count])
    guard let scalarType = header.type.scalarType else {
      throw WeightFileError(.unsupported("the NumPy type '\(header.type.code)'"))
    }
    guard let expected = StoredArray.byteCount(scalarType, header.shape) else {
      throw WeightFileError(
        .invalid("the shape \(header.shape) is one that no computer can hold"))
    }
    let found = bytes.count - start - count
    if found < expected {
      throw WeightFileError(.truncated(part: "the data", expected: expected, found: found))
    }
    if found > expected {
      throw WeightFileError(.invalid("\(found - expected) bytes follow the data"))
    }
    return NumPyArray(
      scalarType: scalarType, isBigEndian: header.type.isBigEndian, isFortran: header.isFortran,
      shape: header.shape, bytes: bytes[(start + count)...]
    ).stored
  }

  /// The bytes of a file.
  ///
  /// Traps if the elements are `bfloat16`, which NumPy does not have.
  public static func encode(_ array: StoredArray) -> [UInt8] {
    encodedHeader(array) + array.bytes
  }

  private static func encodedHeader(_ array: StoredArray) -> [UInt8] {
    let code =
      switch array.scalarType {
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
      case .bfloat16: fatalError("NPY: NumPy has no bfloat16; convert the array to float32 first")
      }
    let sizes = array.shape.map(String.init).joined(separator: ", ")
    let shape = array.shape.count == 1 ? "(\(sizes),)" : "(\(sizes))"
    let text = "{'descr': '\(code)', 'fortran_order': False, 'shape': \(shape), }"
    // The data begin at a multiple of 64 bytes, so that they can be mapped into memory.
    let padding = (64 - (10 + text.utf8.count + 1) % 64) % 64
    let header = text + String(repeating: " ", count: padding) + "\n"
    var bytes = magic + [1, 0]
    bytes.append(littleEndian: UInt16(header.utf8.count))
    return bytes + Array(header.utf8)
  }
}

/// The dictionary in the header of an `.npy` file: exactly the three keys that NumPy writes.
private struct NPYHeader {
  var type = NumPyType("")
  var isFortran = false
  var shape: [Int] = []
  private let text: ArraySlice<UInt8>
  private var position: Int

  init(_ text: ArraySlice<UInt8>) throws(WeightFileError) {
    self.text = text
    position = text.startIndex
    var keys: Set<String> = []
    try expect("{")
    while !take("}") {
      let key = try quoted()
      if !keys.insert(key).inserted { throw bad("the key '\(key)' twice") }
      try expect(":")
      switch key {
      case "descr":
        if next == UInt8(ascii: "[") {
          throw WeightFileError(.unsupported("a structured array"))
        }
        type = NumPyType(try quoted())
      case "fortran_order":
        isFortran = take("True")
        if !isFortran { try expect("False") }
      case "shape": shape = try tuple()
      default: throw bad("the unknown key '\(key)'")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    if position != text.endIndex { throw bad("something after the dictionary") }
    if keys.count != 3 { throw bad("fewer than the keys 'descr', 'fortran_order' and 'shape'") }
  }

  private func bad(_ what: String) -> WeightFileError {
    WeightFileError(.invalid("the header of the array has \(what)"))
  }

  private mutating func skipSpace() {
    while position < text.endIndex, text[position] == 32 || text[position] == 10 { position += 1 }
  }

  private var next: UInt8? {
    mutating get {
      skipSpace()
      return position < text.endIndex ? text[position] : nil
    }
  }

  private mutating func take(_ word: String) -> Bool {
    skipSpace()
    if !text[position...].starts(with: word.utf8) { return false }
    position += word.utf8.count
    return true
  }

  private mutating func expect(_ word: String) throws(WeightFileError) {
    if !take(word) {
      throw bad("something else than '\(word)' at its byte \(position - text.startIndex)")
    }
  }

  private mutating func quoted() throws(WeightFileError) -> String {
    let quote = take("'") ? UInt8(ascii: "'") : UInt8(ascii: "\"")
    if quote == UInt8(ascii: "\"") { try expect("\"") }
    guard let end = text[position...].firstIndex(of: quote) else {
      throw bad("a text without an end")
    }
    defer { position = end + 1 }
    return String(decoding: text[position..<end], as: UTF8.self)
  }

  private mutating func tuple() throws(WeightFileError) -> [Int] {
    var sizes: [Int] = []
    try expect("(")
    while !take(")") {
      skipSpace()
      let digits = text[position...].prefix { (48...57).contains($0) }
      guard sizes.count < 64, let size = Int(String(decoding: digits, as: UTF8.self)) else {
        throw bad("a shape that is none")
      }
      position += digits.count
      // Python 2 wrote long numbers with an L.
      _ = take("L")
      sizes.append(size)
      if !take(",") {
        try expect(")")
        break
      }
    }
    return sizes
  }
}
