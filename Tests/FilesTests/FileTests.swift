import BackpropTestSupport
import Testing

@testable import BackpropFiles

@Suite struct FileTests {
  @Test func partsOfAPath() {
    #expect(File.folder(of: "/a/b") == "/a")
    #expect(File.folder(of: "/a") == "/")
    #expect(File.folder(of: "/") == nil)
    #expect(File.folder(of: "a") == nil)
    #expect(File.name(of: "/a/b") == "b")
    #expect(File.name(of: "b") == "b")
    #expect(File.nameEnding(of: "/a.b/c.tar.gz") == "gz")
    #expect(File.nameEnding(of: "/a.b/c") == "")
    #expect(File.nameEnding(of: ".svg") == "")
    #expect(File.nameEnding(of: "a.") == "")
  }

  @Test func readsAtAnyPlaceAndNoFurtherThanTheEnd() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write(Array(0..<100), to: folder + "/a")
      let reader = try FileReader(folder + "/a")
      #expect(try reader.read(3, at: 50) == [50, 51, 52])
      #expect(try reader.read(10, at: 98) == [98, 99])
      #expect(try reader.read(0, at: 0) == [])
    }
  }

  @Test func errorsSayWhatAndWhere() throws {
    #expect(throws: FileError(operation: "read", path: "/no/such", reason: .notFound)) {
      try File.read("/no/such")
    }
    #expect(throws: FileError(operation: "read", path: "/tmp", reason: .isFolder)) {
      try File.read("/tmp")
    }
    let path = Fixtures.path("idx/images-idx3-ubyte")
    #expect(
      throws: FileError(operation: "read", path: path, reason: .tooLarge(found: 76, limit: 75))
    ) { try File.read(path, limit: 75) }
    #expect("\(FileError(operation: "read", path: "/no", reason: .notFound))".contains("'/no'"))
  }

  @Test func productsThatDoNotFitAreNil() {
    #expect(checkedProduct([]) == 1)
    #expect(checkedProduct([3, 4, 5]) == 60)
    #expect(checkedProduct([3, -4]) == nil)
    #expect(checkedProduct([1 << 40, 1 << 40]) == nil)
  }

  @Test func numbersOfFixedWidth() {
    let bytes: [UInt8] = [1, 2, 3, 4, 0xff]
    #expect(bytes.bigEndian(UInt32.self, at: 0) == 0x0102_0304)
    #expect(bytes.littleEndian(UInt32.self, at: 0) == 0x0403_0201)
    #expect(bytes.littleEndian(Int16.self, at: 3) == -252)
    #expect(bytes.bigEndian(UInt8.self, at: 4) == 255)
    var written: [UInt8] = []
    written.append(bigEndian: UInt16(0x102))
    written.append(littleEndian: UInt32(0xff04_0304))
    #expect(written == [1, 2, 4, 3, 4, 0xff])
  }
}
