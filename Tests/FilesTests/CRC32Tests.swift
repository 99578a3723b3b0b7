import BackpropFiles
import Testing

@Suite struct CRC32Tests {
  /// The check value that every catalogue of CRCs gives for CRC-32.
  @Test func isTheCRC32() {
    var sum = CRC32()
    #expect(sum.value == 0)
    Array("12345".utf8).withUnsafeBytes { sum.add($0) }
    Array("6789".utf8).withUnsafeBytes { sum.add($0) }
    #expect(sum.value == 0xCBF4_3926)
    sum.add(UnsafeRawBufferPointer(start: nil, count: 0))
    #expect(sum.value == 0xCBF4_3926)
  }

  @Test func ofPartsIsThatOfTheWhole() {
    var sum = CRC32()
    for part in [[1, 2], [], [3, 4, 5]] as [[UInt8]] { sum.add(SharedBytes(part)) }
    #expect(sum.value == Zlib.crc32([1, 2, 3, 4, 5], in: 0..<5))
    #expect(CRC32().value == 0)
  }

  @Test func knowsWhereTextsEnd() {
    func sum(_ texts: [String]) -> CRC32 {
      var sum = CRC32()
      for text in texts { sum.add(text) }
      return sum
    }
    #expect(sum(["ab", "c"]) != sum(["a", "bc"]))
    #expect(sum(["ab", "c"]) == sum(["ab", "c"]))
  }
}
