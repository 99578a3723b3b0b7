import BackpropFiles

/// Turns the values that a pickle left behind into ones that stand for themselves.
struct PickleConverter {
  /// Gives all bytes that a storage of tensors lies in.
  typealias StorageReader = (TorchStorage) throws(WeightFileError) -> SharedBytes

  private let nodes: PickleNodes
  private let limits: Pickle.Limits
  /// Whether the elements of tensors begin with their highest byte.
  private let isBigEndian: Bool
  private let readStorage: StorageReader
  /// How many bytes all tensors may have together.
  private let tensorByteLimit: Int
  private var tensorByteCount = 0
  /// A converted value, how many values it has, and how deep they lie in it.
  private typealias Converted = (value: PickleValue, count: Int, depth: Int)
  /// What was converted already, of containers and texts that occur more than once: one that occurs a
  /// thousand times is converted once, and shares its memory.
  private var done: [UInt32: Converted] = [:]
  /// The bytes of storages, and the tensors in them: parameters that share their numbers are one
  /// array with several names.
  private var storages: [String: SharedBytes] = [:]
  private var tensors: [TorchTensor: StoredArray] = [:]

  /// Takes up the values of a pickle.
  ///
  /// - Parameters:
  ///   - nodes: the values.
  ///   - limits: what they may be at most.
  ///   - byteCount: the size of the file.
  ///   - isBigEndian: whether the elements of tensors begin with their highest byte.
  ///   - readStorage: where their bytes are.
  init(
    nodes: PickleNodes, limits: Pickle.Limits, byteCount: Int, isBigEndian: Bool = false,
    readStorage: @escaping StorageReader
  ) {
    self.nodes = nodes
    self.limits = limits
    self.isBigEndian = isBigEndian
    self.readStorage = readStorage
    tensorByteLimit = 4 * byteCount + limits.repeatedByteCount
  }

  mutating func value(of node: UInt32) throws(WeightFileError) -> PickleValue {
    try convert(node, depth: 0).value
  }

  private mutating func convert(
    _ node: UInt32, depth: Int
  ) throws(WeightFileError) -> Converted {
    if let known = done[node] {
      try check(depth + known.depth)
      return known
    }
    try check(depth)
    switch nodes[node] {
    case .list(let items): return try convert(node, items, depth) { .list($0) }
    case .tuple: return try convert(node, nodes.tuple(node)!, depth) { .tuple($0) }
    case .set(let items): return try convert(node, items, depth) { .set($0) }
    case .dictionary(let items):
      return try convert(node, items, depth) { values throws(WeightFileError) in
        .dictionary(try Self.members(values))
      }
    case .oldString(let bytes):
      let text: PickleValue? = String(validating: bytes, as: UTF8.self).map { .string($0) }
      return remember(node, (text ?? .bytes(bytes), 1, 0))
    case let single: return (try convert(single), 1, 0)
    }
  }

  private func check(_ depth: Int) throws(WeightFileError) {
    if depth > limits.depth {
      throw WeightFileError(
        .limitExceeded(
          "its values lie deeper in one another than \(limits.depth), or inside themselves"))
    }
  }

  /// Converts a value that holds no others.
  private mutating func convert(_ node: PickleNode) throws(WeightFileError) -> PickleValue {
    switch node {
    case .none: return .none
    case .bool(let value): return .bool(value)
    case .int(let value): return .int(value)
    case .wideInt(let bytes): return .wideInt(bytes)
    case .float(let value): return .float(value)
    case .string(let text): return .string(text)
    case .bytes(let bytes): return .bytes(bytes)
    case .array(let array): return .array(array)
    case .dtype(let type): return .string(type.description)
    case .function(.scalarType, let name): return .string(name)
    case .tensor(let tensor): return .array(try array(tensor))
    case .storage(let place):
      // All of its elements, in a row.
      let storage = nodes.storages[place]
      let tensor = TorchTensor(
        storage: place, scalarType: storage.scalarType ?? .uint8, offset: 0,
        shape: [storage.count], strides: [1])
      return .array(try array(tensor))
    case .function(_, let name):
      throw WeightFileError(.invalid("it holds \(name) where a value should be"))
    case .emptyArray:
      throw WeightFileError(.invalid("it holds a NumPy array without its numbers"))
    case .list, .tuple, .set, .dictionary, .oldString:
      fatalError("PickleConverter: what is remembered, where it is not")
    }
  }

  /// Converts a container and remembers it.
  private mutating func convert(
    _ node: UInt32, _ items: [UInt32], _ depth: Int,
    _ make: ([PickleValue]) throws(WeightFileError) -> PickleValue
  ) throws(WeightFileError) -> Converted {
    var values: [PickleValue] = []
    values.reserveCapacity(items.count)
    var (count, deepest) = (1, 0)
    for item in items {
      let converted = try convert(item, depth: depth + 1)
      values.append(converted.value)
      count += converted.count
      deepest = max(deepest, converted.depth + 1)
      if count > limits.valueCount {
        throw WeightFileError(
          .limitExceeded("it holds more values than the \(limits.valueCount) that are accepted"))
      }
    }
    return remember(node, (try make(values), count, deepest))
  }

  private mutating func remember(_ node: UInt32, _ converted: Converted) -> Converted {
    if nodes.isNamedAgain(node) { done[node] = converted }
    return converted
  }

  /// As in Python, a key that comes again replaces the value and keeps its place.
  private static func members(
    _ values: [PickleValue]
  ) throws(WeightFileError) -> [PickleValue.Member] {
    var result: [PickleValue.Member] = []
    result.reserveCapacity(values.count / 2)
    var places: [NameKey: Int] = [:]
    for index in stride(from: 0, to: values.count, by: 2) {
      let member = PickleValue.Member(key: values[index], value: values[index + 1])
      switch member.key {
      case .string(let text):
        if let place = places[NameKey(text)] {
          result[place] = member
          continue
        }
        places[NameKey(text)] = result.count
      case .list, .dictionary, .set, .array:
        throw WeightFileError(.invalid("a dictionary has a key that can change"))
      default: break
      }
      result.append(member)
    }
    return result
  }

  // MARK: Tensors

  private mutating func array(_ tensor: TorchTensor) throws(WeightFileError) -> StoredArray {
    if let known = tensors[tensor] { return known }
    let storage = nodes.storages[tensor.storage]
    tensorByteCount += tensor.shape.reduce(tensor.scalarType.byteWidth, *)
    if tensorByteCount > tensorByteLimit {
      throw WeightFileError(
        .limitExceeded(
          "its tensors show the same bytes again and again, \(tensorByteCount) in all, and "
            + "\(tensorByteLimit) are accepted for its size"))
    }
    let array = tensor.array(in: try bytes(of: storage), storage, isBigEndian: isBigEndian)
    tensors[tensor] = array
    return array
  }

  private mutating func bytes(of storage: TorchStorage) throws(WeightFileError) -> SharedBytes {
    // What lies in the pickle has no name in the file.
    let known = storage.bytes ?? storages[storage.name.key]
    let bytes: SharedBytes
    if let known { bytes = known } else { bytes = try readStorage(storage) }
    if bytes.count != storage.totalCount * storage.width {
      throw WeightFileError(
        .invalid(
          "the storage '\(storage.name.key)' has \(bytes.count) bytes, and "
            + "\(storage.totalCount * storage.width) were expected"))
    }
    if storage.bytes == nil { storages[storage.name.key] = bytes }
    return bytes
  }
}
