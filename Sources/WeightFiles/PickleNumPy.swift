import BackpropArrays
import BackpropFiles

/// The few calls by which NumPy stores its values, done by hand.
extension PickleMachine {
  mutating func callNumPy(
    _ function: PickleFunction, _ call: PickleCall
  ) throws(WeightFileError) -> UInt32 {
    let arguments = call.arguments
    switch function {
    case .dtype:
      guard (1...3).contains(arguments.count), let code = text(arguments[0]) else {
        throw call.isStrange
      }
      return nodes.add(.dtype(NumPyType(code)))
    case .reconstruct:
      guard arguments.count == 3, case .function(.ndarray, _) = nodes[arguments[0]] else {
        throw call.isStrange
      }
      return nodes.add(.emptyArray)
    case .fromBuffer:
      guard arguments.count == 4, let bytes = bytes(arguments[0]),
        case .dtype(let type) = nodes[arguments[1]], let shape = integers(arguments[2]),
        let order = text(arguments[3]), order == "C" || order == "F"
      else { throw call.isStrange }
      return nodes.add(
        .array(try array(type, shape, bytes, isFortran: order == "F", at: call.place)))
    default:
      // numpy.core.multiarray.scalar
      guard arguments.count == 2, case .dtype(let type) = nodes[arguments[0]],
        let bytes = bytes(arguments[1])
      else { throw call.isStrange }
      return number(try array(type, [], bytes, isFortran: false, at: call.place))
    }
  }

  /// BUILD: gives an array or a type its state.
  mutating func buildNumPy(_ node: UInt32, _ state: UInt32, at place: Int) throws(WeightFileError) {
    guard let fields = nodes.tuple(state) else {
      throw WeightFileError(.refused("a state that is no tuple at byte \(place)"))
    }
    if case .dtype(var type) = nodes[node] {
      // (version, byte order, subarray, names, fields, item size, alignment, flags)
      guard fields.count >= 8, let order = text(fields[1]), "<>|=".contains(order),
        order.count == 1, isNone(fields[2]), isNone(fields[3]), isNone(fields[4])
      else {
        throw WeightFileError(
          .unsupported("the structured array type (\(type.code)) at byte \(place)"))
      }
      type.isBigEndian = order == ">"
      nodes.replace(node, by: .dtype(type), holding: [])
      return
    }
    // (version, shape, type, whether the first axis runs fastest, bytes)
    guard fields.count == 5, let shape = integers(fields[1]),
      case .dtype(let type) = nodes[fields[2]], let isFortran = truth(fields[3])
    else {
      throw WeightFileError(.invalid("the state of an array at byte \(place) is strange"))
    }
    guard let bytes = bytes(fields[4]) else {
      throw WeightFileError(
        .unsupported("the array of Python objects (type \(type.code)) at byte \(place)"))
    }
    let array = try array(type, shape, bytes, isFortran: isFortran, at: place)
    nodes.replace(node, by: .array(array), holding: [])
  }

  private mutating func array(
    _ type: NumPyType, _ shape: [Int], _ bytes: [UInt8], isFortran: Bool, at place: Int
  ) throws(WeightFileError) -> StoredArray {
    guard let scalarType = type.scalarType else {
      throw WeightFileError(
        .unsupported("the NumPy type \(type.title) of the array at byte \(place)"))
    }
    let expected = try StoredArray.byteCount(
      scalarType, shape, of: "the array at byte \(place)")
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
      content: SharedBytes(bytes)
    ).stored
  }

  /// The single number of an array, as a number.
  private mutating func number(_ stored: StoredArray) -> UInt32 {
    let array = stored.array
    switch stored.scalarType {
    case .bool: return array.item != 0 ? PickleNodes.newTrue : PickleNodes.newFalse
    case .float8E4M3, .float8E5M2, .float16, .bfloat16, .float32, .float64:
      return nodes.add(.float(array.item))
    case .uint8, .int8, .int16, .uint16, .int32, .uint32, .int64:
      return add(array.cast(to: .int64).scalars(as: Int.self)[0])
    case .uint64:
      let number = array.scalars(as: UInt64.self)[0]
      return Int(exactly: number).map { add($0) } ?? nodes.add(.wideInt(stored.bytes + [0]))
    }
  }
}
