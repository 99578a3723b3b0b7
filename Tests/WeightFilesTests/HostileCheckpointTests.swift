import BackpropTestSupport
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

/// PyTorch checkpoints that are made to do harm.
@Suite struct HostileCheckpointTests {
  private func text(_ string: String) -> [UInt8] { Array(string.utf8) }

  /// A zip archive of a pickle and of storages.
  private func archive(_ pickle: [UInt8], _ storages: [String: [UInt8]] = [:]) -> [UInt8] {
    ZipArchive.encode(
      [("a/data.pkl", pickle)]
        + storages.sorted { $0.key < $1.key }.map { ("a/data/\($0.key)", $0.value) })
  }

  private func reason(_ bytes: [UInt8]) -> WeightFileError.Reason? {
    #expect(throws: WeightFileError.self) { try PyTorchFile.decode(bytes) }?.reason
  }

  /// The text of a pickle in protocol 0 of a tensor of floats in the storage '0'.
  private func tensor(
    storage: String = "ctorch\nFloatStorage\n", count: String = "6", offset: String = "0",
    shape: String = "I2\nI3\n", strides: String = "I3\nI1\n", rest: String = ""
  ) -> String {
    "ctorch._utils\n_rebuild_tensor_v2\n((S'storage'\n\(storage)S'0'\nS'cpu'\nI\(count)\ntQ"
      + "I\(offset)\n(\(shape)t(\(strides)tI00\nccollections\nOrderedDict\n)R\(rest)tR"
  }

  private let floats: [String: [UInt8]] = ["0": Array(0..<24)]

