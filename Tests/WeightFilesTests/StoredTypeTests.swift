import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

/// Files of the types that are only stored keep them, and load into models that compute in others.
@Suite struct StoredTypeTests {
  private struct Expected: Decodable {
    let shape: [Int]
    let hex: String
  }

  /// What `make_stored_type_fixtures.py` put in, by type.
  private func expected() throws -> [String: StoredArray] {
    try Fixtures.decode([String: Expected].self, from: "types/all.json").mapValues { example in
      let digits = Array(example.hex.utf8)
      return StoredArray(
        scalarType: .bool, shape: [digits.count / 2],
        bytes: stride(from: 0, to: digits.count, by: 2).map {
          UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)!
        }
      ).reinterpreted(shape: example.shape)
    }
  }

  @Test func archivesByNumPy() throws {
    let expected = try expected()
    for name in ["little", "big"] {
      let arrays = try NPZ.read(Fixtures.path("types/\(name).npz"))
      #expect(arrays.count == 6)
      for (type, array) in arrays {
        #expect(array.array.scalarType.rawValue == type, "\(name)")
        #expect(array.bytes == expected[type]!.bytes, "\(name) \(type)")
        #expect(array.shape == expected[type]!.shape, "\(name) \(type)")
      }
    }
  }

  /// What is written is what NumPy writes, byte for byte.
  @Test func writesWhatNumPyWrites() throws {
    let archive = try ZipArchive(Fixtures.bytes("types/little.npz"))
    for entry in archive.entries {
      let bytes = try archive.content(of: entry)
      #expect(NPY.encode(StoredArray(try NPY.decode(bytes).array)) == bytes, "\(entry.name)")
    }
  }

  @Test func theOfficialSafetensors() throws {
    let bytes = try Fixtures.bytes("types/all.safetensors")
    let file = try Safetensors(bytes)
    let expected = try expected()
    #expect(file.tensors.count == 7)
    for tensor in file.tensors {
      #expect(tensor.array.bytes == expected[tensor.name]!.bytes, "\(tensor.name)")
      #expect(tensor.array.array.scalarType.rawValue == tensor.name)
      #expect(StoredArray(tensor.array.array) == tensor.array)
    }
    // Through arrays and out again, to the same numbers under the same names.
    try withTemporaryFolder { folder in
      let state = try StateDictionary(contentsOf: Fixtures.path("types/all.safetensors"))
      try state.write(to: folder + "/a.safetensors")
      let again = try Safetensors(contentsOf: folder + "/a.safetensors")
      for tensor in file.tensors { #expect(again[tensor.name] == tensor.array) }
      #expect(again.tensors.count == file.tensors.count)
    }
  }

  @Test func checkpointsOfPyTorch() throws {
    let state = try StateDictionary(contentsOf: Fixtures.path("types/all.pt"))
    let expected = try expected()
    #expect(state.entries.count == 9)
    for (type, array) in expected {
      let found = try #require(state[type])
      #expect(found.scalarType.rawValue == type)
      #expect(StoredArray(found).bytes == array.bytes, "\(type)")
      #expect(Array(found.shape) == array.shape, "\(type)")
    }
    // Parts of bytes that have no type of their own.
    #expect(state["part"]?.scalars(as: UInt16.self) == [4, 6, 8, 10])
    #expect(state["transposed"]?.shape == [4, 3])
    #expect(
      state["transposed"]?.scalars(as: UInt16.self) == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
  }

  @Test func picklesByNumPy() throws {
    let expected = try expected()
    for version in [2, 5] {
      let value = try Pickle.read(Fixtures.path("types/values-\(version).pkl"))
      for (type, array) in expected where type != "bfloat16" {
        guard case .array(let found) = value[type] else {
          Issue.record("\(type): \(String(describing: value[type]))")
          continue
        }
        #expect(found.bytes == array.bytes && found.shape == array.shape, "\(type)")
        #expect(found.array.scalarType.rawValue == type)
      }
      guard case .array(let big) = value["big"] else {
        Issue.record("big")
        continue
      }
      #expect(big.bytes == expected["uint16"]!.bytes)
      #expect(value["scalar int8"] == .int(127))
      #expect(value["scalar int16"] == .int(32767))
      #expect(value["scalar uint16"] == .int(65535))
      #expect(value["scalar uint32"] == .int(4_294_967_295))
      #expect(value["scalar float16"] == .float(-0.0))
    }
    // 2^63 takes more than the 64 bits of an Int.
    let large = try Pickle.read(Fixtures.path("types/too-large.pkl"))
    #expect(large["n"] == .wideInt([0, 0, 0, 0, 0, 0, 0, 0x80, 0]))
  }

  private struct Model: Layer {
    let linear = Linear(weight: .zeros([4, 3]), bias: .zeros([3]))
    func forward(_ x: Tensor, _ mode: Mode) -> Tensor { linear(x, mode) }
  }

  /// A model computes in its own type, whatever the file's; the numbers are those that PyTorch makes
  /// of it, and what is saved is the model's type.
  @Test func halfPrecisionFilesLoadIntoModels() throws {
    let expected = try Fixtures.decode(
      [String: [String: [Float]]].self, from: "types/linear.json")
    for (name, type) in [("half", ScalarType.float16), ("brain", .bfloat16)] {
      for ending in ["safetensors", "pt"] {
        let state = try StateDictionary(
          contentsOf: Fixtures.path("types/linear-\(name).\(ending)"))
        #expect(state.entries.allSatisfy { $0.array.scalarType == type })
        let linear = Linear(weight: .zeros([4, 3]), bias: .zeros([3]))
        let report = try linear.load(state)
        #expect(report.isComplete)
        let (weight, bias) = (linear.weight.array, linear.bias!.array)
        #expect(weight.scalarType == .float32 && bias.scalarType == .float32)
        #expect(weight.transposed().scalars(as: Float.self) == expected[name]!["weight"]!)
        #expect(bias.scalars(as: Float.self) == expected[name]!["bias"]!)
        #expect(linear(Tensor.ones([2, 4])).scalarType == .float32)
        try withTemporaryFolder { folder in
          try linear.save(to: folder + "/a.safetensors")
          let saved = try StateDictionary(contentsOf: folder + "/a.safetensors")
          #expect(saved["weight"]?.scalarType == .float32)
          #expect(saved["weight"]?.scalars(as: Float.self) == expected[name]!["weight"]!)
        }
        let network = try MultilayerPerceptron(
          state.renamed { "layers.0." + $0 }, activation: .relu)
        #expect(network.parameters.allSatisfy { $0.scalarType == .float32 })
      }
    }
  }

  /// What is loaded in half precision may be saved so again.
  @Test func arraysAreSavedInTheTypeThatTheyHave() throws {
    let model = Model()
    var state = StateDictionary()
    for entry in model.stateDictionary.entries {
      state.set(entry.name, entry.array.cast(to: .bfloat16))
    }
    try withTemporaryFolder { folder in
      try state.write(to: folder + "/a.safetensors")
      let file = try Safetensors(contentsOf: folder + "/a.safetensors")
      #expect(file.tensors.allSatisfy { $0.array.scalarType == .bfloat16 })
      try model.load(from: folder + "/a.safetensors")
    }
  }

  @Test func wholeNumbersAreNoWeights() throws {
    var state = StateDictionary()
    state.set("weight", NDArray.ones([3, 4], scalarType: .int8))
    state.set("bias", NDArray.ones([3], scalarType: .float16))
    let linear = Linear(weight: .zeros([4, 3]), bias: .zeros([3]))
    let error = try #require(throws: WeightFileError.self) { try linear.load(state) }
    #expect("\(error)".contains("wrong type: weight is int8, expected floating-point numbers"))
  }
}

extension StoredArray {
  /// The same bytes as those of an array of `shape`, whose type follows from their number.
  fileprivate func reinterpreted(shape: [Int]) -> StoredArray {
    let width = bytes.count / max(1, shape.reduce(1, *))
    let type: StoredScalarType =
      switch width {
      case 1: .int8
      case 2: .int16
      case 4: .int32
      default: .int64
      }
    return StoredArray(scalarType: type, shape: shape, bytes: bytes)
  }
}
