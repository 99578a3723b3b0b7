/// Cuts into words as GPT-2 does, and puts a visible character in the place of each byte.
struct ByteLevelPreTokenizer: PreTokenizer {
  /// Whether a piece that does not begin with a space gets one.
  let addsPrefixSpace: Bool
  /// Whether it cuts at all.
  let splits: Bool

  /// The pattern of GPT-2's words.
  private static let pattern: RegularExpression = {
    let source =
      #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    do { return try RegularExpression(source) } catch { fatalError("\(error)") }
  }()

  func preTokenize(_ text: inout PreTokenizedText) {
    if addsPrefixSpace {
      text.transform { text, _ in
        if text.bytes.first != 0x20 { text.prepend([0x20]) }
      }
    }
    if splits {
      text.split { bytes, cuts in
        Self.pattern.forEachSegment(of: bytes) { range, _ in cuts.add(range) }
      }
    }
    text.mapBytes(ByteLevelAlphabet.utf8)
  }
}
