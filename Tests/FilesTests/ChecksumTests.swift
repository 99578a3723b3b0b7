import BackpropFiles
import Testing

@Suite struct ChecksumTests {
  /// The check value that every catalogue of CRCs gives for CRC-32.
  @Test func isTheCRC32() {
    var sum = Checksum()
    #expect(sum.value == 0)
    Array("12345".utf8).withUnsafeBytes { sum.add($0) }
    Array("6789".utf8).withUnsafeBytes { sum.add($0) }
    #expect(sum.value == 0xCBF4_3926)
    sum.add(UnsafeRawBufferPointer(start: nil, count: 0))
    #expect(sum.value == 0xCBF4_3926)
  }

  @Test func knowsWhereTextsEnd() {
    func sum(_ texts: [String]) -> Checksum {
      var sum = Checksum()
      for text in texts { sum.add(text) }
      return sum
    }
    #expect(sum(["ab", "c"]) != sum(["a", "bc"]))
    #expect(sum(["ab", "c"]) == sum(["ab", "c"]))
  }
}
