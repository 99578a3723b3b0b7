import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

/// Files of real PyTorch, read to the last bit.
@Suite struct PyTorchFileTests {
  @Test(arguments: [
    ("types", "types"), ("types-old", "types"), ("views", "views"), ("views-old", "views"),
    ("adam", "adam"), ("adam-old", "adam"), ("momentum", "momentum"), ("momentum-old", "momentum"),
    ("big-endian", "big-endian"),
  ])
  func allArraysAreThere(_ file: String, _ list: String) throws {
    let value = try PyTorchFile.read(CheckpointFixture.path(file + ".pt"))
    let expected = try CheckpointFixture.arrays(list)
    #expect(try CheckpointFixture.difference(value.flattened(), expected) == nil)
    // The bytes of a file in memory give the same.
    let decoded = try PyTorchFile.decode(Fixtures.bytes("checkpoints/\(file).pt"))
    #expect(decoded == value)
  }

  @Test(arguments: ["adam", "adam-old"])
  func allThatACheckpointHolds(_ file: String) throws {
    let value = try PyTorchFile.read(CheckpointFixture.path(file + ".pt"))
    #expect(value["epoch"] == .int(3))
    #expect(value["epoch"]?.intValue == 3 && value["epoch"]?.doubleValue == 3)
    #expect(value["best"]?.doubleValue == 0.25 && value["best"]?.intValue == nil)
    #expect(value["name"]?.stringValue == "caf\u{e9}")
    #expect(value["done"] == .bool(false) && value["nothing"] == PickleValue.none)
    #expect(value["shape"] == .tuple([.int(4), .int(3)]))
    #expect(value["type"] == .string("torch.float16"))
    #expect(value["device"] == .string("cuda:1"))
    #expect(value["seeds"] == .tuple([.int(1), .int(2)]))
    #expect(value["history"]?[1] == .float(0.25) && value["history"]?[2] == nil)
    #expect(value["schedule"]?["last_epoch"]?.intValue == 3)
    #expect(value["optimizer"]?["param_groups"]?[0]?["lr"]?.doubleValue == 0.01 * 0.1)
    #expect(value["optimizer"]?["param_groups"]?[0]?["betas"]?[1]?.doubleValue == 0.999)
    #expect(value["optimizer"]?["state"]?[0]?["exp_avg"]?.arrayValue?.shape == [4, 3])
    #expect(value["optimizer"]?["state"]?[0]?["step"]?.arrayValue?.array.item == 3)
    #expect(value["optimizer"]?["state"]?[6] == nil)
    #expect(value["model"]?["2.num_batches_tracked"]?.arrayValue?.array.item == 3)
    #expect(value["epoch"]?["model"] == nil && value["epoch"]?[0] == nil)
    #expect(value["epoch"]?.arrayValue == nil && value["epoch"]?.stringValue == nil)
  }

