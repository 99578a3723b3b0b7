import BackpropFiles

/// Makes a byte-level tokenizer, as GPT-2 has one, of texts: from the 256 bytes on, the pair of tokens
/// that stands side by side most often becomes a token, until there are enough.
///
/// ```swift
/// var training = BytePairTraining(vocabularySize: 8192)
/// for line in lines { training.add(line) }
/// let tokenizer = try Tokenizer(json: training.tokenizerJSON())
/// ```
///
/// The tokens are those of `BpeTrainer` in Hugging Face's `tokenizers` with the alphabet of bytes: of
/// pairs that are equally frequent, the one of the lower ids comes first. It gets each line of a file,
/// with what ends it, as a text of its own.
public struct BytePairTraining: Sendable {
  /// How many tokens there shall be, the bytes and the special tokens included. There are fewer where
  /// the texts have no more pairs.
  public var vocabularySize: Int
  /// A pair must be there as often as this to become a token.
  public var minimumFrequency: Int
  /// Tokens that no text has, which get the first ids.
  public var specialTokens: [String]

  private let preTokenizer = ByteLevelPreTokenizer(addsPrefixSpace: false, splits: true)
  /// How often each piece of the texts was there.
  private var counts: [[UInt8]: Int] = [:]

  /// `preTokenizer`, as a file has it.
  private static let byteLevel =
    #"{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}"#
  private static let decoder =
    #"{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}"#

  /// Begins without texts.
  ///
  /// - Parameters:
  ///   - vocabularySize: how many tokens there shall be.
  ///   - minimumFrequency: a pair must be there as often as this to become a token.
  ///   - specialTokens: tokens that no text has.
  public init(
    vocabularySize: Int, minimumFrequency: Int = 0, specialTokens: [String] = ["<|endoftext|>"]
  ) {
    self.vocabularySize = vocabularySize
    self.minimumFrequency = minimumFrequency
    self.specialTokens = specialTokens
  }

  /// Counts the pieces of a text.
  public mutating func add(_ text: String) {
    var pieces = PreTokenizedText(text, keepsOrigins: false)
    preTokenizer.preTokenize(&pieces)
    for piece in pieces.pieces { counts[Array(pieces.text.bytes[piece.range]), default: 0] += 1 }
  }

  /// Counts the pieces of each line of a file, with what ends it.
  ///
  /// - Throws: `FileError` if it cannot be read; ``TrainingTextError`` if it is empty or not UTF-8.
  public mutating func add(linesOf path: String) throws {
    let bytes = try File.read(path)
    if bytes.isEmpty { throw TrainingTextError(.empty, file: path) }
    if String(validating: bytes, as: UTF8.self) == nil {
      throw TrainingTextError(.notUTF8, file: path)
    }
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 10).map { $0 + 1 } ?? bytes.count
      add(String(decoding: bytes[start..<end], as: UTF8.self))
      start = end
    }
  }

  /// Finds the pairs.
  ///
  /// - Returns: a `tokenizer.json`.
  public func tokenizerJSON() -> [UInt8] {
    var tokens: [[UInt8]] = []
    var ids: [[UInt8]: Int32] = [:]
    func id(of token: [UInt8]) -> Int32 {
      if let id = ids[token] { return id }
      let id = Int32(tokens.count)
      tokens.append(token)
      ids[token] = id
      return id
    }
    for token in specialTokens { _ = id(of: Array(token.utf8)) }
    // In the order of their characters, which is that of their bytes.
    for letter in ByteLevelAlphabet.letters.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      _ = id(of: letter)
    }

    var joiner = PairJoiner()
    for (word, count) in counts {
      var symbols: [Int32] = []
      word.withUnsafeBufferPointer { word in
        word.forEachCodePoint { symbols.append(id(of: [UInt8](codePoint: $0))) }
      }
      joiner.add(symbols, count: count)
    }
    joiner.begin()
    var merges: [PairJoiner.Pair] = []
    while tokens.count < vocabularySize,
      let pair = joiner.mostFrequent(atLeast: max(1, minimumFrequency))
    {
      let joined = id(of: tokens[Int(pair.left)] + tokens[Int(pair.right)])
      merges.append(pair)
      joiner.join(pair, to: joined)
    }
    return json(tokens, merges)
  }

  private func json(_ tokens: [[UInt8]], _ merges: [PairJoiner.Pair]) -> [UInt8] {
    func quoted(_ token: [UInt8]) -> String { jsonQuoted(String(decoding: token, as: UTF8.self)) }
    let added = specialTokens.enumerated().map { id, token in
      "{\"id\":\(id),\"content\":\(jsonQuoted(token)),\"single_word\":false,\"lstrip\":false,"
        + "\"rstrip\":false,\"normalized\":false,\"special\":true}"
    }
    // A pair may have been joined twice, and the last time counts.
    var seen: Set<PairJoiner.Pair> = []
    let last = merges.reversed().filter { seen.insert($0).inserted }.reversed()
    let texts = tokens.map(quoted)
    var result = #"{"version":"1.0","truncation":null,"padding":null,"added_tokens":["#
    result += added.joined(separator: ",")
    result += #"],"normalizer":null,"pre_tokenizer":"# + BytePairTraining.byteLevel
    result += #","post_processor":null,"decoder":"# + BytePairTraining.decoder
    result += #","model":{"type":"BPE","dropout":null,"unk_token":null,"#
    result += #""continuing_subword_prefix":null,"end_of_word_suffix":null,"fuse_unk":false,"#
    result += #""byte_fallback":false,"ignore_merges":false,"vocab":{"#
    result += texts.enumerated().map { "\($1):\($0)" }.joined(separator: ",")
    result += #"},"merges":["#
    result += last.map { "[\(texts[Int($0.left)]),\(texts[Int($0.right)])]" }.joined(separator: ",")
    return Array((result + "]}}\n").utf8)
  }
}
