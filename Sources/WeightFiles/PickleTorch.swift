/// The few calls by which PyTorch stores its tensors, done by hand.
extension PickleMachine {
  /// BINPERSID: ('storage', type, key, device, number of elements).
  mutating func storage(
    _ identity: Int, of torch: TorchArchive, at place: Int
  ) throws(WeightFileError) -> PickleNode {
    guard case .tuple(let parts) = nodes[identity], parts.count == 5,
      text8(parts[0]) == "storage", case .function(.storageType(let type)) = nodes[parts[1]],
      let key = text8(parts[2]), storages[key].map({ $0.scalarType == type }) ?? true
    else {
      throw WeightFileError(.unsupported("the storage that is named at byte \(place)"))
    }
    // Tensors that share their bytes name them again and again; they are read once.
    if let known = storages[key] { return .storage(known) }
    let storage = try torch.storage(key, type)
    storages[key] = storage
    return .storage(storage)
  }

  /// REDUCE with a function of PyTorch.
  mutating func callTorch(
    _ function: PickleFunction, _ arguments: [Int], at place: Int
  ) throws(WeightFileError) -> PickleNode {
    func bad(_ name: String) -> WeightFileError {
      WeightFileError(.invalid("the call of \(name) at byte \(place) has strange arguments"))
    }
    switch function {
    case .orderedDict:
      guard arguments.isEmpty else { throw bad("OrderedDict") }
      return .dictionary([])
    case .rebuildParameter:
      // (data, requires_grad, backward_hooks)
      guard arguments.count == 3, case .array = nodes[arguments[0]] else {
        throw bad("_rebuild_parameter")
      }
      return nodes[arguments[0]]
    case .rebuildTensor, .rebuildTypedTensor:
      // (storage, storage_offset, size, stride, requires_grad, backward_hooks, metadata), and of bytes
      // without a type the type before the metadata.
      guard arguments.count >= 6, case .storage(let storage) = nodes[arguments[0]],
        case .int(let offset) = nodes[arguments[1]], let shape = self.shape(arguments[2]),
        let strides = self.shape(arguments[3]),
        let scalarType = type(of: storage, function, arguments.dropFirst(6))
      else { throw bad("_rebuild_tensor") }
      guard
        let elements = storage.elements(
          scalarType, offset: offset, shape: shape, strides: strides)
      else {
        throw WeightFileError(
          .invalid("the tensor of shape \(shape) at byte \(place) lies outside its bytes"))
      }
      arrayByteCount += elements.count
      if arrayByteCount > torch?.byteLimit ?? 0 {
        throw WeightFileError(
          .limitExceeded("it makes tensors of the same bytes again and again (at byte \(place))"))
      }
      return .array(
        NumPyArray(
          scalarType: scalarType, isBigEndian: false, isFortran: false, shape: shape,
          bytes: elements[...]))
    default:
      throw WeightFileError(.refused("a call of a type of PyTorch at byte \(place)"))
    }
  }

  /// The type of a tensor's elements: that of its storage, or what the call says where that has none.
  private func type(
    of storage: TorchStorage, _ function: PickleFunction, _ rest: ArraySlice<Int>
  ) -> StoredScalarType? {
    guard case .rebuildTypedTensor = function else {
      return rest.count <= 1 ? storage.scalarType : nil
    }
    guard storage.scalarType == nil, (1...2).contains(rest.count),
      case .function(.torchType(let type)) = nodes[rest[rest.startIndex]]
    else { return nil }
    return type
  }
}
