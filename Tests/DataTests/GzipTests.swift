import BackpropTestSupport
import Testing

@testable import BackpropData
@testable import BackpropFiles

@Suite struct GzipTests {
  @Test func plainAndPackedFilesReadAlike() throws {
    for name in ["images-idx3-ubyte", "labels-idx1-ubyte"] {
      let plain = try Gzip.readPossiblyCompressed(Fixtures.path("idx/\(name)"))
      let packed = try Gzip.readPossiblyCompressed(Fixtures.path("idx/\(name).gz"))
      #expect(plain == packed)
      #expect(plain == (try Fixtures.bytes("idx/\(name)")))
    }
  }

  @Test func membersFollowOneAnother() throws {
    let file = try Fixtures.bytes("idx/two-members.gz")
    let expected = try Fixtures.bytes("idx/images-idx3-ubyte")
    #expect(try Gzip.inflate(file, file: "a") == expected)
    #expect(try Gzip.inflate(file + [0, 0, 0], file: "a") == expected)
    #expect(throws: GzipError.self) { try Gzip.inflate(file + [7, 7, 7], file: "a") }
  }

  @Test func everyCutIsFound() throws {
    let file = try Fixtures.bytes("idx/images-idx3-ubyte.gz")
    for count in 0..<file.count {
      #expect(throws: GzipError(.truncated, file: "a.gz")) {
        try Gzip.inflate(Array(file[..<count]), file: "a.gz")
      }
    }
    #expect("\(GzipError(.truncated, file: "a.gz"))".contains("'a.gz'"))
  }

  @Test func damageIsFound() throws {
    let file = try Fixtures.bytes("idx/images-idx3-ubyte.gz")
    var damaged = file
    damaged[file.count - 8] ^= 1
    #expect(throws: GzipError(.badChecksum, file: "a")) { try Gzip.inflate(damaged, file: "a") }
    damaged = file
    damaged[file.count - 1] ^= 1
    #expect(throws: GzipError.self) { try Gzip.inflate(damaged, file: "a") }
    for index in 10..<file.count {
      damaged = file
      damaged[index] ^= 0x10
      #expect(throws: GzipError.self, "byte \(index)") { try Gzip.inflate(damaged, file: "a") }
    }
  }

  @Test func moreThanTheLimitIsRefused() throws {
    let file = try Fixtures.bytes("idx/images-idx3-ubyte.gz")
    #expect(throws: GzipError(.tooLarge(limit: 75), file: "a")) {
      try Gzip.inflate(file, file: "a", limit: 75)
    }
    #expect(try Gzip.inflate(file, file: "a", limit: 76).count == 76)
  }

  /// Members that hold nothing cost nothing, whatever the last of them says of its size.
  @Test func manyEmptyMembers() throws {
    let empty = Zlib.deflate([], wrapper: .gzip)
    var file: [UInt8] = []
    for _ in 0..<5000 { file += empty }
    file.replaceSubrange((file.count - 4)..., with: [0, 0xe1, 0xf5, 5])
    let time = processorTime {
      #expect(throws: GzipError(.badChecksum, file: "a")) { try Gzip.inflate(file, file: "a") }
      file.replaceSubrange((file.count - 4)..., with: [0, 0, 0, 0])
      #expect((try? Gzip.inflate(file, file: "a")) == [])
    }
    #expect(time < 5, "\(time) s")
  }

  @Test func whoeverTakesTheContentMayRefuseIt() throws {
    let file = Zlib.deflate([UInt8](repeating: 0, count: 10 << 20), wrapper: .gzip)
    struct Enough: Error {}
    var taken = 0
    #expect(throws: Enough.self) {
      try Gzip.inflate(file, file: "a") {
        taken += $0.count
        throw Enough()
      }
    }
    #expect((1...Inflater.pieceSize).contains(taken))
  }
}
