/// A normalization form of Unicode (Standard Annex 15).
enum NormalizationForm: Sendable {
  case nfd, nfc, nfkd, nfkc

  /// Whether characters that only look alike become the same.
  private var isCompatible: Bool { self == .nfkd || self == .nfkc }
  private var composes: Bool { self == .nfc || self == .nfkc }

  /// Brings a text into the form. Where one character becomes several, all but the first are new;
  /// where several become one, it takes the place of them all.
  func apply(to text: inout NormalizedText) {
    // ASCII is what it is in all four.
    guard text.bytes.contains(where: { $0 >= 0x80 }) else { return }
    let decomposed = decompose(text.bytes)
    text.transform { _, result in
      if composes {
        compose(decomposed) { result.append($0, $1) }
      } else {
        for part in decomposed { result.append(part.codePoint, part.shift) }
      }
    }
  }

  private struct Part {
    var codePoint: UInt32
    var combiningClass: UInt8
    var shift: Int
  }

  /// The parts of all characters, marks in canonical order.
  private func decompose(_ bytes: [UInt8]) -> [Part] {
    var parts: [Part] = []
    parts.reserveCapacity(bytes.count)
    // Where the marks begin that are not in order yet.
    var pending = 0
    func sort() {
      if parts.count - pending > 1 {
        // A stable sort, for marks of one class keep their order.
        let marks = parts[pending...].enumerated().sorted {
          ($0.element.combiningClass, $0.offset) < ($1.element.combiningClass, $1.offset)
        }
        parts.replaceSubrange(pending..., with: marks.map(\.element))
      }
    }
    bytes.withUnsafeBufferPointer { bytes in
      bytes.forEachCodePoint { codePoint in
        var shift = 0
        UnicodeMappings.decompose(codePoint, compatibly: isCompatible) { part in
          let combiningClass = part < 0x300 ? 0 : UnicodeProperties(part).combiningClass
          if combiningClass == 0 {
            sort()
            pending = parts.count + 1
          }
          parts.append(Part(codePoint: part, combiningClass: combiningClass, shift: shift))
          shift = 1
        }
      }
    }
    sort()
    return parts
  }

  /// Joins what can be joined.
  private func compose(_ parts: [Part], _ body: (UInt32, Int) -> Void) {
    var starter: Part?
    // What stands between the starter and the next part, and cannot join it.
    var between: [Part] = []
    func flush() {
      if let starter { body(starter.codePoint, starter.shift) }
      for part in between { body(part.codePoint, part.shift) }
      between.removeAll(keepingCapacity: true)
    }
    for part in parts {
      guard let first = starter else {
        if part.combiningClass != 0 {
          body(part.codePoint, part.shift)
        } else {
          starter = part
        }
        continue
      }
      let isBlocked = between.last.map { $0.combiningClass >= part.combiningClass } ?? false
      if !isBlocked, let whole = UnicodeMappings.compose(first.codePoint, part.codePoint) {
        starter = Part(
          codePoint: whole, combiningClass: 0, shift: first.shift + part.shift - 1)
      } else if part.combiningClass == 0 {
        flush()
        starter = part
      } else {
        between.append(part)
      }
    }
    flush()
  }
}
