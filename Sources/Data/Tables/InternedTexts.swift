/// Different texts, numbered in the order in which they came. A text is its bytes: two that look alike
/// and are written differently stay two.
struct InternedTexts: Sendable {
  private var bytes: [UInt8] = []
  /// Where each text begins in `bytes`, and the last ends.
  private var bounds: [Int] = [0]
  /// The number of a text, at the place that its hash gives or the next free one; -1 where none is.
  private var slots: [Int32] = [Int32](repeating: -1, count: 16)

  init() {}

  /// A table of these texts.
  init(_ texts: some Sequence<String>) {
    for text in texts { Array(text.utf8).withUnsafeBufferPointer { _ = number(of: $0) } }
  }

  var count: Int { bounds.count - 1 }

  /// The bytes of text `number`.
  subscript(number: Int) -> ArraySlice<UInt8> { bytes[bounds[number]..<bounds[number + 1]] }

  /// The text of this number.
  func text(_ number: Int) -> String { String(decoding: self[number], as: UTF8.self) }

  /// The number of a text, which is a new one if it was not there.
  mutating func number(of text: UnsafeBufferPointer<UInt8>) -> Int {
    var slot = place(of: text)
    if slots[slot] >= 0 { return Int(slots[slot]) }
    if 2 * (count + 1) > slots.count {
      grow()
      slot = place(of: text)
    }
    slots[slot] = Int32(count)
    bytes.append(contentsOf: text)
    bounds.append(bytes.count)
    return count - 1
  }

  /// The number of a text; `nil` if it is not there.
  func find(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    let found = slots[place(of: text)]
    return found < 0 ? nil : Int(found)
  }

  /// The numbers of the texts in order: by size if all texts are numbers, else by their bytes.
  var order: [Int] {
    let numbers = (0..<count).map { Double(text($0)) }
    let isNumeric = numbers.allSatisfy { $0 != nil }
    return (0..<count).sorted { a, b in
      if isNumeric, numbers[a]! != numbers[b]! { return numbers[a]! < numbers[b]! }
      return self[a].lexicographicallyPrecedes(self[b])
    }
  }

  private func place(of text: UnsafeBufferPointer<UInt8>) -> Int {
    // FNV-1a, 64 bits (Fowler, Noll and Vo).
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash ^ (hash >> 32)) & mask
    while slots[slot] >= 0, !isEqual(Int(slots[slot]), text) { slot = (slot + 1) & mask }
    return slot
  }

  private func isEqual(_ number: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = bounds[number]
    if bounds[number + 1] - start != text.count { return false }
    for index in 0..<text.count where bytes[start + index] != text[index] { return false }
    return true
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: 2 * slots.count)
    bytes.withUnsafeBufferPointer { bytes in
      for number in 0..<count {
        let text = UnsafeBufferPointer(rebasing: bytes[bounds[number]..<bounds[number + 1]])
        slots[place(of: text)] = Int32(number)
      }
    }
  }
}
