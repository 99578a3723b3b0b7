/// The precompiled map of characters of a SentencePiece model: what takes the place of which texts.
///
/// A number of bytes in 32 bits, then a double-array trie of the texts (as in the library Darts-clone,
/// a unit of 32 bits for each node), then the replacements, each ended by a zero byte.
struct CharacterMap: Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]

  /// Reads `precompiled_charsmap`, which is base 64.
  ///
  /// - Throws: `TokenizerError`.
  init(_ component: ComponentJSON) throws(TokenizerError) {
    let name = "precompiled_charsmap"
    guard let bytes = decodeBase64(try component.string(name)) else {
      throw component.invalid(name, "expected base 64")
    }
    guard let map = CharacterMap(bytes) else {
      throw component.invalid(
        name, "the map of characters does not have the form that it must have")
    }
    self = map
  }

  /// Takes a map apart; `nil` if it is none.
  init?(_ bytes: [UInt8]) {
    func word(_ index: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[index + $1]) << (8 * UInt32($1)) }
    }
    guard bytes.count >= 4 else { return nil }
    let size = Int(word(0))
    guard size % 4 == 0, size <= bytes.count - 4 else { return nil }
    units = (0..<size / 4).map { word(4 + 4 * $0) }
    replacements = Array(bytes[(4 + size)...])
    guard String(validating: replacements, as: UTF8.self) != nil else { return nil }
  }

  /// What takes the place of a text that begins with one of the map's, of which the shortest counts:
  /// so the reference does it, for a text that is a whole grapheme cluster.
  func replacement(for text: Slice<UnsafeBufferPointer<UInt8>>) -> ArraySlice<UInt8>? {
    guard !units.isEmpty else { return nil }
    var node = Self.offset(units[0])
    for byte in text {
      if byte == 0 { return nil }
      node ^= Int(byte)
      guard node < units.count else { return nil }
      let unit = units[node]
      guard unit & (1 << 31 | 0xff) == UInt32(byte) else { return nil }
      node ^= Self.offset(unit)
      if unit >> 8 & 1 == 1 {
        guard node < units.count else { return nil }
        let start = Int(units[node] & 0x7fff_ffff)
        guard start < replacements.count else { return nil }
        let end = replacements[start...].firstIndex(of: 0) ?? replacements.count
        // Within a character begins what a damaged map points to.
        guard !isContinuation(replacements[start]) else { return nil }
        return replacements[start..<end]
      }
    }
    return nil
  }

  private static func offset(_ unit: UInt32) -> Int {
    Int((unit >> 10) << ((unit & 1 << 9) >> 6))
  }
}

/// The bytes that a text in base 64 (RFC 4648) stands for; `nil` if it is none.
private func decodeBase64(_ text: String) -> [UInt8]? {
  var result: [UInt8] = []
  var (bits, count) = (UInt32(0), 0)
  var digits = Substring(text).utf8
  guard digits.count % 4 == 0 else { return nil }
  for _ in 0..<2 where digits.last == UInt8(ascii: "=") { digits.removeLast() }
  result.reserveCapacity(digits.count / 4 * 3)
  for digit in digits {
    let value: UInt8
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = digit - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): value = digit - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit + 4
    case UInt8(ascii: "+"): value = 62
    case UInt8(ascii: "/"): value = 63
    default: return nil
    }
    bits = bits << 6 | UInt32(value)
    count += 6
    if count >= 8 {
      count -= 8
      result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
  }
  return result
}
