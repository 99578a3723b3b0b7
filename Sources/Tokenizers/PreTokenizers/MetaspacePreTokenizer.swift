/// Puts a visible character in the place of each space, as SentencePiece does, and cuts before it.
struct MetaspacePreTokenizer: PreTokenizer {
  /// When a text begins with the character though it has no space there.
  enum Prefix: String, Sendable { case always, first, never }

  private let replacement: UInt32
  private let replacementBytes: [UInt8]
  private let prefix: Prefix
  private let splits: Bool

  /// Reads the description. `add_prefix_space` is how older files say it.
  ///
  /// - Throws: `TokenizerError`.
  init(_ component: ComponentJSON) throws(TokenizerError) {
    try component.expectMetaspace()
    replacement = try component.codePoint("replacement")
    replacementBytes = [UInt8](codePoint: replacement)
    splits = try component.bool("split", standard: true)
    let adds = try component.bool("add_prefix_space", standard: true)
    let scheme = try component.string(
      "prepend_scheme", standard: (adds ? Prefix.always : .never).rawValue)
    guard let prefix = Prefix(rawValue: scheme) else {
      throw component.invalid("prepend_scheme", "expected always, first or never")
    }
    if !adds, prefix != .never {
      throw component.invalid("prepend_scheme", "'\(scheme)' contradicts add_prefix_space")
    }
    self.prefix = prefix
  }

  var needsOrigins: Bool { prefix == .first }

  func preTokenize(_ text: inout PreTokenizedText) {
    text.transform { text, original in
      var ranges: [Range<Int>] = []
      for (index, byte) in text.bytes.enumerated() where byte == 0x20 {
        ranges.append(index..<index + 1)
      }
      text.replace(ranges, with: replacementBytes)
      if prefix == .always || prefix == .first && original.lowerBound == 0,
        !text.bytes.starts(with: replacementBytes)
      {
        text.prepend(replacementBytes)
      }
    }
    if splits { text.split(.mergedWithNext) { $0 == replacement } }
  }
}
