import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

/// GGUF files that are cut short, damaged, or made to do harm: each is read or refused, and nothing
/// crashes, hangs or fills the memory.
@Suite struct HostileGGUFTests {
  /// The bytes of a file of one's own making.
  private struct Draft {
    var bytes = Array("GGUF".utf8)

    init(version: UInt32 = 3, tensors: UInt64 = 0, values: UInt64 = 0) {
      add(version)
      add(tensors)
      add(values)
    }

    mutating func add<T: FixedWidthInteger>(_ value: T) { bytes.append(littleEndian: value) }

    mutating func add(_ text: String, length: UInt64? = nil) {
      add(length ?? UInt64(text.utf8.count))
      bytes += text.utf8
    }

    mutating func addTensor(
      _ name: String, _ sizes: [UInt64], type: UInt32 = 0, offset: UInt64 = 0, rank: UInt32? = nil
    ) {
      add(name)
      add(rank ?? UInt32(sizes.count))
      for size in sizes { add(size) }
      add(type)
      add(offset)
    }

    /// With so many bytes of data at a multiple of 32.
    func with(data count: Int) -> [UInt8] {
      bytes + [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32 + count)
    }
  }

  private func expectRefusal(_ bytes: [UInt8], _ text: String) {
    let error = #expect(throws: WeightFileError.self, "\(text)") { try GGUF(bytes) }
    #expect("\(error!)".contains(text), "\(error!)")
  }

  @Test(arguments: ["types.gguf", "aligned.gguf", "version-2.gguf"])
  func everyCutIsAnError(_ name: String) throws {
    let bytes = try Fixtures.bytes("gguf/" + name)
    // The padding behind the last tensor may be missing.
    let end = bytes.lastIndex { $0 != 0 }! + 1
    for count in 0..<end {
      #expect(throws: WeightFileError.self, "\(count) bytes") { try GGUF(Array(bytes[..<count])) }
    }
    #expect(throws: Never.self) { try GGUF(bytes) }
  }

  @Test func damageIsReadOrRefused() throws {
    let bytes = try Fixtures.bytes("gguf/types.gguf")
    var random = RandomSource(seed: 5)
    func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
    var errors = 0
    for round in 0..<6000 {
      var damaged = bytes
      let start = round < 1500 ? round % bytes.count : below(1500)
      switch below(5) {
      case 0: damaged[start] ^= 1 << UInt8(below(8))
      case 1: damaged[start] = UInt8(below(256))
      case 2: damaged.insert(UInt8(below(256)), at: start)
      case 3: damaged.remove(at: start)
      default:
        let end = min(start + [1, 2, 4, 8][below(4)], damaged.count)
        for index in start..<end { damaged[index] = index == end - 1 ? 0x7f : 0xff }
      }
      do throws(WeightFileError) {
        let file = try GGUF(damaged)
        for tensor in file.tensors { _ = try? tensor.array().array }
        for (_, value) in file.metadata { _ = value.array?.values }
      } catch { errors += 1 }
    }
    #expect(errors > 1000)
  }

  @Test func countsThatCannotBe() {
    for count in [UInt64.max, 1 << 63, 1 << 62, 1 << 32, 1000] {
      expectRefusal(Draft(tensors: count).bytes, "claims \(count) tensors")
      expectRefusal(Draft(values: count).bytes, "claims \(count) metadata")
    }
    expectRefusal(Draft(version: 1).bytes, "version 1")
    expectRefusal(Draft(version: 4).bytes, "version 4")
    expectRefusal(Draft(version: 3 << 24).bytes, "byte order")
    expectRefusal(Array("GGML".utf8) + [UInt8](repeating: 0, count: 40), "letters GGUF")
  }

  @Test func textsThatReachBeyondTheEnd() {
    for length in [UInt64.max, 1 << 63, 1 << 40, 14] {
      var key = Draft(values: 1)
      key.add("some key", length: length)
      key.add(UInt32(4))
      expectRefusal(key.bytes, "claims \(length) bytes")
      var value = Draft(values: 1)
      value.add("key")
      value.add(UInt32(8))
      value.add("text", length: length)
      expectRefusal(value.bytes, "claims \(length) bytes")
      var tensor = Draft(tensors: 1)
      tensor.add("name of a tensor", length: length == 14 ? 40 : length)
      expectRefusal(tensor.bytes + [0, 0, 0, 0], "bytes")
    }
    var key = Draft(values: 1)
    key.add(UInt64(2))
    key.bytes += [0xc3, 0x28]
    key.add(UInt32(0))
    key.add(UInt64(1))
    expectRefusal(key.bytes, "no UTF-8")
  }

