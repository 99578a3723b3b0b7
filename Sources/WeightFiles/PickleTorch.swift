/// The few calls by which PyTorch stores its tensors, done by hand.
extension PickleMachine {
  /// BINPERSID: ('storage', type, key, device, number of elements).
  mutating func storage(
    _ identity: Int, of torch: TorchArchive, at place: Int
  ) throws(WeightFileError) -> PickleNode {
    guard case .tuple(let parts) = nodes[identity], parts.count == 5,
      text8(parts[0]) == "storage", case .function(.storageType(let type)) = nodes[parts[1]],
      let key = text8(parts[2]), storages[key]?.scalarType ?? type == type
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
    case .rebuildTensor:
      // (storage, storage_offset, size, stride, requires_grad, backward_hooks, metadata)
      guard (6...7).contains(arguments.count), case .storage(let storage) = nodes[arguments[0]],
        case .int(let offset) = nodes[arguments[1]], let shape = self.shape(arguments[2]),
        let strides = self.shape(arguments[3])
      else { throw bad("_rebuild_tensor_v2") }
      guard let elements = storage.elements(offset: offset, shape: shape, strides: strides) else {
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
          scalarType: storage.scalarType, isBigEndian: false, isFortran: false, shape: shape,
          bytes: elements[...]))
    default:
      throw WeightFileError(.refused("a call of a type of PyTorch at byte \(place)"))
    }
  }
}
