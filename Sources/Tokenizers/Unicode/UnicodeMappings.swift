/// What characters become: decompositions, lower case.
struct UnicodeMappings: Sendable {
  private let codePoints: [UInt32]
  private let starts: [Int32]
  private let parts: [UInt32]

  private init(_ mapping: [(codePoint: UInt32, parts: [UInt32])]) {
    codePoints = mapping.map(\.codePoint)
    parts = mapping.flatMap(\.parts)
    var starts: [Int32] = [0]
    for entry in mapping { starts.append(starts[starts.count - 1] + Int32(entry.parts.count)) }
    self.starts = starts
  }

  /// Canonical decompositions.
  static let canonical = UnicodeMappings(PackedNumbers.mapping(UnicodeMappingData.canonical))
  /// Decompositions by compatibility, where they are others.
  static let compatible = UnicodeMappings(PackedNumbers.mapping(UnicodeMappingData.compatible))
  /// Lower case.
  static let lowercase = UnicodeMappings(PackedNumbers.mapping(UnicodeMappingData.lowercase))

  /// The characters that two others make.
  private static let compositions: [UInt64: UInt32] = {
    var result: [UInt64: UInt32] = [:]
    for entry in PackedNumbers.mapping(UnicodeMappingData.compositions) {
      result[UInt64(entry.parts[0]) << 32 | UInt64(entry.parts[1])] = entry.codePoint
    }
    return result
  }()

  /// What a character becomes; `nil` if it stays.
  subscript(codePoint: UInt32) -> ArraySlice<UInt32>? {
    var (low, high) = (0, codePoints.count)
    while low < high {
      let middle = (low + high) / 2
      if codePoints[middle] < codePoint { low = middle + 1 } else { high = middle }
    }
    guard low < codePoints.count, codePoints[low] == codePoint else { return nil }
    return parts[Int(starts[low])..<Int(starts[low + 1])]
  }

  /// Calls `body` with each part of the full decomposition of a character, itself where it has none.
  ///
  /// - Parameters:
  ///   - codePoint: the character.
  ///   - compatibly: whether by compatibility too.
  ///   - body: gets each part.
  @inline(__always)
  static func decompose(_ codePoint: UInt32, compatibly: Bool, _ body: (UInt32) -> Void) {
    if codePoint < 0xa0 { return body(codePoint) }
    if (0xac00..<0xd7a4).contains(codePoint) {
      let index = codePoint - 0xac00
      body(0x1100 + index / 588)
      body(0x1161 + index % 588 / 28)
      if index % 28 != 0 { body(0x11a7 + index % 28) }
      return
    }
    let properties = UnicodeProperties(codePoint)
    if compatibly, properties.decomposesCompatibly, let parts = compatible[codePoint] {
      for part in parts { body(part) }
    } else if properties.decomposes, let parts = canonical[codePoint] {
      for part in parts { body(part) }
    } else {
      body(codePoint)
    }
  }

  /// The character that two make together.
  static func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if (0x1100..<0x1113).contains(first), (0x1161..<0x1176).contains(second) {
      return 0xac00 + ((first - 0x1100) * 21 + second - 0x1161) * 28
    }
    if (0xac00..<0xd7a4).contains(first), (first - 0xac00) % 28 == 0,
      (0x11a8..<0x11c3).contains(second)
    {
      return first + second - 0x11a7
    }
    guard second >= 0x300, UnicodeProperties(second).composes else { return nil }
    return compositions[UInt64(first) << 32 | UInt64(second)]
  }
}
