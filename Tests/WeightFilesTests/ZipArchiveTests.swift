import BackpropTestSupport
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

@Suite struct ZipArchiveTests {
  /// Sizes and counts of 64 bits, as Python writes them.
  @Test func longSizes() throws {
    for name in ["zip64", "zip64-packed"] {
      let arrays = try NPZ.read(Fixtures.path("npy/\(name).npz"))
      #expect(arrays.map(\.name) == ["a", "b"])
      #expect(arrays[0].array.array.doubles == (0..<100).map(Double.init))
      #expect(arrays[1].array.array.scalars(as: UInt16.self) == [1, 2])
    }
  }

  @Test func everyCutIsAnError() throws {
    for name in ["npy/zip64.npz", "npy/zip64-packed.npz", "pytorch/square.pt"] {
      let bytes = try Fixtures.bytes(name)
      for count in 0..<bytes.count {
        #expect(throws: WeightFileError.self) { try ZipArchive(Array(bytes[..<count])) }
      }
    }
  }

  @Test func damageNeverCrashes() throws {
    let bytes = try Fixtures.bytes("npy/zip64-packed.npz")
    var errors = 0
    for index in bytes.indices {
      for change: UInt8 in [0x01, 0x40, 0x80, 0xff] {
        var damaged = bytes
        damaged[index] ^= change
        if (try? NPZ.decode(damaged)) == nil { errors += 1 }
      }
    }
    #expect(errors > bytes.count)
  }

  @Test func whatIsWrittenComesBackWithAlignedContent() throws {
    let files: [(name: String, content: [UInt8])] = [
      ("a", [1, 2, 3]), ("folder/é", []),
      ("long", (0..<1000).map { UInt8(truncatingIfNeeded: $0) }),
    ]
    let bytes = ZipArchive.encode(files)
    let archive = try ZipArchive(bytes)
    #expect(archive.entries.map(\.name) == files.map(\.name))
    for (entry, file) in zip(archive.entries, files) {
      #expect(try archive.content(of: entry) == file.content)
      let header = entry.headerStart
      let names = [26, 28].map { Int(bytes.littleEndian(UInt16.self, at: header + $0)) }
      #expect((header + 30 + names[0] + names[1]) % 64 == 0)
    }
    #expect(try ZipArchive(ZipArchive.encode([])).entries.isEmpty)
  }

  @Test func moreEntriesThanSixteenBitsCount() throws {
    let files = (0..<70_000).map { (name: "\($0)", content: [UInt8]()) }
    let archive = try ZipArchive(ZipArchive.encode(files))
    #expect(archive.entries.count == 70_000)
    #expect(archive.entries.last?.name == "69999")
  }

  private func error(_ bytes: [UInt8]) throws -> String {
    "\(try #require(throws: WeightFileError.self) { try ZipArchive(bytes) })"
  }

  @Test func entriesThatNoProgramWrites() throws {
    let one = ZipArchive.encode([(name: "a", content: [1, 2, 3])])
    let two = ZipArchive.encode([
      (name: "a", content: [1, 2, 3]), (name: "b", content: [4, 5, 6]),
    ])
    /// Where the entry's fields begin in the list.
    func place(_ bytes: [UInt8], _ index: Int) -> Int {
      bytes.indices.filter { $0 + 4 <= bytes.count && bytes[$0..<$0 + 4] == [0x50, 0x4b, 1, 2] }[
        index]
    }
    func changed(_ bytes: [UInt8], _ place: Int, _ value: [UInt8]) -> [UInt8] {
      var bytes = bytes
      bytes.replaceSubrange(place..<place + value.count, with: value)
      return bytes
    }
    // Two of one name.
    #expect(try error(changed(two, place(two, 1) + 46, [0x61])).contains("'a' twice"))
    // The second begins where the first does: one of its bytes would be used twice.
    #expect(try error(changed(two, place(two, 1) + 42, [0, 0, 0, 0])).contains("reaches into"))
    // Past the end, by a little and by much.
    let start = place(one, 0)
    #expect(
      try error(changed(one, start + 20, [200, 0, 0, 0, 200, 0, 0, 0])).contains("reaches into"))
    #expect(try error(changed(one, start + 42, [255, 255, 255, 0])).contains("reaches into"))
    // Larger than what is stored, or than what can be packed in it.
    #expect(try error(changed(one, start + 24, [200, 0, 0, 0])).contains("made up"))
    let packed = changed(changed(one, start + 10, [8]), start + 24, [0, 0, 0, 128])
    #expect(try error(packed).contains("made up"))
    // Long sizes that are not there, or of 2^63.
    #expect(try error(changed(one, start + 24, [255, 255, 255, 255])).contains("missing"))
    // Encrypted, and packed in a way of which nobody knows.
    #expect(try error(changed(one, start + 8, [1])).contains("encryption"))
    #expect(try error(changed(one, start + 10, [99])).contains("method 99"))
    // A count that is made up.
    #expect(try error(changed(one, one.count - 12, [255, 0])).contains("list"))
  }

  /// A mebibyte of it would give a gibibyte; what is not asked for is not unpacked.
  @Test func whatExpandsWithoutEndIsRefused() throws {
    let zeros = [UInt8](repeating: 0, count: 1 << 24)
    let packed = Zlib.deflate(zeros, wrapper: .raw, level: 9)
    var bytes = ZipArchive.encode([(name: "a.npy", content: packed)])
    let place = bytes.indices.last { bytes[$0...].starts(with: [0x50, 0x4b, 1, 2]) }!
    bytes[place + 10] = 8
    for (index, byte) in withUnsafeBytes(of: UInt32(zeros.count).littleEndian, Array.init)
      .enumerated()
    {
      bytes[place + 24 + index] = byte
    }
    let error = try #require(throws: WeightFileError.self) { try NPZ.decode(bytes, limit: 1 << 20) }
    guard case .limitExceeded = error.reason else {
      Issue.record("\(error)")
      return
    }
  }
}
