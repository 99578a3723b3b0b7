import BackpropFiles

/// The few calls by which PyTorch stores its tensors, done by hand.
extension PickleMachine {
  /// BINPERSID: ('storage', type, key, device, number of elements), and in the older form of a file
  /// after those None, or (key, first element, number of elements) of a part.
  mutating func storage(_ identity: UInt32, at place: Int) throws(WeightFileError) -> UInt32 {
    guard let parts = nodes.tuple(identity), (5...6).contains(parts.count),
      text(parts[0]) == "storage", case .function(.storageType(let type), _) = nodes[parts[1]],
      let key = text(parts[2]), case .int(let totalCount) = nodes[parts[4]]
    else {
      throw WeightFileError(.unsupported("what is named as lying outside at byte \(place)"))
    }
    var (part, start, count): (String?, Int, Int) = (nil, 0, totalCount)
    if parts.count == 6, !isNone(parts[5]) {
      guard let view = nodes.tuple(parts[5]), view.count == 3, let name = text(view[0]),
        case .int(let first) = nodes[view[1]], case .int(let number) = nodes[view[2]]
      else { throw WeightFileError(.invalid("the part of bytes at byte \(place) is strange")) }
      (part, start, count) = (name, first, number)
    }
    let name = TorchStorage.Name(key: key, part: part)
    guard
      let storage = TorchStorage(
        name, type, start: start, count: count, totalCount: totalCount)
    else {
      throw WeightFileError(
        .invalid("the bytes '\(key)' at byte \(place) are claimed to be \(totalCount) elements"))
    }
    // Tensors that share their bytes name them again and again, and must say the same of them.
    if let known = storagePlaces[name] {
      let other = nodes.storages[known]
      guard other.scalarType == type, other.totalCount == totalCount, other.start == start,
        other.count == count
      else {
        throw WeightFileError(
          .invalid("the bytes '\(key)' at byte \(place) are said to be something else before"))
      }
      return nodes.add(.storage(known))
    }
    storagePlaces[name] = nodes.storages.count
    return add(storage)
  }

  private mutating func add(_ storage: TorchStorage) -> UInt32 {
    nodes.storages.append(storage)
    return nodes.add(.storage(nodes.storages.count - 1))
  }

  /// REDUCE with a function of PyTorch.
  mutating func callTorch(
    _ function: PickleFunction, _ call: PickleCall
  ) throws(WeightFileError) -> UInt32 {
    let arguments = call.arguments
    switch function {
    case .rebuildTensor:
      // (storage, storage_offset, size, stride)
      guard arguments.count == 4 else { throw call.isStrange }
      return try tensor(call, type: nil)
    case .rebuildTensorVersion2:
      // The same, and (requires_grad, backward_hooks, metadata), of which the last may be missing.
      guard (6...7).contains(arguments.count) else { throw call.isStrange }
      try checkMetadata(arguments.dropFirst(6), call)
      return try tensor(call, type: nil)
    case .rebuildTypedTensor:
      // The same, with the type before the metadata.
      guard (7...8).contains(arguments.count),
        case .function(.scalarType(let type), let name) = nodes[arguments[6]]
      else { throw call.isStrange }
      guard let type else {
        throw WeightFileError(.unsupported("the tensor of \(name) at byte \(call.place)"))
      }
      try checkMetadata(arguments.dropFirst(7), call)
      return try tensor(call, type: type)
    case .rebuildParameter:
      // (data, requires_grad, backward_hooks)
      guard arguments.count == 3, isTensor(arguments[0]) else { throw call.isStrange }
      return arguments[0]
    case .rebuildParameterWithState:
      // The same, and attributes that somebody gave the parameter.
      guard arguments.count == 4, isTensor(arguments[0]) else { throw call.isStrange }
      return arguments[0]
    case .rebuildFromType:
      // (function, type, its arguments, state): a tensor with attributes.
      guard arguments.count == 4, case .function(.tensorType, _) = nodes[arguments[1]],
        case .function(let function, _) = nodes[arguments[0]], function.makesTensors
      else { throw call.isStrange }
      return try self.call(arguments[0], arguments[2], at: call.place)
    case .storageFromBytes: return try storageFromBytes(call)
    case .size:
      guard arguments.count == 1, integers(arguments[0]) != nil else { throw call.isStrange }
      return arguments[0]
    case .device:
      // ('cuda', 0) or ('cpu',)
      guard (1...2).contains(arguments.count), let kind = text(arguments[0]) else {
        throw call.isStrange
      }
      guard arguments.count == 2, !isNone(arguments[1]) else { return nodes.add(.string(kind)) }
      guard case .int(let number) = nodes[arguments[1]] else { throw call.isStrange }
      return nodes.add(.string("\(kind):\(number)"))
    default:
      // torch.serialization._get_layout('torch.strided')
      guard arguments.count == 1, text(arguments[0]) != nil else { throw call.isStrange }
      return arguments[0]
    }
  }

