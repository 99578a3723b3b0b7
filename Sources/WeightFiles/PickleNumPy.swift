import BackpropArrays
import BackpropFiles

/// The few calls by which NumPy stores its values, done by hand.
extension PickleMachine {
  /// REDUCE: what a function gives for a tuple of arguments.
  mutating func call(
    _ function: Int, _ argumentTuple: Int, at place: Int
  ) throws(WeightFileError) -> PickleNode {
    guard case .function(let function) = nodes[function],
      case .tuple(let arguments) = nodes[argumentTuple]
    else {
      throw WeightFileError(.refused("a call of something that is no function at byte \(place)"))
    }
    func bad(_ name: String) -> WeightFileError {
      WeightFileError(.invalid("the call of \(name) at byte \(place) has strange arguments"))
    }
    switch function {
    case .ndarray:
      throw WeightFileError(.refused("a call of numpy.ndarray at byte \(place)"))
    case .bytes:
      guard arguments.isEmpty else { throw bad("bytes") }
      return .bytes([])
    case .encode:
      guard arguments.count == 2, case .string(let text) = nodes[arguments[0]],
        let encoding = text8(arguments[1]), encoding == "latin1" || encoding == "latin-1"
      else { throw bad("_codecs.encode") }
      return .bytes(try latin1(text, at: place)[...])
    case .dtype:
      guard (1...3).contains(arguments.count), let code = text8(arguments[0]) else {
        throw bad("numpy.dtype")
      }
      return .dtype(NumPyType(code))
    case .reconstruct:
      guard arguments.count == 3, case .function(.ndarray) = nodes[arguments[0]] else {
        throw bad("numpy's _reconstruct")
      }
      return .emptyArray
    case .fromBuffer:
      guard arguments.count == 4, let bytes = bytes(arguments[0]),
        case .dtype(let type) = nodes[arguments[1]], let shape = shape(arguments[2]),
        let order = text8(arguments[3]), order == "C" || order == "F"
      else { throw bad("numpy's _frombuffer") }
      return .array(try array(type, shape, bytes, isFortran: order == "F", at: place))
    case .scalar:
      guard arguments.count == 2, case .dtype(let type) = nodes[arguments[0]],
        let bytes = bytes(arguments[1])
      else { throw bad("numpy's scalar") }
      return try number(try array(type, [], bytes, isFortran: false, at: place).stored, at: place)
    case .rebuildTensor, .rebuildTypedTensor, .rebuildParameter, .orderedDict, .storageType,
      .torchType:
      return try callTorch(function, arguments, at: place)
    }
  }

  /// BUILD: gives an array or a type its state.
  mutating func build(_ node: Int, _ state: Int, at place: Int) throws(WeightFileError) {
    // State dictionaries carry a note of the versions of their layers, which says nothing here.
    if torch != nil, case .dictionary = nodes[node], case .dictionary = nodes[state] { return }
    guard case .tuple(let fields) = nodes[state] else {
      throw WeightFileError(.refused("a state that is no tuple at byte \(place)"))
    }
    switch nodes[node] {
    case .emptyArray:
      guard fields.count == 5, let shape = shape(fields[1]),
        case .dtype(let type) = nodes[fields[2]], let isFortran = truth(fields[3])
      else {
        throw WeightFileError(.invalid("the state of an array at byte \(place) is strange"))
      }
      guard let bytes = bytes(fields[4]) else {
        throw WeightFileError(
          .unsupported("the array of Python objects (type \(type.code)) at byte \(place)"))
      }
      nodes[node] = .array(try array(type, shape, bytes, isFortran: isFortran, at: place))
    case .dtype(var type):
      // (version, byte order, subarray, names, fields, item size, alignment, flags)
      guard fields.count >= 8, let order = text8(fields[1]), "<>|=".contains(order),
        order.count == 1, isNone(fields[2]), isNone(fields[3]), isNone(fields[4])
      else {
        throw WeightFileError(
          .unsupported("the structured array type (\(type.code)) at byte \(place)"))
      }
      type.isBigEndian = order == ">"
      nodes[node] = .dtype(type)
    default:
      throw WeightFileError(.refused("a state for something that has none at byte \(place)"))
    }
  }

