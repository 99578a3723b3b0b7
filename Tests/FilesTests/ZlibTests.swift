import Testing

@testable import BackpropFiles

@Suite struct ZlibTests {
  @Test func whatIsDeflatedComesBack() throws {
    let inputs: [[UInt8]] = [[], [7], Array(repeating: 1, count: 300_000), Array("hello".utf8)]
    for input in inputs {
      for wrapper in [Zlib.Wrapper.raw, .zlib, .gzip] {
        let packed = Zlib.deflate(input, wrapper: wrapper)
        let (output, consumed) = try Zlib.inflate(
          packed + [1, 2, 3], wrapper: wrapper, limit: 300_000)
        #expect(output == input)
        #expect(consumed == packed.count)
      }
    }
  }

  @Test func everyCutIsFound() {
    let packed = Zlib.deflate(Array("hello, hello, hello".utf8), wrapper: .zlib)
    for count in 0..<packed.count {
      #expect(throws: Zlib.Failure.truncated) {
        try Zlib.inflate(Array(packed[..<count]), wrapper: .zlib, limit: 100)
      }
    }
  }

  @Test func noMoreThanTheLimitIsInflated() throws {
    let bomb = Zlib.deflate([UInt8](repeating: 0, count: 1 << 20), wrapper: .zlib)
    #expect(throws: Zlib.Failure.tooLarge(limit: 1000)) {
      try Zlib.inflate(bomb, wrapper: .zlib, limit: 1000)
    }
    #expect(throws: Zlib.Failure.tooLarge(limit: (1 << 20) - 1)) {
      try Zlib.inflate(bomb, wrapper: .zlib, limit: (1 << 20) - 1)
    }
    #expect(try Zlib.inflate(bomb, wrapper: .zlib, limit: 1 << 20).output.count == 1 << 20)
  }

  /// The check value of CRC-32 in the catalogues of CRCs: "123456789" gives cbf43926.
  @Test func checksum() {
    let bytes = Array("x123456789x".utf8)
    #expect(Zlib.crc32(bytes, in: 1..<10) == 0xcbf4_3926)
  }
}
