import BackpropFiles

/// What a text is searched for.
enum Pattern: Sendable {
  /// A text.
  case literal([UInt8])
  /// A regular expression.
  case expression(RegularExpression)

  /// Reads `pattern`: `{"String": …}` or `{"Regex": …}`.
  ///
  /// - Throws: `TokenizerError`.
  init(_ component: ComponentJSON) throws(TokenizerError) {
    guard case .object(let members)? = component.member("pattern"), members.count == 1 else {
      throw component.invalid("pattern", "expected an object with String or Regex")
    }
    switch (members[0].name, members[0].value) {
    case ("String", .string(let text)): self = .literal(Array(text.utf8))
    case ("Regex", .string(let source)):
      do {
        self = .expression(try RegularExpression(source))
      } catch {
        let place = component.place + ".pattern.Regex"
        switch error.reason {
        case .malformed:
          throw TokenizerError(.invalid("the regular expression '\(source)': \(error)"), at: place)
        case .unsupported:
          throw TokenizerError(
            .unsupported("in the regular expression '\(source)': \(error)"), at: place)
        }
      }
    default: throw component.invalid("pattern", "expected an object with String or Regex")
    }
  }

  /// Takes a text apart.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - body: gets what is found and what lies between, in order, and whether it was found.
  @inline(__always)
  func forEachSegment(of bytes: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>, Bool) -> Void) {
    switch self {
    case .expression(let expression): expression.forEachSegment(of: bytes, body)
    case .literal(let text):
      var (start, position) = (0, 0)
      // An empty text is found between all characters.
      while position + text.count <= bytes.count, !bytes.isEmpty {
        if bytes[position..<position + text.count].elementsEqual(text) {
          if start < position { body(start..<position, false) }
          start = position + text.count
          body(position..<start, true)
          guard text.isEmpty else {
            position = start
            continue
          }
          position += position < bytes.count ? bytes.codePoint(at: position).length : 1
        } else {
          position += 1
        }
      }
      if start < bytes.count { body(start..<bytes.count, false) }
    }
  }
}
