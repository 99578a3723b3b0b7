/// Numbers out of a literal of base 32: `0`...`O` are digits that others follow, `]`...`|` last ones.
/// A table is a text so that it compiles at once.
struct PackedNumbers: Sequence, IteratorProtocol {
  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ literal: StaticString) {
    text = UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
  }

  mutating func next() -> Int? {
    var value = 0
    while position < text.count {
      let digit = Int(text[position])
      position += 1
      if digit >= 93 { return value * 32 + digit - 93 }
      if digit >= 48 { value = value * 32 + digit - 48 }
    }
    return nil
  }

  /// The next number, which may be below zero.
  mutating func nextSigned() -> Int? {
    next().map { $0 & 1 == 0 ? $0 / 2 : -($0 + 1) / 2 }
  }

  /// For each code point what it becomes.
  static func mapping(_ literal: StaticString) -> [(codePoint: UInt32, parts: [UInt32])] {
    var numbers = PackedNumbers(literal)
    var result: [(codePoint: UInt32, parts: [UInt32])] = []
    var codePoint = 0
    while let step = numbers.next(), let count = numbers.next() {
      codePoint += step
      var part = codePoint
      var parts: [UInt32] = []
      for _ in 0..<count {
        part += numbers.nextSigned() ?? 0
        parts.append(UInt32(part))
      }
      result.append((UInt32(codePoint), parts))
    }
    return result
  }
}
