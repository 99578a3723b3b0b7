import Testing

@testable import BackpropTokenizers

/// Regular expressions: what is refused, and that none takes too long.
@Suite struct PatternTests {
  private func matches(_ expression: RegularExpression, in text: String) -> [String] {
    let bytes = Array(text.utf8)
    var result: [String] = []
    bytes.withUnsafeBufferPointer { buffer in
      expression.forEachSegment(of: buffer) { range, isMatch in
        if isMatch { result.append(String(decoding: bytes[range], as: UTF8.self)) }
      }
    }
    return result
  }

  @Test(arguments: [
    (#"(a*)*b"#, "a repetition without end of what may be empty"),
    (#"(?>a)"#, "the atomic group '(?>'"),
    (#"(a)\1"#, #"'\1'"#),
    (#"(?=ab)c"#, "a look at more or less than one character, '(?=' and the like"),
    (#"\p{Greek}"#, #"'\p{Greek}'"#),
    (#"\X"#, #"'\X'"#),
    (#"\K"#, #"'\K'"#),
    (#"[[:alpha:]]"#, "the class '[:'"),
    (#"(?x)a"#, "the group '(?x'"),
    (#"(?i)é"#, "'(?i)' for other letters than those of ASCII, and for a class of others"),
    (#"(?i)gross"#, "'ss' in any case, for which a ligature may stand"),
    (#"(?:ab)*+"#, "a possessive quantifier after a group"),
    (#"a{1000}"#, "a number above 255 in braces"),
    (#"(?:a{255}){255}"#, "an expression of more than 512 steps"),
    (String(repeating: "(", count: 40), "nesting deeper than 32"),
    (String(repeating: "[", count: 40), "nesting deeper than 32"),
    (String(repeating: "a", count: 30_000), "an expression of more than 20000 characters"),
  ])
  func whatIsNotSupportedIsNamed(_ source: String, _ problem: String) {
    #expect(throws: PatternError.unsupported(problem)) { try RegularExpression(source) }
  }

  @Test(arguments: [
    "(", ")", "a)", "[", "[a", "*", "a|+", "\\", "\\p{L", "\\x{110000}", "\\x{41", "[z-a]", "(?",
    "(?<n", "\\u12", "[\\",
  ])
  func whatIsMalformedIsSaid(_ source: String) {
    #expect {
      try RegularExpression(source)
    } throws: {
      ($0 as? PatternError)?.reason == .malformed
    }
  }

  @Test func theFirstAlternativeCounts() throws {
    #expect(matches(try RegularExpression("a|ab|abc"), in: "abc") == ["a"])
    #expect(matches(try RegularExpression("(?:a|ab)c|b"), in: "abc") == ["abc"])
    #expect(matches(try RegularExpression("a+?b?"), in: "aab") == ["a", "ab"])
    #expect(matches(try RegularExpression("a++ab|b"), in: "aab") == ["b"])
  }

  /// Texts on which a machine that only goes back would take for ever, or the square of the length.
  @Test(arguments: [
    "(?:a+)+b", "(?:a|a)+b", "(?:a|aa)+$b", "a+a+a+a+b", "a*a*a*a*b", "(?:a+?)+?b", "(?:aa?)+b",
    #"\p{L}+\p{L}+\d"#, "a++b", "(?:a{1,9}){1,9}b",
  ])
  func hostileOnesEnd(_ source: String) throws {
    let expression = try RegularExpression(source)
    #expect(matches(expression, in: String(repeating: "a", count: 5_000)).isEmpty)
    // And find what there is when failures are noted.
    let text = String(repeating: "a", count: 3_000) + "!" + "aaaab1"
    #expect(matches(expression, in: text).isEmpty == source.hasSuffix("$b"))
  }

  /// Nothing, a million million times: it is no step, so that no limit on these ends it.
  @Test func repeatedEmptyGroupsEnd() throws {
    let expression = try RegularExpression(
      "(?:(?:(?:(?:(?:){255}){255}){255}){255}){255}b")
    #expect(matches(expression, in: "ab") == ["b"])
  }

  @Test func findsTheSameWhenFailuresAreNoted() throws {
    let expression = try RegularExpression(#"(?:a+)+b|a|\s+(?!\S)|\s|.."#)
    let hostile = String(repeating: "a", count: 2_000)
    let tail = "  aab  x é aaab   y a"
    #expect(
      matches(expression, in: hostile + tail).suffix(12)
        == matches(expression, in: "!!" + tail).suffix(12))
  }
}
