/// Tokens and their ids as a file lists them.
struct VocabularyEntries {
  /// The texts of the tokens in UTF-8, one after the other.
  var bytes: [UInt8] = []
  /// Where each begins, and where the last ends.
  var starts: [Int] = [0]
  /// Their ids.
  var ids: [Int32] = []

  /// Ends the token whose bytes were appended last.
  mutating func endToken(id: Int32) {
    starts.append(bytes.count)
    ids.append(id)
  }
}

/// The tokens of a model: from a text to its id and back.
///
/// Texts are compared by their bytes. Of tokens of one text the last counts, as in the reference.
final class Vocabulary: @unchecked Sendable {
  private struct Slot {
    var tag: UInt32
    var entry: Int32
  }

  /// How many entries the file has.
  let count: Int
  /// How many different texts these have.
  let distinctCount: Int
  /// The length of the longest token in bytes.
  let longest: Int
  /// Where hashes begin.
  let seed = ByteHash.seed

  // Nothing is written here after `init`, which makes it safe to share. Pointers instead of arrays:
  // looking up a word takes ten nanoseconds, and counting references would be a part of that.
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private let starts: UnsafeMutableBufferPointer<Int>
  private let ids: UnsafeMutableBufferPointer<Int32>
  private let slots: UnsafeMutableBufferPointer<Slot>
  private let mask: Int
  /// The entry of each id, if ids lie close together, as they do in real files.
  private let dense: [Int32]
  private let sparse: [Int32: Int32]

  init(_ entries: VocabularyEntries) {
    count = entries.ids.count
    bytes = copy(of: entries.bytes)
    starts = copy(of: entries.starts)
    ids = copy(of: entries.ids)
    var size = 16
    while size < 2 * count { size *= 2 }
    mask = size - 1
    slots = .allocate(capacity: size)
    slots.initialize(repeating: Slot(tag: 0, entry: -1))
    var (distinct, longest) = (0, 0)
    for entry in 0..<count {
      let start = starts[entry]
      let length = starts[entry + 1] - start
      longest = max(longest, length)
      let key = UnsafeBufferPointer(start: UnsafePointer(bytes.baseAddress! + start), count: length)
      let hash = ByteHash.of(key, seed: seed)
      var place = Int(truncatingIfNeeded: hash) & mask
      while slots[place].entry >= 0 {
        let other = Int(slots[place].entry)
        if slots[place].tag == UInt32(truncatingIfNeeded: hash >> 32),
          starts[other + 1] - starts[other] == length,
          sameBytes(bytes.baseAddress! + starts[other], key.baseAddress!, count: length)
        {
          distinct -= 1
          break
        }
        place = (place + 1) & mask
      }
      slots[place] = Slot(tag: UInt32(truncatingIfNeeded: hash >> 32), entry: Int32(entry))
      distinct += 1
    }
    (distinctCount, self.longest) = (distinct, longest)

    let highest = Int(entries.ids.max() ?? -1)
    if highest < 4 * count + 1024 {
      var dense = [Int32](repeating: -1, count: highest + 1)
      for (entry, id) in entries.ids.enumerated() { dense[Int(id)] = Int32(entry) }
      (self.dense, sparse) = (dense, [:])
    } else {
      dense = []
      sparse = Dictionary(
        entries.ids.enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { $1 })
    }
  }

  deinit {
    bytes.deallocate()
    starts.deallocate()
    ids.deallocate()
    slots.deallocate()
  }

  /// The entry of these bytes; -1 where there is none.
  @inline(__always)
  func entry(_ key: UnsafePointer<UInt8>, count: Int, hash: UInt64) -> Int {
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    var place = Int(truncatingIfNeeded: hash) & mask
    while true {
      let slot = slots[place]
      if slot.entry < 0 { return -1 }
      if slot.tag == tag {
        let entry = Int(slot.entry)
        let start = starts[entry]
        if starts[entry + 1] - start == count,
          sameBytes(bytes.baseAddress! + start, key, count: count)
        {
          return entry
        }
      }
      place = (place + 1) & mask
    }
  }

  /// The entry of these bytes; -1 where there is none.
  func entry(_ key: UnsafeBufferPointer<UInt8>) -> Int {
    if key.isEmpty {
      // An empty array has no address.
      var nothing: UInt8 = 0
      return entry(&nothing, count: 0, hash: ByteHash(seed: seed).value)
    }
    return entry(key.baseAddress!, count: key.count, hash: ByteHash.of(key, seed: seed))
  }

  /// The entry of a text; -1 where there is none.
  func entry(_ text: [UInt8]) -> Int { text.withUnsafeBufferPointer { entry($0) } }

  /// The entry that has this id; -1 where there is none.
  func entry(ofID id: Int32) -> Int {
    if id < 0 { return -1 }
    if Int(id) < dense.count { return Int(dense[Int(id)]) }
    return sparse[id].map(Int.init) ?? -1
  }

  /// The id of an entry.
  @inline(__always)
  func id(_ entry: Int) -> Int32 { ids[entry] }

  /// The text of an entry. It lies where it lies as long as the vocabulary.
  @inline(__always)
  func text(_ entry: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[starts[entry]..<starts[entry + 1]])
  }
}

/// Memory of its own with the same elements.
func copy<T>(of array: [T]) -> UnsafeMutableBufferPointer<T> {
  let memory = UnsafeMutableBufferPointer<T>.allocate(capacity: max(array.count, 1))
  _ = memory.initialize(from: array)
  return memory
}
