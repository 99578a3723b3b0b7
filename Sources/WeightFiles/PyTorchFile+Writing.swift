import BackpropFiles

extension PyTorchFile {
  /// Writes a file of a dictionary of tensors: whole or not at all.
  ///
  /// `torch.load(path, weights_only=True)` gives an `OrderedDict` of the same names in the same order.
  /// Arrays that are one in memory, as the weight that two layers share, are written once and share
  /// their memory in PyTorch too. Each array begins at a multiple of 64 bytes, so that PyTorch can map
  /// the file (`mmap=True`). The same arrays give the same bytes.
  ///
  /// Traps if two have the same name.
  ///
  /// - Throws: `FileError`; a file that was there before is then unchanged.
  public static func write(
    _ arrays: [(name: String, array: StoredArray)], to path: String
  ) throws {
    let contents = TorchContents(arrays)
    try AtomicFile.write(to: path) { file in
      var archive = ZipWriter()
      for (name, content) in contents.entries {
        try archive.add(name, [content]) { try file.write($0) }
      }
      try archive.finish { try file.write($0) }
    }
  }

  /// Writes the arrays of a state dictionary; its metadata have no place in such a file.
  ///
  /// - Throws: `FileError`; a file that was there before is then unchanged.
  public static func write(_ state: StateDictionary, to path: String) throws {
    try write(state.entries.map { ($0.name, $0.stored) }, to: path)
  }

  /// The bytes of a file.
  ///
  /// Traps if two arrays have the same name.
  public static func encode(_ arrays: [(name: String, array: StoredArray)]) -> [UInt8] {
    ZipArchive.encode(TorchContents(arrays).entries.map { ($0.name, $0.content.array) })
  }
}

/// What a zip archive of PyTorch's is to hold.
private struct TorchContents {
  /// The files of the archive. All lie in one folder, whose name is free.
  var entries: [(name: String, content: SharedBytes)] = []

  init(_ arrays: [(name: String, array: StoredArray)]) {
    // Arrays in the same memory are one storage.
    struct Memory: Hashable {
      let start: UnsafeRawPointer?
      let count: Int
      let scalarType: StoredScalarType
    }
    var pickle = TorchPickleWriter()
    var storages: [SharedBytes] = []
    var known: [Memory: Int] = [:]
    var names: Set<NameKey> = []
    for (name, array) in arrays {
      if !names.insert(NameKey(name)).inserted {
        fatalError("PyTorchFile: the name '\(name)' is given twice")
      }
      let memory = array.withBytes {
        Memory(start: $0.baseAddress, count: $0.count, scalarType: array.scalarType)
      }
      var storage = memory.count > 0 ? known[memory] : nil
      if storage == nil {
        storage = storages.count
        known[memory] = storages.count
        storages.append(array.content)
      }
      pickle.add(name, array, storage: storage!)
    }
    func add(_ name: String, _ content: SharedBytes) {
      entries.append(("archive/" + name, content))
    }
    add("data.pkl", SharedBytes(pickle.finish()))
    add("byteorder", SharedBytes(Array("little".utf8)))
    for (key, storage) in storages.enumerated() { add("data/\(key)", storage) }
    add("version", SharedBytes(Array("3\n".utf8)))
  }
}

/// Writes the pickle of a dictionary of tensors, in protocol 2 and with those opcodes alone that
/// PyTorch reads where it allows weights only.
private struct TorchPickleWriter {
  private var bytes: [UInt8] = [PickleOpcode.proto.rawValue, 2]
  /// The numbers of what was written already and can be named again.
  private var memo: [String: UInt8] = [:]

  init() {
    addOrderedDictionary()
    add(.mark)
  }

  /// Adds a member of the dictionary.
  ///
  /// - Parameters:
  ///   - name: its key.
  ///   - array: the tensor.
  ///   - storage: the number of the bytes that it lies in, from the first to the last.
  mutating func add(_ name: String, _ array: StoredArray, storage: Int) {
    let storageType = PickleFunction.torchStorage(of: array.scalarType)
    add(text: name)
    addGlobal("torch._utils", storageType == nil ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2")
    add(.mark)
    // The storage: where the bytes are, of which type, and how many elements.
    add(.mark)
    addShared(text: "storage")
    if let storageType {
      addGlobal("torch", storageType)
    } else {
      addGlobal("torch.storage", "UntypedStorage")
    }
    add(text: String(storage))
    addShared(text: "cpu")
    add(storageType == nil ? array.content.count : array.count)
    add(.tuple)
    add(.binPersID)
    // Where the tensor begins in it, the shape, the strides, whether it wants a gradient, hooks.
    add(0)
    add(tuple: array.shape)
    add(tuple: Self.strides(array.shape))
    add(.newFalse)
    addOrderedDictionary()
    if storageType == nil { addGlobal("torch", array.scalarType.name) }
    add(.tuple)
    add(.reduce)
  }

  /// The whole pickle.
  mutating func finish() -> [UInt8] {
    add(.setItems)
    add(.stop)
    return bytes
  }

  private static func strides(_ shape: [Int]) -> [Int] {
    var stride = 1
    var result: [Int] = []
    for length in shape.reversed() {
      result.append(stride)
      stride *= max(1, length)
    }
    return result.reversed()
  }

  private mutating func add(_ opcode: PickleOpcode) { bytes.append(opcode.rawValue) }

  private mutating func addOrderedDictionary() {
    addGlobal("collections", "OrderedDict")
    add(.emptyTuple)
    add(.reduce)
  }

  private mutating func add(_ number: Int) {
    if let number = UInt8(exactly: number) {
      add(.binInt1)
      bytes.append(number)
    } else if let number = UInt16(exactly: number) {
      add(.binInt2)
      bytes.append(littleEndian: number)
    } else if let number = Int32(exactly: number) {
      add(.binInt)
      bytes.append(littleEndian: number)
    } else {
      add(.long1)
      bytes.append(8)
      bytes.append(littleEndian: Int64(number))
    }
  }

  private mutating func add(tuple numbers: [Int]) {
    if numbers.isEmpty { return add(.emptyTuple) }
    if numbers.count > 3 { add(.mark) }
    for number in numbers { add(number) }
    switch numbers.count {
    case 1: add(.tuple1)
    case 2: add(.tuple2)
    case 3: add(.tuple3)
    default: add(.tuple)
    }
  }

  private mutating func add(text: String) {
    add(.binUnicode)
    bytes.append(littleEndian: UInt32(text.utf8.count))
    bytes += Array(text.utf8)
  }

  /// A text that comes again and again: from the second time on by its number.
  private mutating func addShared(text: String) {
    addOnce("text \(text)") { $0.add(text: text) }
  }

  private mutating func addGlobal(_ module: String, _ name: String) {
    addOnce("global \(module).\(name)") {
      $0.add(.global)
      $0.bytes += Array("\(module)\n\(name)\n".utf8)
    }
  }

  private mutating func addOnce(_ name: String, _ write: (inout Self) -> Void) {
    if let number = memo[name] {
      add(.binGet)
      bytes.append(number)
      return
    }
    write(&self)
    // There are some thirty at most: storages, types and functions.
    let number = UInt8(memo.count)
    memo[name] = number
    add(.binPut)
    bytes.append(number)
  }
}
