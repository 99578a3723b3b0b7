import BackpropFiles
import BackpropTokenizers
import BackpropWeightFiles

/// The tokenizer in the metadata of a GGUF file (`tokenizer.ggml.…`), checked: every list of the length
/// of the others, every number one of a token.
///
/// Of the kinds, `llama` (SentencePiece's pairs, of which the scores are the order) and `gpt2` (pairs of
/// bytes) are known. It becomes a `tokenizer.json`, which ``Tokenizer`` reads.
struct GGUFVocabulary {
  /// What a token is, as `tokenizer.ggml.token_type` numbers it.
  enum Kind: Int {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  /// Which way texts are cut.
  enum Form {
    case sentencePiece(addsSpace: Bool)
    case byteLevel(GGUFPreTokenizer)

    var isSentencePiece: Bool {
      if case .sentencePiece = self { true } else { false }
    }
  }

  static let prefix = "tokenizer.ggml."

  let form: Form
  let tokens: [String]
  let kinds: [Kind]
  /// Pairs that are joined, in the order of their ranks.
  let merges: [(left: String, right: String)]
  let beginningID: Int32?
  let endOfTextIDs: Set<Int32>
  private let unknownID: Int32?
  /// What stands before and behind each text.
  private let frame: (before: Int32?, behind: Int32?)

  /// Reads the metadata; `nil` of a file without a tokenizer.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - path: what errors call it.
  /// - Throws: `PretrainedError` that names the key.
  init?(_ file: GGUF, path: String) throws(PretrainedError) {
    let metadata = GGUFMetadata(file, path: path)
    func value(_ key: String) -> GGUFValue? { file[Self.prefix + key] }
    guard value("model") != nil else { return nil }
    let model = try metadata.text(Self.prefix + "model")

    guard let tokens = value("tokens")?.array?.texts, !tokens.isEmpty,
      tokens.count <= ModelConfiguration.vocabularyLimit
    else { throw metadata.error(Self.prefix + "tokens", "texts", "something else") }
    self.tokens = tokens
    /// A list with an entry for each token.
    func each<T>(_ key: String, _ list: [T]?) throws(PretrainedError) -> [T] {
      guard let list, list.count == tokens.count else {
        throw metadata.error(
          Self.prefix + key, "\(tokens.count) numbers, one for each token",
          value(key).map { "\($0)" } ?? "nothing")
      }
      return list
    }
    func flag(_ key: String, default other: Bool) throws(PretrainedError) -> Bool {
      switch value(key) {
      case nil: return other
      case .bool(let flag): return flag
      case let wrong?: throw metadata.error(Self.prefix + key, "true or false", "\(wrong)")
      }
    }
    func token(_ key: String) throws(PretrainedError) -> Int32? {
      if value(key) == nil { return nil }
      return Int32(try metadata.integer(Self.prefix + key, in: 0...tokens.count - 1))
    }
    let types =
      value("token_type") == nil
      ? Array(repeating: Kind.normal.rawValue, count: tokens.count)
      : try each("token_type", value("token_type")?.array?.integers)
    // 0 stands for what is not said.
    kinds = types.map { Kind(rawValue: $0) ?? .normal }
    if let wrong = types.first(where: { !(0...Kind.byte.rawValue).contains($0) }) {
      throw metadata.error(Self.prefix + "token_type", "numbers from 0 to 6", "\(wrong)")
    }
    let pairs = try Self.merges(value("merges"), metadata)
    let begins: Bool
    switch model {
    case "llama":
      form = .sentencePiece(addsSpace: try flag("add_space_prefix", default: true))
      begins = true
      if let pairs {
        merges = pairs
      } else {
        let scores = try each("scores", value("scores")?.array?.numbers)
        guard scores.allSatisfy(\.isFinite) else {
          throw metadata.error(Self.prefix + "scores", "finite numbers", "others")
        }
        merges = try Self.merges(of: tokens, scores: scores, path: path)
      }
    case "gpt2":
      // What older files do not say is GPT-2's way.
      let name = try metadata.text(Self.prefix + "pre", default: "gpt-2")
      guard let known = GGUFPreTokenizer.named(name) else {
        throw PretrainedError(
          .unsupported(
            "\(Self.prefix)pre '\(name.prefix(60))' (there are "
              + GGUFPreTokenizer.known.flatMap(\.names).joined(separator: ", ") + ")"), path: path)
      }
      guard let pairs else { throw metadata.error(Self.prefix + "merges", "pairs", "nothing") }
      (form, begins, merges) = (.byteLevel(known), known.begins, pairs)
    default:
      throw PretrainedError(
        .unsupported(
          "\(Self.prefix)model '\(model.prefix(60))', a tokenizer of that kind (there are llama and "
            + "gpt2),"), path: path)
    }
    unknownID = try token("unknown_token_id")
    beginningID = try token("bos_token_id")
    let end = try token("eos_token_id")
    var ends: Set<Int32> = []
    for case let id? in [end, try token("eot_token_id"), try token("eom_token_id")] {
      ends.insert(id)
    }
    endOfTextIDs = ends
    let addsBeginning = try flag("add_bos_token", default: begins)
    let addsEnd = try flag("add_eos_token", default: false)
    frame = (addsBeginning ? beginningID : nil, addsEnd ? end : nil)
  }