  @Test func arraysThatCannotBe() {
    func array(_ body: (inout Draft) -> Void) -> [UInt8] {
      var draft = Draft(values: 1)
      draft.add("key")
      draft.add(UInt32(9))
      body(&draft)
      return draft.bytes + [0, 0, 0, 0]
    }
    for count in [UInt64.max, 1 << 63, 1 << 61, 1 << 32] {
      for kind in UInt32(0)...12 {
        expectRefusal(
          array {
            $0.add(kind)
            $0.add(count)
          }, "claims \(count) values")
      }
    }
    expectRefusal(
      array {
        $0.add(UInt32(13))
        $0.add(UInt64(0))
      }, "no such type")
    expectRefusal(
      array {
        for _ in 0..<100_000 {
          $0.add(UInt32(9))
          $0.add(UInt64(1))
        }
      }, "more than 8 deep")
    expectRefusal(
      array {
        $0.add(UInt32(7))
        $0.add(UInt64(2))
        $0.bytes += [1, 2]
      }, "a truth value")
    // Deep, but not too deep, and empty at the bottom.
    let deep = array {
      for _ in 0..<7 {
        $0.add(UInt32(9))
        $0.add(UInt64(1))
      }
      $0.add(UInt32(4))
      $0.add(UInt64(0))
    }
    #expect(throws: Never.self) { try GGUF(deep) }
  }

  @Test func sizesThatCannotBe() {
    func tensor(_ sizes: [UInt64], type: UInt32 = 0, rank: UInt32? = nil) -> [UInt8] {
      var draft = Draft(tensors: 1)
      draft.addTensor("t", sizes, type: type, rank: rank)
      return draft.with(data: 64)
    }
    expectRefusal(tensor([.max]), "no computer can hold")
    expectRefusal(tensor([1 << 63, 2]), "no computer can hold")
    expectRefusal(tensor([1 << 32, 1 << 32]), "no computer can hold")
    expectRefusal(tensor([1 << 31, 1 << 31, 1 << 31, 1 << 31]), "no computer can hold")
    expectRefusal(tensor([1 << 40, 0, 1 << 40]), "no computer can hold")
    expectRefusal(tensor([1, 1, 1, 1, 1]), "5 axes")
    expectRefusal(tensor([], rank: .max), "axes")
    expectRefusal(tensor([17]), "cut short")
    expectRefusal(tensor([33], type: 8), "blocks of Q8_0 are of 32")
    expectRefusal(tensor([32], type: 4), "type 4")
    expectRefusal(tensor([32], type: .max), "not known")
    #expect(throws: Never.self) { try GGUF(tensor([16])) }
    #expect(throws: Never.self) { try GGUF(tensor([])) }
  }

  @Test func placesThatCannotBe() {
    func tensors(_ places: [UInt64], name: (Int) -> String = { "t\($0)" }) -> [UInt8] {
      var draft = Draft(tensors: UInt64(places.count))
      for (index, place) in places.enumerated() {
        draft.addTensor(name(index), [8], offset: place)
      }
      return draft.with(data: 128)
    }
    expectRefusal(tensors([1]), "no multiple of 32")
    expectRefusal(tensors([0, 0]), "the one before it ends")
    expectRefusal(tensors([128]), "cut short")
    expectRefusal(tensors([0, 1 << 40]), "cut short")
    expectRefusal(tensors([.max]), "where no file has any")
    expectRefusal(tensors([0, 32]) { _ in "twice" }, "called 'twice'")
    #expect(throws: Never.self) { try GGUF(tensors([96, 0, 32])) }
    // One without numbers may lie anywhere.
    var empty = Draft(tensors: 1)
    empty.addTensor("empty", [0], offset: 1 << 20)
    #expect((try? GGUF(empty.with(data: 0)))?.tensors.first?.bytes == [])
  }

  @Test func alignmentsAndKeysThatCannotBe() {
    for (kind, value) in [(UInt32(4), UInt32(0)), (4, 24), (4, 3), (5, 32)] {
      var draft = Draft(values: 1)
      draft.add("general.alignment")
      draft.add(kind)
      draft.add(value)
      expectRefusal(draft.bytes, "power of two")
    }
    var large = Draft(tensors: 1, values: 1)
    large.add("general.alignment")
    large.add(UInt32(4))
    large.add(UInt32(1) << 31)
    large.addTensor("t", [1])
    expectRefusal(large.with(data: 4), "cut short")
    var twice = Draft(values: 2)
    for _ in 0..<2 {
      twice.add("key")
      twice.add(UInt32(0))
      twice.bytes.append(1)
    }
    expectRefusal(twice.bytes, "'key' twice")
  }
}
