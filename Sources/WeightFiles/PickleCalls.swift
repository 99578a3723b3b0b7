import BackpropFiles

/// REDUCE and BUILD: the calls by which Python stores its containers, done by hand, and the way to
/// those of NumPy and PyTorch.
extension PickleMachine {
  /// REDUCE: what a function gives for a tuple of arguments.
  mutating func call(
    _ function: UInt32, _ argumentTuple: UInt32, at place: Int
  ) throws(WeightFileError) -> UInt32 {
    guard case .function(let function, let name) = nodes[function],
      let arguments = nodes.tuple(argumentTuple)
    else {
      throw WeightFileError(.refused("a call of something that is no function at byte \(place)"))
    }
    let call = PickleCall(name: name, arguments: arguments, place: place)
    switch function {
    case .orderedDictionary, .counter: return try dictionary(call, arguments)
    case .defaultDictionary:
      // (what makes a value where there is none,), or nothing.
      if let factory = arguments.first {
        switch nodes[factory] {
        case .none, .function(.plainType, _), .function(.set, _), .function(.bytes, _),
          .function(.orderedDictionary, _), .function(.byteArray, _):
          break
        default: throw call.isStrange
        }
      }
      return try dictionary(call, Array(arguments.dropFirst()))
    case .set:
      guard arguments.count <= 1 else { throw call.isStrange }
      guard let items = arguments.first else { return PickleNodes.newSet }
      guard let items = self.items(items) else { throw call.isStrange }
      try noteCopy(of: items, call)
      return nodes.add(.set(items), holding: items)
    case .bytes:
      // Protocols 0 to 2 write empty bytes as a call of the type.
      guard arguments.isEmpty else { throw call.isStrange }
      return PickleNodes.emptyBytes
    case .byteArray: return try byteArray(call)
    case .encode: return nodes.add(.bytes(try latin1(call)))
    case .plainType, .ndarray, .tensorType, .scalarType, .storageType:
      throw WeightFileError(.refused("a call of \(name) at byte \(place)"))
    case .reconstruct, .fromBuffer, .scalar, .dtype: return try callNumPy(function, call)
    case .rebuildTensor, .rebuildTensorVersion2, .rebuildTypedTensor, .rebuildParameter,
      .rebuildParameterWithState, .rebuildFromType, .storageFromBytes, .size, .device, .layout:
      return try callTorch(function, call)
    }
  }

  /// BUILD: gives an array or a type its state.
  mutating func build(_ node: UInt32, _ state: UInt32, at place: Int) throws(WeightFileError) {
    switch nodes[node] {
    case .dictionary:
      // State dictionaries carry a note of the versions of their layers, which says nothing here.
      guard case .dictionary = nodes[state] else {
        throw WeightFileError(.refused("a state of a dictionary at byte \(place)"))
      }
    case .emptyArray, .dtype: try buildNumPy(node, state, at: place)
    default:
      throw WeightFileError(.refused("a state for something that has none at byte \(place)"))
    }
  }

  // MARK: Python's containers

  /// A dictionary, empty or of what it is called with: another, or a list of pairs (Python 2).
  private mutating func dictionary(
    _ call: PickleCall, _ arguments: [UInt32]
  ) throws(WeightFileError) -> UInt32 {
    guard arguments.count <= 1 else { throw call.isStrange }
    guard let first = arguments.first else { return PickleNodes.newDictionary }
    switch nodes[first] {
    case .dictionary(let members):
      try noteCopy(of: members, call)
      return nodes.add(.dictionary(members), holding: members)
    case .list(let pairs):
      try noteCopy(of: pairs, call)
      var members: [UInt32] = []
      members.reserveCapacity(2 * pairs.count)
      for pair in pairs {
        guard let items = items(pair), items.count == 2 else { throw call.isStrange }
        members += items
      }
      return nodes.add(.dictionary(members), holding: members)
    default: throw call.isStrange
    }
  }

  /// A container is made of another once, so that more items than the file has bytes are a sign of one
  /// that is made to take time or memory.
  private mutating func noteCopy(
    of items: [UInt32], _ call: PickleCall
  ) throws(WeightFileError) {
    copiedItemCount += items.count
    if copiedItemCount > reader.bytes.count {
      throw WeightFileError(
        .limitExceeded("it copies the same container again and again (at byte \(call.place))"))
    }
  }

  /// `bytearray()`, of bytes, or of a text and its encoding.
  private mutating func byteArray(_ call: PickleCall) throws(WeightFileError) -> UInt32 {
    guard let first = call.arguments.first else { return PickleNodes.emptyBytes }
    if call.arguments.count == 1, let bytes = bytes(first) { return nodes.add(.bytes(bytes)) }
    return nodes.add(.bytes(try latin1(call)))
  }

  /// A text whose characters, all up to 255, are bytes. A file holds each text once, so that more
  /// bytes than the file has itself are a sign of one that is made to fill the memory.
  private mutating func latin1(_ call: PickleCall) throws(WeightFileError) -> [UInt8] {
    guard call.arguments.count == 2, let encoding = text(call.arguments[1]),
      encoding == "latin1" || encoding == "latin-1"
    else { throw call.isStrange }
    guard case .string(let text) = nodes[call.arguments[0]] else { throw call.isStrange }
    guard let bytes = encodeLatin1(text) else {
      throw WeightFileError(.invalid("a text to be encoded at byte \(call.place) is not Latin-1"))
    }
    encodedCount += bytes.count
    if encodedCount > reader.bytes.count {
      throw WeightFileError(
        .limitExceeded("it encodes the same text again and again (at byte \(call.place))"))
    }
    return bytes
  }

  // MARK: What arguments are

  func bytes(_ node: UInt32) -> [UInt8]? {
    switch nodes[node] {
    case .bytes(let bytes), .oldString(let bytes): bytes
    default: nil
    }
  }

  /// A short text, or bytes that are one: Python 2 did not tell them apart.
  func text(_ node: UInt32) -> String? {
    switch nodes[node] {
    case .string(let text): text.utf8.count <= 64 ? text : nil
    case .oldString(let bytes), .bytes(let bytes):
      bytes.count <= 64 ? String(validating: bytes, as: UTF8.self) : nil
    default: nil
    }
  }

  /// The items of a list or tuple.
  func items(_ node: UInt32) -> [UInt32]? {
    if case .list(let items) = nodes[node] { return items }
    return nodes.tuple(node)
  }

  /// A tuple or list of a few whole numbers.
  func integers(_ node: UInt32) -> [Int]? {
    guard let items = items(node), items.count <= 64 else { return nil }
    var result: [Int] = []
    for item in items {
      guard case .int(let size) = nodes[item] else { return nil }
      result.append(size)
    }
    return result
  }

  func truth(_ node: UInt32) -> Bool? {
    switch nodes[node] {
    case .bool(let value): value
    case .int(let value): value != 0
    default: nil
    }
  }

  func isNone(_ node: UInt32) -> Bool {
    if case .none = nodes[node] { return true }
    return false
  }
}

/// A call that a pickle asks for.
struct PickleCall {
  /// The function, by the name that the file gives it.
  let name: String
  let arguments: [UInt32]
  let place: Int

  var isStrange: WeightFileError {
    WeightFileError(.invalid("the call of \(name) at byte \(place) has strange arguments"))
  }
}
