/// What the reference implementation of tokenizers takes a character for.
///
/// Its parts go by different versions of Unicode, so that a character has a property here for each
/// of the questions that they ask.
struct UnicodeProperties: Sendable {
  /// All of them, as `UnicodePropertyData` has them.
  let bits: UInt64

  /// The properties of a code point.
  @inline(__always)
  init(_ codePoint: UInt32) {
    bits = Self.table.records[Int(Self.table.indices[Int(codePoint)])]
  }

  /// General categories, in the order of the table.
  enum Category: UInt8, CaseIterable {
    case lu, ll, lt, lm, lo, mn, mc, me, nd, nl, no, pc, pd, ps, pe, pi, pf, po, sm, sc, sk, so
    case zs, zl, zp, cc, cf, cs, co, cn
  }

  /// What matters for breaks between grapheme clusters.
  enum Break: UInt8 {
    case other, cr, lf, control, extend, zwj, regionalIndicator, prepend, spacingMark
    case l, v, t, lv, lvt
  }

  /// What matters for conjuncts of Indic scripts.
  enum Conjunct: UInt8 {
    case none, consonant, extend, linker
  }

  /// How it takes part in grapheme clusters.
  var graphemeBreak: Break { Break(rawValue: UInt8(truncatingIfNeeded: bits >> 5 & 15)) ?? .other }
  /// How it takes part in conjuncts.
  var conjunct: Conjunct { Conjunct(rawValue: UInt8(truncatingIfNeeded: bits >> 9 & 3)) ?? .none }
  /// The combining class by which marks are put in order.
  var combiningClass: UInt8 { UInt8(truncatingIfNeeded: bits >> 11) }

  /// White space, as text is stripped and cut at it.
  var isWhiteSpace: Bool { bits & UnicodePropertyData.whiteSpace != 0 }
  /// A digit or another sign for a number.
  var isNumeric: Bool { bits & UnicodePropertyData.numeric != 0 }
  /// What BERT removes as a control character.
  var isControl: Bool { bits & UnicodePropertyData.control != 0 }
  /// What BERT removes as an accent.
  var isNonspacing: Bool { bits & UnicodePropertyData.nonspacing != 0 }
  /// What BERT cuts off as punctuation.
  var isPunctuation: Bool { bits & UnicodePropertyData.punctuation != 0 }
  /// What `StripAccents` removes.
  var isCombining: Bool { bits & UnicodePropertyData.combining != 0 }
  /// What belongs to a word for `Whitespace`.
  var isWordOfWhitespace: Bool { bits & UnicodePropertyData.wordOfWhitespace != 0 }
  /// Whether it has a canonical decomposition, but for Hangul.
  var decomposes: Bool { bits & UnicodePropertyData.decomposes != 0 }
  /// Whether it has a decomposition by compatibility, but for Hangul.
  var decomposesCompatibly: Bool { bits & UnicodePropertyData.decomposesCompatibly != 0 }
  /// Whether it can join the character before it, but for Hangul.
  var composes: Bool { bits & UnicodePropertyData.composes != 0 }
  /// Whether its lower case is another.
  var lowers: Bool { bits & UnicodePropertyData.lowers != 0 }
  /// Whether pictures joined by U+200D are one grapheme cluster with it.
  var isPictographic: Bool { bits & UnicodePropertyData.pictographic != 0 }

  /// A set of properties for each code point. They are allocated once and never freed.
  private struct Table: @unchecked Sendable {
    let records: UnsafeMutablePointer<UInt64>
    let indices: UnsafeMutablePointer<UInt8>

    init() {
      let sets = Array(PackedNumbers(UnicodePropertyData.records))
      records = .allocate(capacity: sets.count)
      for (index, set) in sets.enumerated() {
        (records + index).initialize(to: UInt64(set))
      }
      indices = .allocate(capacity: 0x110000)
      var numbers = PackedNumbers(UnicodePropertyData.runs)
      var position = 0
      while let count = numbers.next(), let record = numbers.next() {
        (indices + position).initialize(repeating: UInt8(record), count: count)
        position += count
      }
      precondition(position == 0x110000, "the table of Unicode is damaged")
    }
  }

  private static let table = Table()
}