  @Test(arguments: ["adam.pt", "adam-old.pt", "momentum.pt"])
  func aStateDictionaryIsTheModels(_ file: String) throws {
    let path = CheckpointFixture.path(file)
    let state = try StateDictionary(contentsOf: path)
    let list = file.hasPrefix("adam") ? "adam" : "momentum"
    let expected = try CheckpointFixture.arrays(list).filter { $0.name.hasPrefix("model.") }
    #expect(state.names == expected.map { String($0.name.dropFirst("model.".count)) })
    #expect(state.format == (file.contains("old") ? .oldPyTorch : .pyTorch))
    // Any other part can be asked for.
    let optimizer = try StateDictionary(contentsOf: path, key: "optimizer.state")
    #expect(optimizer.names.first == (list == "adam" ? "0.step" : "0.momentum_buffer"))
    #expect(try StateDictionary(contentsOf: path, key: "optimizer.state.0").names.count <= 3)
    let single = try StateDictionary(contentsOf: path, key: "model.0.weight")
    #expect(single.names == [String(file.dropLast(".pt".count))])
    let error = try #require(throws: WeightFileError.self) {
      try StateDictionary(contentsOf: path, key: "modle")
    }
    #expect("\(error)".contains("nothing under 'modle'"), "\(error)")
    #expect("\(error)".contains("'model' (9 arrays)"), "\(error)")
    let empty = try #require(throws: WeightFileError.self) {
      try StateDictionary(contentsOf: path, key: "schedule")
    }
    #expect("\(empty)".contains("has no arrays"), "\(empty)")
  }

  /// Bytes that several tensors show are in memory once.
  @Test func storagesAreShared() throws {
    let file = try PyTorchFile.read(CheckpointFixture.path("views.pt"))
    func start(_ name: String) -> UnsafeRawPointer? {
      file[name]?.arrayValue?.withBytes { $0.baseAddress }
    }
    #expect(start("all") != nil && start("all") == start("again"))
    #expect(start("all") == start("flat"))
  }

  @Test(arguments: [
    ("complex", "ComplexFloatStorage"), ("sparse", "a sparse tensor"),
    ("quantized", "a quantized tensor"),
  ])
  func whatIsNotReadIsNamed(_ file: String, _ text: String) throws {
    let path = CheckpointFixture.path("unsupported-\(file).pt")
    let error = try #require(throws: WeightFileError.self) { try PyTorchFile.read(path) }
    #expect("\(error)".contains(text), "\(error)")
    guard case .unsupported = error.reason else {
      Issue.record("\(error)")
      return
    }
  }

  @Test func tensorsOfPlainPickles() throws {
    let expected = try CheckpointFixture.arrays("tensors")
    for version in [2, 4] {
      let path = CheckpointFixture.path("tensors-\(version).pkl")
      let value = try Pickle.read(path)
      #expect(try CheckpointFixture.difference(value.flattened(), expected) == nil)
      #expect(try StateDictionary(contentsOf: path).names == ["weight", "parameter"])
    }
  }

  // MARK: Which part is meant

  private func array(_ count: Int = 1) -> PickleValue {
    .array(
      StoredArray(scalarType: .uint8, shape: [count], bytes: [UInt8](repeating: 7, count: count)))
  }

  private func dictionary(_ members: [(String, PickleValue)]) -> PickleValue {
    .dictionary(members.map { .init(key: .string($0.0), value: $0.1) })
  }

  private func names(_ value: PickleValue, _ key: String? = nil) throws -> [String] {
    try value.weights(under: key).flattened().map(\.name)
  }

  @Test func theWeightsAreFoundWhereProgramsKeepThem() throws {
    let model = dictionary([("a", array()), ("b", array())])
    let number = ("epoch", PickleValue.int(3))
    let optimizer = ("optimizer", dictionary([("lr", .float(1)), ("m", array())]))
    #expect(try names(model) == ["a", "b"])
    #expect(try names(dictionary([])) == [])
    #expect(try names(dictionary([number, ("state_dict", model), optimizer])) == ["a", "b"])
    #expect(try names(dictionary([("model_state_dict", model), ("ema", model)])) == ["a", "b"])
    #expect(try names(dictionary([number, ("net", model)])) == ["a", "b"])
    #expect(try names(dictionary([("model", model)])) == ["a", "b"])
    #expect(try names(dictionary([number, ("generator", model), optimizer])) == ["a", "b"])
    #expect(try names(dictionary([("a", array()), number])) == ["a"])
    // Layers in layers, with a part that is called as a whole model might be.
    #expect(
      try names(dictionary([("model", model), ("head", model)]))
        == ["model.a", "model.b", "head.a", "head.b"])
    let nested = dictionary([("model", dictionary([("state_dict", model), number])), number])
    #expect(try names(nested) == ["a", "b"])
    #expect(try names(.list([array(), .tuple([array()])])) == ["0", "1.0"])
    #expect(try names(array()) == [""])
    // Keys may have points in them.
    let pointed = dictionary([("a.b", dictionary([("c.d", array()), ("e", .list([array()]))]))])
    #expect(try names(pointed, "a.b.c.d") == [""])
    #expect(try names(pointed, "a.b") == ["c.d", "e.0"])
    #expect(try names(pointed, "a.b.e.0") == [""])
  }

  @Test func whatIsUnclearIsListed() throws {
    let model = dictionary([("a", array()), ("b", array())])
    let several = dictionary([
      ("generator", model), ("discriminator", dictionary([("c", array())])), ("epoch", .int(1)),
      ("note", .string("x")), ("empty", .list([])),
    ])
    let error = try #require(throws: WeightFileError.self) { try names(several) }
    let text = "\(error)"
    #expect(
      text.contains(
        "it holds 'generator' (2 arrays), 'discriminator' (1 array), 'epoch' (a number), "
          + "'note' (a text), 'empty' (a list). Say which: "
          + "StateDictionary(contentsOf: path, key: \"…\")"), "\(text)")
    for value: PickleValue in [.int(1), .string("x"), dictionary([("a", .int(1))]), .list([.none])]
    {
      let error = try #require(throws: WeightFileError.self) { try names(value) }
      #expect("\(error)".contains("holds no arrays"), "\(error)")
    }
    let twice = dictionary([("a.b", array()), ("a", dictionary([("b", array())]))])
    #expect(throws: WeightFileError.self) { try twice.flattened() }
    // Forms of one letter are two names.
    let forms = dictionary([("e\u{301}", array(1)), ("\u{e9}", array(2))])
    #expect(try forms.flattened().map(\.array.shape) == [[1], [2]])
    #expect(forms["\u{e9}"] == array(2) && forms["e\u{301}"] == array(1))
  }

  /// A key of a flat file is the beginning of its names.
  @Test func aKeyChoosesFromAnyFile() throws {
    try withTemporaryFolder { folder in
      var state = StateDictionary()
      state.set("model.a", NDArray.ones([2]))
      state.set("model.b", NDArray.ones([3]))
      state.set("ema.a", NDArray.ones([4]))
      try state.write(to: folder + "/a.safetensors")
      let part = try StateDictionary(contentsOf: folder + "/a.safetensors", key: "model")
      #expect(part.names == ["a", "b"])
      let error = try #require(throws: WeightFileError.self) {
        try StateDictionary(contentsOf: folder + "/a.safetensors", key: "net")
      }
      #expect("\(error)".contains("'model'") && "\(error)".contains("'ema'"), "\(error)")
    }
  }
}
