import BackpropTestSupport
import Testing

@testable import BackpropData
@testable import BackpropFiles

@Suite struct IDXTests {
  @Test func readsEveryDimension() throws {
    let images = try IDXFile(contentsOf: Fixtures.path("idx/images-idx3-ubyte.gz"), rank: 3)
    #expect(images.shape == [3, 4, 5])
    #expect(images.bytes == Array(try Fixtures.bytes("idx/images-idx3-ubyte")[16...]))
    let labels = try IDXFile(contentsOf: Fixtures.path("idx/labels-idx1-ubyte"))
    #expect(labels == (try IDXFile([0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9], file: "b")))
    #expect(labels.shape == [3] && labels.bytes == [7, 0, 9])
  }

  @Test func badFilesAreNamedWithWhatWasExpected() {
    func check(
      _ bytes: [UInt8], _ reason: DatasetError.Reason, _ text: String,
      _ location: SourceLocation = #_sourceLocation
    ) {
      #expect(throws: DatasetError(reason, file: "f"), sourceLocation: location) {
        try IDXFile(bytes, rank: 3, file: "f")
      }
      let description = "\(DatasetError(reason, file: "f"))"
      #expect(
        description.contains(text) && description.contains("'f'"), "\(description)",
        sourceLocation: location)
    }
    let size2: [UInt8] = [0, 0, 0, 2]
    let header = [0, 0, 8, 3] + size2 + size2 + size2
    check(
      [0, 0, 8, 1, 0, 0, 0, 1, 5], .wrongMagic(expected: 0x803, found: 0x801),
      "expected the magic number 0x00000803 (bytes in 3 dimensions), found 0x00000801")
    check(Array("<html>".utf8), .wrongMagic(expected: 0x803, found: 0x3c68_746d), "0x3c68746d")
    check([0, 0, 13, 3], .wrongMagic(expected: 0x803, found: 0xd03), "0x00000d03")
    check([], .empty, "no examples")
    check([0, 0], .wrongByteCount(expected: 4, found: 2), "expected 4")
    check([0, 0, 8, 3, 0], .wrongByteCount(expected: 16, found: 5), "expected 16")
    check(
      header + [UInt8](repeating: 0, count: 7), .wrongByteCount(expected: 24, found: 23),
      "is cut short: expected 24 bytes by its header, found 23")
    check(
      header + [UInt8](repeating: 0, count: 9), .wrongByteCount(expected: 24, found: 25),
      "is too long")
    check([0, 0, 8, 3, 0, 0, 0, 0] + size2 + size2, .empty, "no examples")
    let most = Int(UInt32.max)
    check(
      [0, 0, 8, 3] + [UInt8](repeating: 255, count: 12), .absurdShape([most, most, most]),
      "4294967295 x 4294967295")
  }

  /// What is packed is refused when what came so far shows that it is wrong, not at its end: here the
  /// end is damaged, and nobody gets so far.
  @Test func packedFilesAreRefusedEarly() throws {
    try withTemporaryFolder { folder in
      func check(_ content: [UInt8], _ holds: (DatasetError.Reason) -> Bool) throws {
        var packed = Zlib.deflate(content, wrapper: .gzip)
        packed[packed.count - 1] ^= 1
        try AtomicFile.write(packed, to: folder + "/a.gz")
        let error = #expect(throws: DatasetError.self) {
          try IDXFile(contentsOf: folder + "/a.gz", rank: 3)
        }
        #expect(error.map { holds($0.reason) } == true, "\(String(describing: error))")
      }
      try check([UInt8](repeating: 0, count: 20 << 20)) {
        $0 == .wrongMagic(expected: 0x803, found: 0)
      }
      let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2]
      try check(header + [UInt8](repeating: 0, count: 20 << 20)) {
        if case .wrongByteCount(24, let found) = $0 { found <= Inflater.pieceSize } else { false }
      }
    }
  }
}
