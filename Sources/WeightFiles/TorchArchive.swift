import BackpropFiles

/// A checkpoint of PyTorch: a zip archive of a pickle, `data.pkl`, that says what there is, and of
/// the bytes of the tensors, `data/0`, `data/1`, … Definition: `torch.serialization`.
struct TorchArchive {
  private let archive: ZipArchive
  /// The folder that everything lies in.
  private let folder: String
  private let entries: [String: ZipArchive.Entry]
  /// The bytes that all tensors may have together. Layers that share a weight have it twice, but
  /// more is a sign of a file that is made to fill the memory.
  let byteLimit: Int

  init(_ archive: ZipArchive, byteCount: Int) throws(WeightFileError) {
    self.archive = archive
    byteLimit = 4 * byteCount
    entries = Dictionary(uniqueKeysWithValues: archive.entries.map { ($0.name, $0) })
    guard
      let pickle = archive.entries.first(where: {
        $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl")
      })
    else { throw WeightFileError(.invalid("the checkpoint lacks its list, data.pkl")) }
    folder = String(pickle.name.dropLast("data.pkl".count))
    if entries[folder + "constants.pkl"] != nil {
      throw WeightFileError(.unsupported("a TorchScript program"))
    }
    if let entry = entries[folder + "byteorder"],
      try archive.content(of: entry) != Array("little".utf8)
    {
      throw WeightFileError(.unsupported("a checkpoint of a big-endian machine"))
    }
  }

  /// The arrays of a state dictionary, whether it is the checkpoint or stands in it under the name
  /// by which it is usually kept beside the optimizer's state.
  func arrays() throws(WeightFileError) -> [(name: String, array: StoredArray)] {
    let limits = Pickle.Limits()
    var machine = PickleMachine(
      try archive.content(of: entries[folder + "data.pkl"]!), limits: limits, torch: self)
    let result = try machine.run()
    var converter = PickleConverter(nodes: machine.nodes, limits: limits)
    let value = try converter.value(of: result)
    let inside = ["state_dict", "model_state_dict"].lazy.compactMap { value[$0]?.arrays }.first
    guard let arrays = value.arrays ?? inside else {
      throw WeightFileError(
        .unsupported("a PyTorch checkpoint of something other than a state dictionary"))
    }
    return arrays
  }

  /// The bytes that tensors lie in.
  func storage(_ key: String, _ type: StoredScalarType?) throws(WeightFileError) -> TorchStorage {
    guard let entry = entries["\(folder)data/\(key)"], !entry.isDeflated else {
      throw WeightFileError(.invalid("the checkpoint lacks the bytes 'data/\(key)'"))
    }
    return TorchStorage(scalarType: type, bytes: try archive.content(of: entry))
  }
}

/// Bytes that PyTorch tensors lie in: one, several, or parts of one.
struct TorchStorage {
  /// The type of all tensors in it; `nil` if each says its own.
  let scalarType: StoredScalarType?
  let bytes: [UInt8]

  /// The elements of type `scalarType` at offset + Σ index · stride, the last axis running fastest;
  /// `nil` where they lie outside, or where the tensor has more than the storage.
  ///
  /// - Parameters:
  ///   - scalarType: the type, that of the storage if it has one.
  ///   - offset: how many elements lie before the first.
  ///   - shape: the lengths of the axes.
  ///   - strides: the distance in elements from each element to the next along each axis.
  func elements(
    _ scalarType: StoredScalarType, offset: Int, shape: [Int], strides: [Int]
  ) -> [UInt8]? {
    let width = scalarType.byteWidth
    guard let byteCount = StoredArray.byteCount(scalarType, shape), byteCount <= bytes.count,
      offset >= 0, shape.count == strides.count, strides.allSatisfy({ $0 >= 0 })
    else { return nil }
    if byteCount == 0 { return [] }
    var last = offset
    for (size, stride) in zip(shape, strides) {
      let (step, overflows) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, overflowsToo) = last.addingReportingOverflow(step)
      if overflows || overflowsToo { return nil }
      last = sum
    }
    guard last < bytes.count / width else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(byteCount)
    var index = [Int](repeating: 0, count: shape.count)
    var element = offset
    while true {
      result += bytes[element * width..<(element + 1) * width]
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        // Never past the last element: a stride that is not used may be any number.
        if index[axis] < shape[axis] {
          element += strides[axis]
          break
        }
        element -= strides[axis] * (shape[axis] - 1)
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return result }
    }
  }
}
