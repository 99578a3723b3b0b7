/// A text in tokens: their ids, what they are, and where in the text they stand.
public struct Encoding: Sendable, Hashable {
  /// The tokens' numbers, what a network reads.
  public internal(set) var ids: [Int32] = []
  /// 0 for tokens of the first text, 1 for those of the second, as the tokenizer's template says.
  public internal(set) var typeIDs: [Int32] = []
  /// The tokens as the vocabulary writes them.
  public internal(set) var tokens: [String] = []
  /// Which part of its text each token stands for, counted in Unicode scalars as Python counts
  /// characters; `0..<0` for special tokens.
  public internal(set) var offsets: [Range<Int>] = []
  /// Which piece of its text each token is a part of; `nil` for special tokens.
  public internal(set) var wordIDs: [Int?] = []
  /// 1 for tokens, 0 for padding.
  public internal(set) var attentionMask: [Int32] = []
  /// 1 for tokens that the tokenizer put in, 0 for those of the text.
  public internal(set) var specialTokensMask: [Int32] = []
  /// What truncation cut off, in parts of the same length.
  public internal(set) var overflowing: [Encoding] = []

  /// How many tokens there are.
  public var count: Int { ids.count }

  /// No token.
  init() {}

  /// Appends a token of the text.
  mutating func append(
    id: Int32, token: String, offsets range: Range<Int>, wordID: Int, typeID: Int32
  ) {
    ids.append(id)
    tokens.append(token)
    offsets.append(range)
    wordIDs.append(wordID)
    typeIDs.append(typeID)
    attentionMask.append(1)
    specialTokensMask.append(0)
  }

  /// Tokens that the tokenizer puts in.
  init(special tokens: [(id: Int32, token: String)], typeID: Int32) {
    let count = tokens.count
    ids = tokens.map(\.id)
    self.tokens = tokens.map(\.token)
    typeIDs = Array(repeating: typeID, count: count)
    offsets = Array(repeating: 0..<0, count: count)
    wordIDs = Array(repeating: nil, count: count)
    attentionMask = Array(repeating: 1, count: count)
    specialTokensMask = Array(repeating: 1, count: count)
  }

  /// Some of the tokens, without what was cut off.
  private subscript(range: Range<Int>) -> Encoding {
    var result = Encoding()
    result.ids = Array(ids[range])
    result.typeIDs = Array(typeIDs[range])
    result.tokens = Array(tokens[range])
    result.offsets = Array(offsets[range])
    result.wordIDs = Array(wordIDs[range])
    result.attentionMask = Array(attentionMask[range])
    result.specialTokensMask = Array(specialTokensMask[range])
    return result
  }

  /// Gives all tokens this type.
  mutating func setTypeIDs(_ id: Int32) {
    typeIDs = Array(repeating: id, count: ids.count)
  }

  /// Cuts the tokens after `length`; what is cut off becomes `overflowing`.
  ///
  /// - Parameters:
  ///   - length: how many tokens stay.
  ///   - stride: how many tokens each part shares with the one before.
  ///   - direction: at which end is cut.
  mutating func truncate(to length: Int, stride: Int, _ direction: TextDirection) {
    if length >= count { return }
    if length <= 0 {
      let whole = self
      self = Encoding()
      overflowing = [whole]
      return
    }
    // The parts would never end if each shared all of its tokens with the one before.
    let step = length - min(max(stride, 0), length - 1)
    var parts: [Encoding] = []
    var position = 0
    while true {
      let end = min(position + length, count)
      parts.append(
        direction == .right ? self[position..<end] : self[count - end..<count - position])
      if end == count { break }
      position += step
    }
    self = parts.removeFirst()
    overflowing = parts
  }

  /// Appends the tokens of another encoding. What was cut off of either is joined to what is left of
  /// the other.
  mutating func append(_ other: Encoding) {
    var parts: [Encoding] = []
    for part in overflowing {
      var joined = part
      joined.append(other)
      parts.append(joined)
      for otherPart in other.overflowing {
        var joined = part
        joined.append(otherPart)
        parts.append(joined)
      }
    }
    for otherPart in other.overflowing {
      var joined = self
      joined.append(otherPart)
      parts.append(joined)
    }
    ids += other.ids
    typeIDs += other.typeIDs
    tokens += other.tokens
    offsets += other.offsets
    wordIDs += other.wordIDs
    attentionMask += other.attentionMask
    specialTokensMask += other.specialTokensMask
    overflowing = parts
  }

  /// Adds padding until there are `length` tokens, to what was cut off too.
  mutating func pad(to length: Int, _ padding: Padding) {
    for index in overflowing.indices { overflowing[index].pad(to: length, padding) }
    let missing = length - count
    if missing <= 0 { return }
    func pad<T>(_ values: inout [T], _ value: T) {
      values.insert(
        contentsOf: repeatElement(value, count: missing),
        at: padding.direction == .right ? values.count : 0)
    }
    pad(&ids, padding.id)
    pad(&typeIDs, padding.typeID)
    pad(&tokens, padding.token)
    pad(&offsets, 0..<0)
    pad(&wordIDs, nil)
    pad(&attentionMask, 0)
    pad(&specialTokensMask, 1)
  }
}
