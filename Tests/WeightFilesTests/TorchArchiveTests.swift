import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

@Suite struct TorchArchiveTests {
  private struct Expected: Decodable {
    let shape: [Int]
    let elements: [Double]
  }

  private func state(_ name: String) throws -> StateDictionary {
    try StateDictionary(contentsOf: PyTorchModels.path(name))
  }

  @Test func checkpointsHoldWhatSafetensorsHold() throws {
    let expected = try state("square.safetensors")
    for name in ["square.pt", "square-epoch.pt"] {
      let found = try state(name)
      #expect(found.format == .pyTorch)
      #expect(Set(found.names) == Set(expected.names))
      for entry in expected.entries {
        #expect(mismatch(found[entry.name]!, entry.array) == nil, "\(name) \(entry.name)")
      }
    }
    let half = try state("half.pt")
    #expect(half["a"]!.scalarType == .bfloat16)
    #expect(
      mismatch(half["a"]!.cast(to: .float32), expected["0.weight"]!, relative: 0x1p-8) == nil)
  }

  /// Tensors may be parts of one another's bytes, in any order of axes.
  @Test func viewsAreReadAsTheyAreSeen() throws {
    let found = try state("views.pt")
    let expected = try Fixtures.decode([String: Expected].self, from: "pytorch/views.json")
    #expect(found.entries.count == expected.count)
    for (name, view) in expected {
      #expect(Array(found[name]!.shape) == view.shape, "\(name)")
      #expect(found[name]!.doubles == view.elements, "\(name)")
    }
  }

  @Test func noCodeIsRun() throws {
    let error = try #require(throws: WeightFileError.self) { try state("square-module.pt") }
    guard case .refused(let what) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(what.contains("torch.nn.modules"), "\(what)")
  }

  /// Outside an archive of PyTorch's, its functions and the opcode that names bytes are refused.
  @Test func picklesAloneNameNothingOfPyTorch() throws {
    for text in ["ctorch\nFloatStorage\n.", "ccollections\nOrderedDict\n)R.", "NQ."] {
      let error = try #require(throws: WeightFileError.self) { try Pickle.decode(Array(text.utf8)) }
      guard case .refused = error.reason else {
        Issue.record("\(text): \(error)")
        continue
      }
    }
  }

  @Test func damageNeverCrashes() throws {
    let archive = try ZipArchive(Fixtures.bytes("pytorch/views.pt"))
    let files = try archive.entries.map { (name: $0.name, content: try archive.content(of: $0)) }
    let place = try #require(files.firstIndex { $0.name.hasSuffix("/data.pkl") })
    var errors = 0
    for index in files[place].content.indices {
      for change: UInt8 in [0x01, 0x10, 0x80, 0xff] {
        var damaged = files
        damaged[place].content[index] ^= change
        let bytes = ZipArchive.encode(damaged)
        let result = try? TorchArchive(ZipArchive(bytes), byteCount: bytes.count).arrays()
        if result == nil { errors += 1 }
      }
    }
    #expect(errors > files[place].content.count)
  }

  @Test func tensorsOutsideTheirBytesAreRefused() {
    let storage = TorchStorage(scalarType: .int16, bytes: Array(0..<12))
    #expect(storage.elements(.int16, offset: 1, shape: [2], strides: [3]) == [2, 3, 8, 9])
    #expect(storage.elements(.int16, offset: 0, shape: [], strides: []) == [0, 1])
    #expect(storage.elements(.int16, offset: 1, shape: [1], strides: [.max]) == [2, 3])
    #expect(storage.elements(.int16, offset: 99, shape: [0, 2], strides: [1, 1]) == [])
    let bad: [(Int, [Int], [Int])] = [
      (0, [7], [1]), (5, [2], [1]), (-1, [1], [1]), (0, [2], [-1]), (0, [2, 2], [1]),
      (0, [2], [.max]), (.max, [2], [1]), (0, [1 << 40, 1 << 40], [0, 0]), (0, [7], [0]),
      (0, [-1], [1]),
    ]
    for (offset, shape, strides) in bad {
      #expect(
        storage.elements(.int16, offset: offset, shape: shape, strides: strides) == nil,
        "\(offset) \(shape) \(strides)")
    }
  }
}