  /// Pairs as the file lists them, each two tokens with a space between.
  private static func merges(
    _ value: GGUFValue?, _ metadata: GGUFMetadata
  ) throws(PretrainedError) -> [(left: String, right: String)]? {
    guard let value else { return nil }
    guard let lines = value.array?.texts else {
      throw metadata.error(prefix + "merges", "texts", "\(value)")
    }
    var result: [(left: String, right: String)] = []
    result.reserveCapacity(lines.count)
    for line in lines {
      let parts = line.utf8.split(separator: 32, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw metadata.error(
          prefix + "merges", "two tokens with a space between", "'\(line.prefix(60))'")
      }
      result.append(
        (String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self)))
    }
    return result
  }

  /// The pairs that make tokens of SentencePiece's: any two tokens that one behind the other are a third
  /// are joined, those with the highest score first; of one score, those with the longest left token.
  private static func merges(
    of tokens: [String], scores: [Double], path: String
  ) throws(PretrainedError) -> [(left: String, right: String)] {
    let texts = tokens.map { Array($0.utf8)[...] }
    // Each end of each token is looked up: short ones, as they are, take little.
    let (length, work) = texts.reduce((0, 0)) { ($0.0 + $1.count, $0.1 + $1.count * $1.count) }
    guard work <= 64 * length + 1 << 20 else {
      throw PretrainedError(
        .limitExceeded("\(prefix)tokens are too long: \(length / texts.count) bytes in the mean"),
        path: path)
    }
    // Of tokens of one text the last counts.
    var ids: [ArraySlice<UInt8>: Int] = [:]
    ids.reserveCapacity(texts.count)
    for (id, text) in texts.enumerated() { ids[text] = id }
    struct Pair {
      let score: Double
      let lengths: (left: Int, right: Int)
      let token: Int
      let middle: Int
    }
    var pairs: [Pair] = []
    for (id, text) in texts.enumerated() where ids[text] == id {
      let count = text.lazy.filter { $0 & 0xC0 != 0x80 }.count
      var left = 0
      for middle in text.indices where text[middle] & 0xC0 != 0x80 {
        if middle > 0, ids[text[..<middle]] != nil, ids[text[middle...]] != nil {
          pairs.append(
            Pair(score: scores[id], lengths: (left, count - left), token: id, middle: middle))
        }
        left += 1
      }
    }
    pairs.sort {
      ($1.score, $1.lengths.left, $1.lengths.right, $0.token)
        < ($0.score, $0.lengths.left, $0.lengths.right, $1.token)
    }
    return pairs.map { pair in
      let text = texts[pair.token]
      return (
        String(decoding: text[..<pair.middle], as: UTF8.self),
        String(decoding: text[pair.middle...], as: UTF8.self)
      )
    }
  }

