/// A class of characters in a regular expression: `a`, `\s`, `\p{L}`, `[^\r\n\p{L}]`.
struct CharacterSet: Sendable, Hashable {
  /// General categories, one bit for each.
  private var categories: UInt32 = 0
  /// Properties, any of which makes a character a member (bits of `UnicodePropertyData`).
  private var properties: UInt64 = 0
  /// Properties whose absence does.
  private var absent: UInt64 = 0
  private var ranges: [ClosedRange<UInt32>] = []
  /// Sets whose members are members.
  private var parts: [CharacterSet] = []
  /// Sets that members must be in too.
  private var conditions: [CharacterSet] = []
  private var isInverted = false
  /// Which characters of ASCII are members: looked up for most of the text there is.
  private var asciiLow: UInt64 = 0
  private var asciiHigh: UInt64 = 0

  /// The characters from one to another.
  init(_ range: ClosedRange<UInt32>) {
    ranges = [range]
    seal()
  }

  /// The characters that have a property, or that have it not.
  init(property: UInt64, isInverted: Bool = false) {
    if isInverted { absent = property } else { properties = property }
    seal()
  }

  /// The characters of general categories, or of the others.
  init(categories: UInt32, isInverted: Bool = false) {
    self.categories = isInverted ? ~categories : categories
    seal()
  }

  /// What is in any of several sets.
  ///
  /// - Parameters:
  ///   - parts: the sets.
  ///   - conditions: sets that a member must be in besides.
  ///   - isInverted: whether all others are meant.
  init(unionOf parts: [CharacterSet], conditions: [CharacterSet] = [], isInverted: Bool = false) {
    for part in parts {
      if part.conditions.isEmpty, !part.isInverted {
        categories |= part.categories
        properties |= part.properties
        absent |= part.absent
        ranges += part.ranges
        self.parts += part.parts
      } else {
        self.parts.append(part)
      }
    }
    self.conditions = conditions
    self.isInverted = isInverted
    seal()
  }

  private mutating func seal() {
    for value in UInt32(0)..<128 where evaluate(value) {
      if value < 64 { asciiLow |= 1 << value } else { asciiHigh |= 1 << (value - 64) }
    }
  }

  /// Whether a character is a member.
  @inline(__always)
  func contains(_ value: UInt32) -> Bool {
    if value < 64 { return asciiLow >> value & 1 == 1 }
    if value < 128 { return asciiHigh >> (value - 64) & 1 == 1 }
    return evaluate(value)
  }

  private func evaluate(_ value: UInt32) -> Bool {
    let bits = UnicodeProperties(value).bits
    var result =
      categories >> UInt32(bits & 31) & 1 == 1 || bits & properties != 0 || ~bits & absent != 0
    if !result {
      for range in ranges where range.contains(value) {
        result = true
        break
      }
    }
    if !result { result = parts.contains { $0.evaluate(value) } }
    if result { result = conditions.allSatisfy { $0.evaluate(value) } }
    return result != isInverted
  }

  /// Members in ASCII, and whether there may be others.
  var firstBytes: ByteSet {
    var result = ByteSet()
    for value in UInt32(0)..<128 where contains(value) { result.insert(UInt8(value)) }
    let isASCII =
      !isInverted && categories == 0 && properties == 0 && absent == 0 && parts.isEmpty
      && ranges.allSatisfy { $0.upperBound < 128 }
    if !isASCII { for byte in UInt8(0xc2)...0xf4 { result.insert(byte) } }
    return result
  }

  /// The set with the other case of each letter that is in it, if it has none beyond ASCII. `ſ` and
  /// the sign of the kelvin belong to `s` and `k`. `nil` where the other case is not known here.
  func ignoringCase() -> CharacterSet? {
    // Letters and marks by category: some have their other case in another category.
    let cased: UInt32 = 0xff
    guard !isInverted, parts.isEmpty, conditions.isEmpty, categories & cased == 0,
      ranges.allSatisfy({ range in
        // ASCII, general punctuation, and scripts of the Far East.
        range.upperBound < 0x80
          || (0x2000...0x206f).contains(range.lowerBound) && range.upperBound <= 0x206f
          || (0x3040...0x9fff).contains(range.lowerBound) && range.upperBound <= 0x9fff
      })
    else { return nil }
    var others: [CharacterSet] = []
    for letter in UInt32(0x61)...0x7a
    where ranges.contains(where: { $0.contains(letter) || $0.contains(letter - 32) }) {
      others.append(CharacterSet(letter...letter))
      others.append(CharacterSet(letter - 32...letter - 32))
      if letter == 0x73 { others.append(CharacterSet(0x17f...0x17f)) }
      if letter == 0x6b { others.append(CharacterSet(0x212a...0x212a)) }
    }
    return CharacterSet(unionOf: [self] + others)
  }

  /// The one character of the set, if a range of one is all there is.
  var singleCharacter: UInt32? {
    guard categories == 0, properties == 0, absent == 0, parts.isEmpty, !isInverted,
      conditions.isEmpty, ranges.count == 1, ranges[0].count == 1
    else { return nil }
    return ranges[0].lowerBound
  }
}

/// A set of bytes.
struct ByteSet: Sendable, Hashable {
  private var words: SIMD4<UInt64> = .zero

  /// Every byte.
  static let all: ByteSet = {
    var result = ByteSet()
    result.words = .init(repeating: .max)
    return result
  }()

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }

  mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

  mutating func formUnion(_ other: ByteSet) { words |= other.words }
}
