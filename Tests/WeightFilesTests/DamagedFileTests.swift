import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

/// Every pickle and checkpoint among the fixtures, cut and changed in every way that a short test can
/// try: each is read or refused, and nothing crashes, hangs or fills the memory.
@Suite struct DamagedFileTests {
  private static let files = [
    "checkpoints/types.pt", "checkpoints/types-old.pt", "checkpoints/views.pt",
    "checkpoints/views-old.pt", "checkpoints/momentum-old.pt", "checkpoints/big-endian.pt",
    "checkpoints/tensors-2.pkl", "checkpoints/tensors-4.pkl",
    "checkpoints/containers-0.pkl", "checkpoints/containers-1.pkl", "checkpoints/containers-2.pkl",
    "checkpoints/containers-3.pkl", "checkpoints/containers-4.pkl", "checkpoints/containers-5.pkl",
    "checkpoints/numbers-0.pkl", "pickle/numpy1.pkl", "pickle/python2.pkl",
  ]

  private func decode(_ bytes: [UInt8], like file: String) throws -> PickleValue {
    try file.hasSuffix(".pt") ? PyTorchFile.decode(bytes) : Pickle.decode(bytes)
  }

  @Test(arguments: files)
  func everyCutIsAnError(_ file: String) throws {
    let bytes = try Fixtures.bytes(file)
    for count in 0..<bytes.count {
      #expect(throws: WeightFileError.self, "\(file), \(count) bytes") {
        try decode(Array(bytes[..<count]), like: file)
      }
    }
  }

  /// The members of a zip archive are guarded by their checksums: what is changed is what they hold.
  private func parts(_ file: String) throws -> [(name: String, content: [UInt8])] {
    let bytes = try Fixtures.bytes(file)
    guard WeightFileFormat(firstBytes: Array(bytes.prefix(128))) == .zip else {
      return [("", bytes)]
    }
    let archive = try ZipArchive(bytes)
    return try archive.entries.map { ($0.name, try archive.content(of: $0)) }
  }

  @Test(arguments: files)
  func damageIsReadOrRefused(_ file: String) throws {
    let parts = try parts(file)
    let pickle = parts.firstIndex { $0.name.isEmpty || $0.name.hasSuffix("data.pkl") }!
    var random = RandomSource(seed: 7)
    func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
    let content = parts[pickle].content
    // Each position in turn, and chance where there are many.
    let rounds = min(4 * content.count, 1500)
    var errors = 0
    for round in 0..<rounds {
      var damaged = content
      let start = round < content.count ? round : below(content.count)
      switch below(6) {
      case 0: damaged[start] ^= 1 << UInt8(below(8))
      case 1: damaged[start] = UInt8(below(256))
      case 2: damaged.insert(UInt8(below(256)), at: start)
      case 3: damaged.remove(at: start)
      case 4:
        // Another piece of the same file.
        let source = below(content.count)
        let count = min(1 + below(16), content.count - source)
        damaged.insert(contentsOf: content[source..<source + count], at: start)
      default:
        // Lengths and numbers that are as large as they can be.
        let end = min(start + [1, 2, 4, 8][below(4)], damaged.count)
        for index in start..<end { damaged[index] = index == end - 1 ? 0x7f : 0xff }
      }
      var whole = parts
      whole[pickle].content = damaged
      let bytes = whole.count == 1 ? damaged : ZipArchive.encode(whole)
      do {
        let value = try decode(bytes, like: file)
        // Which of it are weights may be unclear.
        _ = try? value.weights(under: nil).flattened()
      } catch {
        #expect(error is WeightFileError)
        errors += 1
      }
    }
    #expect(errors > rounds / 4)
  }

  /// The list of the archive, which the checksums do not guard.
  @Test func damagedArchivesAreReadOrRefused() throws {
    let bytes = try Fixtures.bytes("checkpoints/views.pt")
    var errors = 0
    for index in bytes.indices {
      for change: UInt8 in [0x01, 0x80, 0xff] {
        var damaged = bytes
        damaged[index] ^= change
        do {
          _ = try PyTorchFile.decode(damaged)
        } catch {
          errors += 1
        }
      }
    }
    #expect(errors > bytes.count)
  }
}
