import Foundation
import Testing

@testable import BackpropFiles

@Suite struct JSONTextTests {
  @Test func everyCharacterReadsBack() throws {
    for value in Array(0..<0x250) + [0x2028, 0x2029, 0xFFFD, 0x1F600] {
      let text = String(Unicode.Scalar(UInt32(value))!)
      let json = Data(jsonQuoted(text).utf8)
      let read = try JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed)
      #expect(read as? String == text, "character \(value)")
    }
  }

  @Test func onlyWhatMustBeIsEscaped() {
    #expect(jsonQuoted("a/é学 \"\\") == #""a/é学 \"\\""#)
    #expect(jsonQuoted("\n\r\t\u{8}\u{c}\0\u{1f}") == #""\n\r\t\b\f\u0000\u001f""#)
  }
}
