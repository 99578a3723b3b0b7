import BackpropFiles
import Testing

@Suite struct JSONDocumentTests {
  private func read(_ text: String) throws -> JSONDocument { try JSONDocument(Array(text.utf8)) }

  @Test func readsWhatJSONHas() throws {
    let document = try read(
      #" {"a": [1, -2.5e3, true, false, null], "b": {"c": "x\n\"\\\/é\u00e9\ud83d\ude00"}, "": 0 } "#
    )
    #expect(
      document["a"] == .array([.number("1"), .number("-2.5e3"), .bool(true), .bool(false), .null]))
    #expect(document["b"]?["c"]?.string == "x\n\"\\/éé😀")
    #expect(document[""]?.integer == 0)
    #expect(document["d"] == nil)
    #expect(try read("18446744073709551615") == .number("18446744073709551615"))
    #expect(try read("\"\"").string == "")
    #expect(try read("[]") == .array([]))
    #expect(try read("{}") == .object([]))
  }

  @Test func numbers() throws {
    #expect(try read("3e2").integer == 300)
    #expect(try read("3.5").integer == nil)
    for text in ["0", "-0", "0.5", "-0.0", "10", "1E+2", "1e-05", "0e0", "1.00"] {
      #expect(try read(text) == .number(text))
    }
    #expect(try read("NaN").double?.isNaN == true)
    #expect(try read("-Infinity").double == -.infinity)
    #expect(try read("\"nan\"").double?.isNaN == true)
    #expect(try read("\"inf\"").double == .infinity)
    #expect(try read("\"3\"").double == nil)
  }

  /// What it writes, it reads.
  @Test func writes() throws {
    let text = #"{"a":[1,-2.5e3,true,null,"ü\n\u0001"],"b":{}}"#
    #expect(try read(text).description == text)
    #expect(try read("[NaN]").description == "[null]")
  }

  @Test func refusesWhatIsNone() {
    let texts = [
      "", " ", "{", "[", "\"", "{\"a\"}", "{\"a\":}", "{a:1}", "[1,]", "{\"a\":1,}", "1 2", "tru",
      "nul",
      "+1", "1.", "--1", "1e", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\u+123\"", "\"a\nb\"",
      "[1", "{]",
      // Numbers that RFC 8259 does not know.
      "01", "-01", "00", "[01]", ".5", "-.5", "-", "1.e5", "1e+", "1e-", "0x1", "1_000", "1e2.5",
      String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
    ]
    for text in texts {
      #expect(throws: JSONDocument.Failure.self, "\(text.prefix(20))") { try read(text) }
    }
    // Bytes that are no UTF-8.
    #expect(throws: JSONDocument.Failure.self) { try JSONDocument([0x22, 0xFF, 0x22]) }
  }

  /// Every beginning of a text is refused, and none ends the program.
  @Test func everyBeginning() throws {
    let bytes = Array(#"{"a":[1.5e3,true,"\u00e9x"],"b":null}"#.utf8)
    for count in 0..<bytes.count {
      #expect(throws: JSONDocument.Failure.self) { try JSONDocument(bytes[..<count]) }
    }
  }
}