  private mutating func array(
    _ type: NumPyType, _ shape: [Int], _ bytes: ArraySlice<UInt8>, isFortran: Bool, at place: Int
  ) throws(WeightFileError) -> NumPyArray {
    guard let scalarType = type.scalarType else {
      throw WeightFileError(
        .unsupported("the NumPy type '\(type.code)' of the array at byte \(place)"))
    }
    guard let expected = StoredArray.byteCount(scalarType, shape) else {
      throw WeightFileError(
        .invalid("the array at byte \(place) has the shape \(shape), which no computer can hold"))
    }
    if expected != bytes.count {
      throw WeightFileError(
        .invalid(
          "the array of shape \(shape) at byte \(place) needs \(expected) bytes and has "
            + "\(bytes.count)"))
    }
    // NumPy stores each array's bytes once: arrays that share them are made to fill the memory.
    arrayByteCount += bytes.count
    if arrayByteCount > reader.bytes.count {
      throw WeightFileError(
        .limitExceeded("it makes arrays of the same bytes again and again (at byte \(place))"))
    }
    return NumPyArray(
      scalarType: scalarType, isBigEndian: type.isBigEndian, isFortran: isFortran, shape: shape,
      bytes: bytes)
  }

  private func number(
    _ stored: StoredArray, at place: Int
  ) throws(WeightFileError) -> PickleNode {
    let array = stored.array
    switch stored.scalarType {
    case .bool: return .bool(array.item != 0)
    case .float8E4M3, .float8E5M2, .float16, .bfloat16, .float32, .float64:
      return .float(array.item)
    case .uint8, .int8, .int16, .uint16, .int32, .uint32, .int64:
      return .int(array.cast(to: .int64).scalars(as: Int.self)[0])
    case .uint64:
      guard let number = Int(exactly: array.scalars(as: UInt64.self)[0]) else {
        throw WeightFileError(.unsupported("the whole number of over 64 bits at byte \(place)"))
      }
      return .int(number)
    }
  }

  /// Characters up to 255 as bytes. A file holds each text once, so that more bytes than the file
  /// has itself are a sign of one that is made to fill the memory.
  private mutating func latin1(
    _ text: ArraySlice<UInt8>, at place: Int
  ) throws(WeightFileError) -> [UInt8] {
    encodedCount += text.count
    if encodedCount > reader.bytes.count {
      throw WeightFileError(
        .limitExceeded("it encodes the same text again and again (at byte \(place))"))
    }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      if byte < 0x80 {
        result.append(byte)
        index += 1
      } else if byte == 0xc2 || byte == 0xc3, index + 1 < text.endIndex,
        text[index + 1] & 0xc0 == 0x80
      {
        result.append((byte & 3) << 6 | text[index + 1] & 0x3f)
        index += 2
      } else {
        throw WeightFileError(.invalid("a text to be encoded at byte \(place) is not Latin-1"))
      }
    }
    return result
  }

  private func bytes(_ node: Int) -> ArraySlice<UInt8>? {
    switch nodes[node] {
    case .bytes(let bytes), .oldString(let bytes): bytes
    default: nil
    }
  }

  func text8(_ node: Int) -> String? {
    switch nodes[node] {
    case .string(let text), .oldString(let text), .bytes(let text):
      text.count <= 64 ? String(validating: text, as: UTF8.self) : nil
    default: nil
    }
  }

  func shape(_ node: Int) -> [Int]? {
    guard case .tuple(let items) = nodes[node], items.count <= 64 else { return nil }
    var result: [Int] = []
    for item in items {
      guard case .int(let size) = nodes[item] else { return nil }
      result.append(size)
    }
    return result
  }

  private func truth(_ node: Int) -> Bool? {
    switch nodes[node] {
    case .bool(let value): value
    case .int(let value): value != 0
    default: nil
    }
  }

  private func isNone(_ node: Int) -> Bool {
    if case .none = nodes[node] { return true }
    return false
  }
}
