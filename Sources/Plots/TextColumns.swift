/// How many columns of a terminal a text takes.
///
/// A terminal shows one character, as people see it, after the other: what Swift calls a `Character`,
/// the extended grapheme cluster of Unicode Standard Annex 29. Most take a column; those of East Asia
/// and emoji take two, and marks that are drawn over others, joiners and zero-width spaces none.
package enum TextColumns {
  /// The columns of a text.
  package static func count(_ text: String) -> Int {
    text.reduce(0) { $0 + count($1) }
  }

  /// The columns of a character: 0, 1 or 2 for nearly all.
  package static func count(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    let first = scalars.first!
    if first.value < 0x7F, scalars.count == 1 { return first.value < 0x20 ? 0 : 1 }
    if isEmoji(character) { return 2 }
    return scalars.reduce(0) { $0 + count($1) }
  }

  /// Whether a character is drawn as a coloured picture: one that always is, such as ✅; one that a
  /// variation selector asks it of, such as ❤️; flags of two letters; families and the like, whose
  /// parts are joined.
  static func isEmoji(_ character: Character) -> Bool {
    let scalars = character.unicodeScalars
    let first = scalars.first!
    // Digits are emoji to Unicode, as the bases of key caps.
    guard first.properties.isEmoji else { return false }
    if first.properties.isEmojiPresentation, !isRegionalIndicator(first) {
      return scalars.dropFirst().first != "\u{FE0E}"
    }
    guard let second = scalars.dropFirst().first else { return false }
    return second == "\u{FE0F}" || second.properties.isEmojiModifier
      || isRegionalIndicator(first) && isRegionalIndicator(second)
  }

  /// The text without characters that control a terminal, such as escape, and without line breaks.
  package static func withoutControls(_ text: String) -> String {
    // Most texts have none of them.
    func isControl(_ scalar: Unicode.Scalar) -> Bool {
      scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar == "\u{2028}"
        || scalar == "\u{2029}"
    }
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.filter { !isControl($0) }))
  }

  /// The text, or its beginning with a mark where it is wider than `columns`.
  ///
  /// - Parameters:
  ///   - text: any text.
  ///   - columns: how many it may take.
  ///   - mark: what tells that something is missing; of one column.
  package static func truncated(_ text: String, to columns: Int, mark: String = "…") -> String {
    if count(text) <= columns { return text }
    var (kept, used) = ("", 0)
    for character in text {
      used += count(character)
      if used + 1 > columns { break }
      kept.append(character)
    }
    return columns > 0 ? kept + mark : ""
  }

  private static func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
    (0x1F1E6...0x1F1FF).contains(scalar.value)
  }

  private static func count(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x7F { return scalar.value < 0x20 ? 0 : 1 }
    if isNone(scalar) { return 0 }
    return isTwo(scalar) ? 2 : 1
  }

  /// Whether a scalar takes no column by itself.
  static func isNone(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || contains(scalar, none)
  }

  /// Whether a scalar takes two columns.
  static func isTwo(_ scalar: Unicode.Scalar) -> Bool {
    contains(scalar, two)
      // What is newer than the table.
      || scalar.value >= 0x1F000 && scalar.properties.isEmojiPresentation
        && !isRegionalIndicator(scalar)
  }

  /// Whether one of the ranges, which are in order, holds the scalar.
  private static func contains(_ scalar: Unicode.Scalar, _ ranges: [ClosedRange<UInt32>]) -> Bool {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < scalar.value {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < ranges.count && ranges[low].lowerBound <= scalar.value
  }
}