  // MARK: As a tokenizer

  /// The tokenizer.
  ///
  /// - Throws: `TokenizerError` where tokens and pairs do not fit each other.
  func tokenizer() throws(TokenizerError) -> Tokenizer { try Tokenizer(json: tokenizerJSON()) }

  /// A `tokenizer.json`.
  private func tokenizerJSON() -> [UInt8] {
    let texts = tokens.map(jsonQuoted)
    let added = kinds.indices.filter { kinds[$0] == .control || kinds[$0] == .userDefined }.map {
      "{\"id\":\($0),\"content\":\(texts[$0]),\"single_word\":false,\"lstrip\":false,"
        + "\"rstrip\":false,\"normalized\":false,\"special\":\(kinds[$0] == .control)}"
    }
    var normalizer = "null"
    var (preTokenizer, decoder) = ("null", Self.byteLevelDecoder)
    var isWhole = false
    switch form {
    case .sentencePiece(let addsSpace):
      normalizer = addsSpace ? Self.spaceAndMarks : Self.marks
      decoder =
        #"{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},"#
        + #"{"type":"ByteFallback"},{"type":"Fuse"}"#
        + (addsSpace ? #",{"type":"Strip","content":" ","start":1,"stop":0}]}"# : "]}")
    case .byteLevel(let known): (preTokenizer, isWhole) = (known.json, known.takesWholePieces)
    }
    let isByteFallback = form.isSentencePiece
    var result = #"{"version":"1.0","truncation":null,"padding":null,"added_tokens":["#
    result += added.joined(separator: ",")
    result += #"],"normalizer":"# + normalizer + #","pre_tokenizer":"# + preTokenizer
    result += #","post_processor":"# + postProcessor(texts) + #","decoder":"# + decoder
    result += #","model":{"type":"BPE","dropout":null,"unk_token":"#
    result += isByteFallback ? unknownID.map { texts[Int($0)] } ?? "null" : "null"
    result += #","continuing_subword_prefix":null,"end_of_word_suffix":null,"#
    result += "\"fuse_unk\":\(isByteFallback),\"byte_fallback\":\(isByteFallback),"
    result += "\"ignore_merges\":\(isWhole),\"vocab\":{"
    result += texts.enumerated().map { "\($1):\($0)" }.joined(separator: ",")
    result += #"},"merges":["#
    result += merges.map { "[\(jsonQuoted($0.left)),\(jsonQuoted($0.right))]" }
      .joined(separator: ",")
    return Array((result + "]}}").utf8)
  }

  /// Puts SentencePiece's mark ▁ in the place of spaces.
  static let marks = #"{"type":"Replace","pattern":{"String":" "},"content":"▁"}"#
  /// The same, with one more in front.
  static let spaceAndMarks =
    #"{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},"# + marks + "]}"
  private static let byteLevelDecoder =
    #"{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}"#

  private func postProcessor(_ texts: [String]) -> String {
    if frame.before == nil, frame.behind == nil { return "null" }
    func special(_ id: Int32?, _ type: Int) -> [String] {
      id.map { ["{\"SpecialToken\":{\"id\":\(texts[Int($0)]),\"type_id\":\(type)}}"] } ?? []
    }
    func framed(_ name: String, _ type: Int) -> [String] {
      special(frame.before, type) + ["{\"Sequence\":{\"id\":\"\(name)\",\"type_id\":\(type)}}"]
        + special(frame.behind, type)
    }
    let ids = Set([frame.before, frame.behind].compactMap { $0 }).sorted()
    let specials = ids.map { id in
      let text = texts[Int(id)]
      return "\(text):{\"id\":\(text),\"ids\":[\(id)],\"tokens\":[\(text)]}"
    }
    let single = framed("A", 0)
    return "{\"type\":\"TemplateProcessing\",\"single\":[" + single.joined(separator: ",")
      + "],\"pair\":[" + (single + framed("B", 1)).joined(separator: ",")
      + "],\"special_tokens\":{" + specials.joined(separator: ",") + "}}"
  }
}
