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
    for name in ["square.pt", "square-epoch.pt", "square-old.pt"] {
      let found = try state(name)
      #expect(found.format == (name == "square-old.pt" ? .oldPyTorch : .pyTorch))
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

  /// Types and functions of PyTorch are no values, and nothing is named as lying outside of a pickle
  /// that nothing lies beside.
  @Test func picklesAloneHoldNoTypesOfPyTorch() throws {
    for (text, message) in [
      ("ctorch\nFloatStorage\n.", "holds torch.FloatStorage where a value should be"),
      ("ctorch\nTensor\n)R.", "a call of torch.Tensor"), ("NQ.", "BINPERSID"),
      ("ctorch\nload\n.", "global torch.load"), ("ctorch.hub\nload\n.", "global torch.hub.load"),
      ("ctorch\nsave\n.", "global torch.save"),
      ("ctorch.nn.modules.linear\nLinear\n.", "global torch.nn.modules.linear.Linear"),
    ] {
      let error = try #require(throws: WeightFileError.self) { try Pickle.decode(Array(text.utf8)) }
      #expect("\(error)".contains(message), "\(error)")
    }
    #expect(try Pickle.decode(Array("ccollections\nOrderedDict\n)R.".utf8)) == .dictionary([]))
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
        let result = try? PyTorchFile.decode(bytes)
        if result == nil { errors += 1 }
      }
    }
    #expect(errors > files[place].content.count)
  }

  /// The elements of a view of six 16-bit numbers, as bytes; `nil` where it does not fit.
  private func elements(
    offset: Int, shape: [Int], strides: [Int], isBigEndian: Bool = false
  ) -> [UInt8]? {
    let name = TorchStorage.Name(key: "0", part: nil)
    let storage = TorchStorage(name, .int16, start: 0, count: 6, totalCount: 6)!
    let tensor = TorchTensor(
      storage: 0, scalarType: .int16, offset: offset, shape: shape, strides: strides)
    guard StoredArray.byteCount(.int16, shape) != nil, tensor.fits(storage) else { return nil }
    return tensor.array(in: SharedBytes(Array(0..<12)), storage, isBigEndian: isBigEndian).bytes
  }

  @Test func tensorsOutsideTheirBytesAreRefused() {
    #expect(elements(offset: 1, shape: [2], strides: [3]) == [2, 3, 8, 9])
    #expect(elements(offset: 1, shape: [2], strides: [3], isBigEndian: true) == [3, 2, 9, 8])
    #expect(elements(offset: 1, shape: [2], strides: [1], isBigEndian: true) == [3, 2, 5, 4])
    #expect(elements(offset: 0, shape: [], strides: []) == [0, 1])
    #expect(elements(offset: 1, shape: [1], strides: [.max]) == [2, 3])
    #expect(elements(offset: 99, shape: [0, 2], strides: [1, 1]) == [])
    #expect(elements(offset: 2, shape: [2, 2], strides: [0, 1]) == [4, 5, 6, 7, 4, 5, 6, 7])
    #expect(
      elements(offset: 5, shape: [7], strides: [0])
        == Array(repeating: [10, 11], count: 7).flatMap { $0 })
    let bad: [(Int, [Int], [Int])] = [
      (0, [7], [1]), (5, [2], [1]), (-1, [1], [1]), (0, [2], [-1]), (0, [2, 2], [1]),
      (0, [2], [.max]), (.max, [2], [1]), (0, [1 << 40, 1 << 40], [0, 0]), (6, [7], [0]),
      (0, [-1], [1]), (0, [3, 3], [3, 1]), (.min, [0], [1]), (0, [0, 1 << 62], [1, 1]),
    ]
    for (offset, shape, strides) in bad {
      #expect(
        elements(offset: offset, shape: shape, strides: strides) == nil,
        "\(offset) \(shape) \(strides)")
    }
    for (start, count, total) in [(-1, 2, 6), (5, 2, 6), (0, -1, 6), (0, 7, 6), (0, .max, .max)] {
      let name = TorchStorage.Name(key: "0", part: nil)
      #expect(
        TorchStorage(name, .int16, start: start, count: count, totalCount: total) == nil)
    }
  }
}
