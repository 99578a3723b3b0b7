import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropData
@testable import BackpropFiles

@Suite struct CSVBlocksTests {
  /// Wherever the blocks end, together they are the file, and each is of whole lines.
  @Test func blocksAreWholeLines() throws {
    let texts = [
      "a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4", "a\r1\r2\r\r3\r", "\n\n\n",
      "a,\"x\ny\"\n\"p,q\n\n\"\"r\",2\n3,\"\"\n", "5\" a,b\n\"\"\"\",c\nab\"\"c,d\n\"x\"\n",
    ]
    try withTemporaryFolder { folder in
      for text in texts {
        let path = folder + "/t.csv"
        try AtomicFile.write(Array(text.utf8), to: path)
        func rows(size: Int) throws -> [[String]] {
          var blocks = CSVBlocks(
            try FileReader(path), separator: UInt8(ascii: ","), from: 0, size: size)
          var rows: [[String]] = []
          while let block = try blocks.next() {
            try block.withUnsafeBufferPointer { bytes in
              var scanner = CSVScanner(bytes, separator: UInt8(ascii: ","))
              while scanner.beginLine() {
                var row: [String] = []
                while true {
                  let field = try scanner.field()
                  row.append(String(decoding: field.text, as: UTF8.self))
                  if field.isLast { break }
                }
                rows.append(row)
              }
            }
          }
          return rows
        }
        let expected = try rows(size: 1 << 20)
        for size in 1...text.utf8.count {
          #expect(try rows(size: size) == expected, "\(text) \(size)")
        }
      }
    }
  }

  @Test func numbers() {
    func parse(_ text: String) -> Double? {
      Array(text.utf8).withUnsafeBufferPointer { DecimalNumber.whole($0) }
    }
    for text in [
      "0", "-0", "1", "-1", "+7", "3.25", ".5", "5.", "1e3", "1E-3", "1.5e+2",
      "123456789.123456789",
      "0.1", "9007199254740993", "1e22", "1e23", "1e-22", "1e-30", "4.35",
      "12345678901234567890123",
      "1.234567890123456789e+00", "2.2250738585072014e-308", "1e-400", "000000000000000000000001",
    ] {
      let (found, expected) = (parse(text), Double(text))
      #expect(found.map(Float.init) == expected.map(Float.init), "\(text)")
    }
    for text in [
      "", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "0x10", "nan", "inf", "1,5", "1 2", "--1",
    ] {
      #expect(parse(text) == nil, "\(text)")
    }
  }

  /// Digits by the million: each number is the one that the exact way gives, as a `Float`.
  @Test func numbersAreExact() {
    var random = RandomSource(seed: 1)
    for round in 0..<200_000 {
      let digits = 1 + Int(random.below(19))
      var text = random.below(2) == 0 ? "-" : ""
      for _ in 0..<digits { text += "\(random.below(10))" }
      let point = text.index(text.endIndex, offsetBy: -Int(random.below(UInt32(digits + 1))))
      if round % 2 == 0 { text.insert(".", at: point) }
      if round % 3 == 0 { text += "e\(Int(random.below(60)) - 30)" }
      let expected = Double(text) ?? .nan
      let found = Array(text.utf8).withUnsafeBufferPointer { DecimalNumber.whole($0) }
      if Float(found ?? .nan) != Float(expected) {
        Issue.record("\(text): \(String(describing: found)), expected \(expected)")
        return
      }
    }
  }

  /// What lies next to the middle between two floats.
  @Test func middlesBetweenFloats() {
    var random = RandomSource(seed: 2)
    for _ in 0..<20_000 {
      let low = Float(bitPattern: 0x3000_0000 &+ random.below(0x2000_0000))
      let middle = (Double(low) + Double(low.nextUp)) / 2
      for text in ["\(middle)", "\(middle.nextUp)", "\(middle.nextDown)"] {
        let found = Array(text.utf8).withUnsafeBufferPointer { DecimalNumber.whole($0) }
        #expect(found.map(Float.init) == Float(Double(text)!), "\(text)")
      }
    }
  }
}