  @Test func tensorsMayNotReachBeyondTheirBytes() throws {
    let good = try PyTorchFile.decode(archive(text(tensor() + "."), floats))
    #expect(good.arrayValue?.bytes == Array(0..<24))
    #expect(good.arrayValue?.shape == [2, 3])
    let bad = [
      tensor(offset: "1"), tensor(offset: "-1"), tensor(offset: "9223372036854775807"),
      tensor(shape: "I3\nI3\n"), tensor(strides: "I3\nI2\n"), tensor(strides: "I3\n"),
      tensor(strides: "I-3\nI1\n"), tensor(strides: "I9223372036854775807\nI1\n"),
      tensor(shape: "I-2\nI3\n"), tensor(shape: "I0\nI4611686018427387904\n"),
      tensor(shape: "I4611686018427387904\nI4611686018427387904\n", strides: "I0\nI0\n"),
      tensor(shape: "F1.0\nI3\n"), tensor(count: "5"), tensor(count: "7"), tensor(count: "-6"),
      tensor(count: "9223372036854775807"), tensor(count: "F6.0"), tensor(rest: "(I1\nI2\nd"),
      tensor(storage: "ctorch\nDoubleStorage\n"), tensor(storage: "N"),
      tensor(storage: "ctorch\nFloatTensor\n"), tensor(rest: "I1\nI1\nI1\n"),
      tensor(
        shape: String(repeating: "I1\n", count: 9), strides: String(repeating: "I1\n", count: 9)),
    ]
    for pickle in bad {
      #expect(throws: WeightFileError.self, "\(pickle)") {
        try PyTorchFile.decode(archive(text(pickle + "."), floats))
      }
    }
    let axes = tensor(
      shape: String(repeating: "I1\n", count: 9), strides: String(repeating: "I1\n", count: 9))
    guard case .unsupported(let what) = reason(archive(text(axes + "."), floats)) else {
      Issue.record("nine axes are not refused")
      return
    }
    #expect(what.contains("axes"))
  }

  @Test func storagesMustBeThereAndSayOneThing() {
    guard case .invalid(let missing) = reason(archive(text(tensor() + "."))) else {
      Issue.record("missing bytes are not noticed")
      return
    }
    #expect(missing.contains("lacks the bytes 'data/0'"))
    // The same bytes as two types, or of two lengths.
    for other in [tensor(storage: "ctorch\nIntStorage\n"), tensor(count: "24")] {
      guard case .invalid(let what) = reason(archive(text("(" + tensor() + other + "t."), floats))
      else {
        Issue.record("\(other) is not refused")
        continue
      }
      #expect(what.contains("something else"), "\(what)")
    }
    // Names that lead out of the folder are names like any others.
    let outside = tensor().replacing("S'0'", with: "S'../../etc/passwd'")
    guard case .invalid = reason(archive(text(outside + "."), floats)) else {
      Issue.record("not refused")
      return
    }
  }

  /// A number that is shown a million times is one; more than a file of its size may say is refused.
  @Test func expandedTensorsTakeLittleMemory() throws {
    let modest = tensor(shape: "I1000\nI1000\n", strides: "I0\nI0\n")
    let value = try PyTorchFile.decode(archive(text(modest + "."), floats))
    #expect(value.arrayValue?.count == 1_000_000)
    let large = tensor(shape: "I1000000\nI1000\n", strides: "I0\nI0\n")
    guard case .limitExceeded(let what) = reason(archive(text(large + "."), floats)) else {
      Issue.record("not refused")
      return
    }
    #expect(what.contains("again and again"))
    // The same view again is the same array; other views of as many bytes each count.
    var views = "("
    for length in 1...40 {
      views += tensor(shape: "I\(1000 + length)\nI1000\n", strides: "I0\nI0\n")
    }
    guard case .limitExceeded = reason(archive(text(views + "t."), floats)) else {
      Issue.record("not refused")
      return
    }
    let same = "(" + String(repeating: modest, count: 40) + "t."
    #expect(throws: Never.self) { try PyTorchFile.decode(archive(text(same), floats)) }
    var limits = Pickle.Limits()
    limits.repeatedByteCount = 0
    #expect(throws: WeightFileError.self) {
      try PyTorchFile.decode(archive(text(modest + "."), floats), limits: limits)
    }
  }

  @Test func noCodeIsRun() {
    for (pickle, name) in [
      ("cos\nsystem\n(S'echo harm'\ntR.", "os.system"),
      ("cbuiltins\neval\n(V1+1\ntR.", "builtins.eval"),
      ("c__builtin__\nexec\n(V1+1\ntR.", "__builtin__.exec"),
      ("ctorch\nload\n(S'x'\ntR.", "torch.load"),
      ("ctorch.storage\n_load_from_file\n(S'x'\ntR.", "torch.storage._load_from_file"),
      ("ctorch._utils\n_import_dotted_name\n(S'os.system'\ntR.", "_import_dotted_name"),
      ("cnumpy\nload\n.", "numpy.load"), ("(S'a'\nios\nsystem\n.", "os.system"),
    ] {
      guard case .refused(let what) = reason(archive(text(pickle))) else {
        Issue.record("\(name) is not refused")
        continue
      }
      #expect(what.contains("global") && what.contains(name), "\(what)")
    }
    // A function that is known is no way to another one.
    let way = "ctorch._tensor\n_rebuild_from_type_v2\n(c_codecs\nencode\nctorch\nTensor\n(tNtR."
    guard case .invalid = reason(archive(text(way))) else {
      Issue.record("not refused")
      return
    }
  }

  @Test func theOlderFormIsCheckedThroughout() throws {
    let file = try Fixtures.bytes("checkpoints/views-old.pt")
    #expect(throws: WeightFileError.self) { try PyTorchFile.decode(file + [0]) }
    // Each byte of the sizes before the storages, and of the names in the list.
    var errors = 0
    for index in file.indices {
      var damaged = file
      damaged[index] ^= 0x40
      do {
        _ = try PyTorchFile.decode(damaged)
      } catch { errors += 1 }
    }
    #expect(errors > 500)
    // The last storage, whichever it is, and the number of its elements before it.
    let sizes: [(byteCount: Int, count: Int)] = [(96, 24), (48, 24), (12, 12)]
    let found = sizes.first { size in
      file.littleEndian(Int64.self, at: file.count - size.byteCount - 8) == Int64(size.count)
    }
    let last = try #require(found)
    let place = file.count - last.byteCount - 8
    for claim: [UInt8] in [[UInt8](repeating: 255, count: 8), [0, 0, 0, 0, 0, 0, 0, 0x7f]] {
      var damaged = file
      damaged.replaceSubrange(place..<place + 8, with: claim)
      let error = try #require(throws: WeightFileError.self) { try PyTorchFile.decode(damaged) }
      #expect("\(error)".contains("elements, and not \(last.count)"), "\(error)")
    }
    let magic = Array(file.prefix(15))
    #expect(throws: WeightFileError.self) { try PyTorchFile.decode(magic) }
    let version = magic + [0x80, 2, 0x4b, 7, 0x2e]
    guard case .unsupported(let what) = reason(version + file.dropFirst(15)) else {
      Issue.record("another version is not refused")
      return
    }
    #expect(what.contains("version 7"))
  }

  /// Where the pickle of the value begins in a file of the older form, after three others.
  private func valueStart(_ file: [UInt8]) throws -> Int {
    try #require(
      file.indices.first { $0 > 30 && file[$0...].starts(with: [0x80, 2, 0x7d, 0x71]) })
  }

  /// A million deep, in both forms.
  @Test func deepNestingIsRefused() throws {
    let deep = text("N") + [UInt8](repeating: 0x85, count: 1_000_000) + text(".")
    guard case .limitExceeded = reason(archive(deep)) else {
      Issue.record("not refused")
      return
    }
    let old = try Fixtures.bytes("checkpoints/views-old.pt")
    let start = try valueStart(old)
    #expect(throws: WeightFileError.self) { try PyTorchFile.decode(Array(old[..<start]) + deep) }
  }

  /// A file in a file in a file …
  @Test func nestedFilesAreRefused() throws {
    let plain = try Fixtures.bytes("checkpoints/tensors-4.pkl")
    #expect(throws: Never.self) { try Pickle.decode(plain) }
    // The pickle of a storage, as the pickle of an older file: it is a file in a file then.
    let old = try Fixtures.bytes("checkpoints/views-old.pt")
    let call: [UInt8] =
      text("ctorch.storage\n_load_from_bytes\n") + [0x42, 3, 0, 0, 0, 1, 2, 3, 0x85, 0x52, 0x2e]
    #expect(throws: WeightFileError.self) { try Pickle.decode(call) }
    let start = try valueStart(old)
    let error = try #require(throws: WeightFileError.self) {
      try PyTorchFile.decode(Array(old[..<start]) + call)
    }
    #expect("\(error)".contains("a file in a file"), "\(error)")
  }
}
