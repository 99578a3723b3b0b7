import BackpropFiles
import BackpropTokenizers

/// What `Tests/Fixtures/judge_tokenizers.py` writes: tokenizers, and texts with what the reference
/// makes of them.
struct JudgedTexts {
  /// How many texts were compared.
  private(set) var count = 0
  /// Which differ, and in what; the first of each tokenizer.
  private(set) var differences: [String] = []
  /// Which tokenizers could not be read, and why.
  private(set) var refusals: [String] = []
  /// Texts at which the reference stops with an error.
  private(set) var failures = 0

  /// Compares all in a folder.
  init(folder: String) throws {
    var index = 0
    while File.exists("\(folder)/\(index).json") {
      try compare("\(folder)/\(index)")
      index += 1
    }
  }

  private mutating func compare(_ name: String) throws {
    let tokenizer: Tokenizer
    do {
      tokenizer = try Tokenizer(contentsOf: name + ".json")
    } catch {
      refusals.append("\(error)")
      return
    }
    var records = JudgedRecords(try File.read(name + ".bin"))
    while let record = records.next() {
      guard let expected = record.expected else {
        failures += 1
        continue
      }
      count += 1
      if let what = difference(tokenizer, record, expected) {
        let second = record.second.map { " with \($0.debugDescription)" } ?? ""
        differences.append(
          "\(name).json, \(record.text.debugDescription)\(second), special tokens "
            + "\(record.addsSpecialTokens): \(what)")
      }
    }
  }

  private func difference(
    _ tokenizer: Tokenizer, _ record: JudgedRecords.Record, _ expected: JudgedRecords.Expected
  ) -> String? {
    let encoding = tokenizer.encode(
      record.text, pairedWith: record.second, addingSpecialTokens: record.addsSpecialTokens)
    var parts: [Encoding] = []
    func flatten(_ encoding: Encoding) {
      parts.append(encoding)
      encoding.overflowing.forEach(flatten)
    }
    flatten(encoding)
    if parts.count != expected.parts.count {
      return "\(parts.count) parts, expected \(expected.parts.count)"
    }
    for (part, expected) in zip(parts, expected.parts) {
      if part.ids != expected.ids { return "ids \(part.ids), expected \(expected.ids)" }
      let tokens = Array(part.tokens.joined(separator: "\u{1f}").utf8)
      if tokens != Array(expected.tokens.utf8) {
        return "tokens \(part.tokens), expected \(expected.tokens.split(separator: "\u{1f}"))"
      }
      let starts = part.offsets.map { Int32($0.lowerBound) }
      let ends = part.offsets.map { Int32($0.upperBound) }
      if starts != expected.starts || ends != expected.ends {
        return "offsets \(part.offsets), expected \(Array(zip(expected.starts, expected.ends))), "
          + "tokens \(part.tokens)"
      }
      let words = part.wordIDs.map { $0.map { Int32($0) } ?? -1 }
      if words != expected.words { return "words \(words), expected \(expected.words)" }
      if part.typeIDs != expected.typeIDs {
        return "types \(part.typeIDs), expected \(expected.typeIDs)"
      }
      if part.attentionMask != expected.attentionMask {
        return "mask \(part.attentionMask), expected \(expected.attentionMask)"
      }
      if part.specialTokensMask != expected.specialTokensMask {
        return "special \(part.specialTokensMask), expected \(expected.specialTokensMask)"
      }
    }
    if record.second == nil {
      let ids = tokenizer.ids(
        of: record.text, addingSpecialTokens: record.addsSpecialTokens)
      if ids != encoding.ids { return "ids alone \(ids), expected \(encoding.ids)" }
    }
    for (isSkipping, text) in zip([true, false], expected.decoded) {
      let decoded = tokenizer.decode(expected.idsToDecode, skippingSpecialTokens: isSkipping)
      if !decoded.utf8.elementsEqual(text.utf8) {
        return "decoded \(decoded.debugDescription), expected \(text.debugDescription), "
          + "special tokens left out \(isSkipping)"
      }
    }
    return nil
  }
}

/// Reads the records one after the other.
struct JudgedRecords {
  struct Part {
    var ids: [Int32]
    var typeIDs: [Int32]
    var words: [Int32]
    var attentionMask: [Int32]
    var specialTokensMask: [Int32]
    var starts: [Int32]
    var ends: [Int32]
    var tokens: String
  }

  struct Expected {
    var parts: [Part]
    var idsToDecode: [Int32]
    var decoded: [String]
  }

  struct Record {
    var text: String
    var second: String?
    var addsSpecialTokens: Bool
    /// `nil` where the reference stops with an error.
    var expected: Expected?
  }

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() -> Record? {
    if position == bytes.count { return nil }
    let text = string() ?? ""
    let second = string()
    var record = Record(text: text, second: second, addsSpecialTokens: number() != 0)
    if number() != 0 { return record }
    var parts: [Part] = []
    for _ in 0..<number() {
      parts.append(
        Part(
          ids: list(), typeIDs: list(), words: list(), attentionMask: list(),
          specialTokensMask: list(), starts: list(), ends: list(), tokens: string() ?? ""))
    }
    record.expected = Expected(
      parts: parts, idsToDecode: list(), decoded: [string() ?? "", string() ?? ""])
    return record
  }

  private mutating func number() -> Int {
    position += 4
    return Int(bytes.littleEndian(Int32.self, at: position - 4))
  }

  private mutating func list() -> [Int32] {
    let count = number()
    return (0..<count).map { _ in Int32(number()) }
  }

  private mutating func string() -> String? {
    let count = number()
    if count < 0 { return nil }
    position += count
    return String(decoding: bytes[position - count..<position], as: UTF8.self)
  }
}
