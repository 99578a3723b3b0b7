/// The normalization of SentencePiece models, by the map of characters that is stored in them.
///
/// As in the reference, a grapheme cluster below six bytes is looked up whole, and is replaced whole
/// even where the map has but its beginning; of others each character is looked up.
struct PrecompiledNormalizer: Normalizer {
  let map: CharacterMap

  func normalize(_ text: inout NormalizedText) {
    var changes: [NormalizedText.Change] = []
    changes.reserveCapacity(text.bytes.count)
    var isModified = false
    text.bytes.withUnsafeBufferPointer { bytes in
      func replace(_ range: Range<Int>) -> Bool {
        guard let new = map.replacement(for: bytes[range]) else { return false }
        isModified = true
        append(Array(new).codePoints, insteadOf: bytes, range, to: &changes)
        return true
      }
      GraphemeClusters.forEach(in: bytes) { cluster in
        if cluster.count < 6, replace(cluster) { return }
        var position = cluster.lowerBound
        while position < cluster.upperBound {
          let (value, length) = bytes.codePoint(at: position)
          if !replace(position..<position + length) {
            changes.append(.init(codePoint: value, shift: 0))
          }
          position += length
        }
      }
    }
    if isModified { text.transform(changes) }
  }

  /// Adds the changes that put characters in the place of a part. What is removed is noted with the
  /// last character written, be it one of an earlier part.
  private func append(
    _ new: [UInt32], insteadOf bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
    to changes: inout [NormalizedText.Change]
  ) {
    let oldCount = bytes[range].count { !isContinuation($0) }
    for (index, codePoint) in new.enumerated() {
      changes.append(.init(codePoint: codePoint, shift: index < oldCount ? 0 : 1))
    }
    if new.count < oldCount, !changes.isEmpty {
      changes[changes.count - 1].shift += new.count - oldCount
    }
  }
}