  private func isTensor(_ node: UInt32) -> Bool {
    if case .tensor = nodes[node] { return true }
    return false
  }

  /// Metadata say that the numbers are to be read negated or conjugated.
  private func checkMetadata(
    _ metadata: ArraySlice<UInt32>, _ call: PickleCall
  ) throws(WeightFileError) {
    guard let metadata = metadata.first, !isNone(metadata) else { return }
    guard case .dictionary(let members) = nodes[metadata] else { throw call.isStrange }
    if !members.isEmpty {
      throw WeightFileError(
        .unsupported("the tensor that is kept negated or conjugated at byte \(call.place)"))
    }
  }

  /// A tensor of the arguments (storage, storage_offset, size, stride, …); `type` is that of its
  /// elements where the storage has none.
  private mutating func tensor(
    _ call: PickleCall, type: StoredScalarType?
  ) throws(WeightFileError) -> UInt32 {
    guard case .storage(let place) = nodes[call.arguments[0]],
      case .int(let offset) = nodes[call.arguments[1]], let shape = integers(call.arguments[2]),
      let strides = integers(call.arguments[3])
    else { throw call.isStrange }
    let storage = nodes.storages[place]
    // Bytes of no type are bytes.
    let scalarType = storage.scalarType ?? type ?? .uint8
    if let type, type != scalarType { throw call.isStrange }
    _ = try StoredArray.byteCount(scalarType, shape, of: "the tensor at byte \(call.place)")
    let tensor = TorchTensor(
      storage: place, scalarType: scalarType, offset: offset, shape: shape, strides: strides)
    if !tensor.fits(storage) {
      throw WeightFileError(
        .invalid("the tensor of shape \(shape) at byte \(call.place) lies outside its bytes"))
    }
    return nodes.add(.tensor(tensor))
  }

  /// `torch.storage._load_from_bytes`: a file of PyTorch's older form in the pickle, as tensors have
  /// it that were pickled without `torch.save`.
  private mutating func storageFromBytes(_ call: PickleCall) throws(WeightFileError) -> UInt32 {
    guard call.arguments.count == 1, let bytes = bytes(call.arguments[0]) else {
      throw call.isStrange
    }
    // A checkpoint's own storages lie outside its pickle.
    if isOfTorch { throw WeightFileError(.refused("a file in a file at byte \(call.place)")) }
    nestedByteCount += bytes.count
    if nestedByteCount > reader.bytes.count {
      throw WeightFileError(
        .limitExceeded("it reads the same bytes again and again (at byte \(call.place))"))
    }
    let file = try TorchLegacyFile(SharedBytes(bytes), limits: limits)
    guard case .storage(let place) = file.nodes[file.result] else { throw call.isStrange }
    var storage = file.nodes.storages[place]
    storage.bytes = try file.bytes(of: storage)
    return add(storage)
  }
}

extension PickleFunction {
  /// Whether its result is a tensor.
  fileprivate var makesTensors: Bool {
    switch self {
    case .rebuildTensor, .rebuildTensorVersion2, .rebuildTypedTensor, .rebuildParameter,
      .rebuildParameterWithState:
      true
    default: false
    }
  }
}
