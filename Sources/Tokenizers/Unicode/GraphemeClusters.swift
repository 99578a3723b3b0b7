/// Where one grapheme cluster, what a reader takes for one character, ends and the next begins
/// (Unicode Standard Annex 29, extended clusters).
struct GraphemeClusters {
  /// The bytes of each cluster, in order.
  static func forEach(in bytes: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
    var scan = GraphemeClusters()
    var (start, position) = (0, 0)
    while position < bytes.count {
      let (value, length) = bytes.codePoint(at: position)
      if scan.breaks(before: UnicodeProperties(value)), position > 0 {
        body(start..<position)
        start = position
      }
      position += length
    }
    if start < position { body(start..<position) }
  }

  /// What came last.
  private var last: UnicodeProperties.Break?
  /// Whether an odd number of regional indicators came last, half of a flag.
  private var isHalfFlag = false
  /// Whether a picture and its marks came last, and whether a joiner after them.
  private var isPicture = false
  private var isJoinedPicture = false
  /// Whether a consonant and its marks came last, and whether a linker is among them.
  private var isConsonant = false
  private var isLinked = false

  private mutating func breaks(before next: UnicodeProperties) -> Bool {
    let kind = next.graphemeBreak
    let result = isBreak(before: next, kind)
    isHalfFlag = kind == .regionalIndicator && !isHalfFlag
    isJoinedPicture = isPicture && kind == .zwj
    isPicture = next.isPictographic || isPicture && kind == .extend
    switch next.conjunct {
    case .consonant: (isConsonant, isLinked) = (true, false)
    case .linker: isLinked = isConsonant
    case .extend: break
    case .none: (isConsonant, isLinked) = (false, false)
    }
    last = kind
    return result
  }

  private func isBreak(before next: UnicodeProperties, _ kind: UnicodeProperties.Break) -> Bool {
    switch (last, kind) {
    case (nil, _): true
    case (.cr, .lf): false
    case (.cr, _), (.lf, _), (.control, _), (_, .cr), (_, .lf), (_, .control): true
    case (.l, .l), (.l, .v), (.l, .lv), (.l, .lvt), (.lv, .v), (.v, .v), (.lv, .t), (.v, .t),
      (.lvt, .t), (.t, .t):
      false
    case (_, .extend), (_, .zwj), (_, .spacingMark), (.prepend, _): false
    case (.regionalIndicator, .regionalIndicator): !isHalfFlag
    default:
      !(isJoinedPicture && next.isPictographic)
        && !(isConsonant && isLinked && next.conjunct == .consonant)
    }
  }
}
