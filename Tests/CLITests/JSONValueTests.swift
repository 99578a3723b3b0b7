import Foundation
import Testing

@testable import BackpropCLI

@Suite struct JSONValueTests {
  @Test func readsBackAsItWas() throws {
    let text = "quote \" backslash \\ line\nbell \u{7} null \0 é 学"
    let numbers = [0.1, 1.0 / 3, 1e-300, 1e300, 0.9352, -0.0]
    let value = JSONValue.object([
      ("text", .string(text)), ("numbers", .array(numbers.map(JSONValue.number))),
      ("whole", 42), ("yes", .bool(true)), ("nothing", .null), ("nan", .number(.nan)),
    ])
    let read = try #require(
      try JSONSerialization.jsonObject(with: Data(value.description.utf8)) as? [String: Any])
    #expect(read["text"] as? String == text)
    #expect(read["numbers"] as? [Double] == numbers)
    #expect(read["whole"] as? Int == 42)
    #expect(read["yes"] as? Bool == true)
    #expect(read["nothing"] is NSNull)
    #expect(read["nan"] is NSNull)
  }

  @Test func keepsTheOrderOfItsMembers() {
    let value = JSONValue.object([("b", 1), ("a", "x"), ("c", .array([]))])
    #expect(value.description == #"{"b":1,"a":"x","c":[]}"#)
  }
}
