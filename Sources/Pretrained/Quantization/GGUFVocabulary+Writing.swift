import BackpropArrays
import BackpropFiles
import BackpropTokenizers
import BackpropWeightFiles

extension GGUFVocabulary {
  /// The metadata that say what a folder's `tokenizer.json` says.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - count: how many vectors the model has, and with it tokens; what the tokenizer has fewer is
  ///     filled up.
  /// - Throws: `FileError`, `TokenizerError`, or `PretrainedError` for what the format has no place for.
  static func metadata(
    ofTokenizerIn folder: ModelFolder, count: Int
  ) throws -> [(key: String, value: GGUFValue)] {
    let path = folder.file("tokenizer.json")
    guard folder.has("tokenizer.json") else {
      throw PretrainedError(.missingFile("tokenizer.json"), path: folder.path)
    }
    // Read strictly, so that what follows may rely on its form.
    var tokenizer = try Tokenizer(contentsOf: path)
    (tokenizer.padding, tokenizer.truncation) = (nil, nil)
    let json: JSONDocument
    do {
      json = try JSONDocument(try File.read(path))
    } catch let failure as JSONDocument.Failure {
      throw TokenizerError(.invalid("\(failure)"), file: path)
    }
    let source = TokenizerJSON(json, path: path)
    let form = try source.form()
    let (tokens, kinds) = try source.tokens(of: tokenizer, form, count: count)
    let merges = source.merges()

    var result: [(key: String, value: GGUFValue)] = []
    func add(_ key: String, _ value: GGUFValue) { result.append((prefix + key, value)) }
    switch form {
    case .sentencePiece(let addsSpace):
      add("model", .string("llama"))
      add("pre", .string("default"))
      // A token that no pair makes is joined from none before all others are.
      var ranks: [[UInt8]: Int] = [:]
      for (rank, pair) in merges.enumerated().reversed() {
        ranks[Array((pair.0 + pair.1).utf8)] = rank
      }
      let scores = tokens.map { -Float(ranks[Array($0.utf8)] ?? merges.count) }
      add("scores", .array(GGUFArray(scores)))
      add("add_space_prefix", .bool(addsSpace))
    case .byteLevel(let known):
      add("model", .string("gpt2"))
      add("pre", .string(known.names[0]))
    }
    add("tokens", .array(GGUFArray(tokens)))
    add("token_type", .array(GGUFArray(kinds.map { Int32($0.rawValue) })))
    add("merges", .array(GGUFArray(merges.map { $0.0 + " " + $0.1 })))
    let defaults = try GenerationDefaults(folder)
    func add(_ key: String, _ id: Int32?) {
      if let id, (0..<count).contains(Int(id)) { add(key, .uint32(UInt32(id))) }
    }
    add("bos_token_id", defaults.beginningID)
    let ends = defaults.endOfTextIDs.sorted()
    add("eos_token_id", ends.first)
    add("eot_token_id", ends.dropFirst().first)
    add("eom_token_id", ends.dropFirst(2).first)
    add("unknown_token_id", source.unknown.flatMap { tokenizer.id(of: $0) })
    let frame = tokenizer.ids(of: "")
    let (begins, endsWith) = (frame.first == defaults.beginningID, frame.last.map(ends.contains))
    guard frame.isEmpty || frame.count <= 2 && (begins || endsWith == true),
      frame.count < 2 || begins && endsWith == true, ends.count <= 3
    else { throw source.refusal("a post_processor that adds the tokens \(frame)") }
    add("add_bos_token", .bool(!frame.isEmpty && begins))
    add("add_eos_token", .bool(frame.count == 2 || (frame.count == 1 && !begins)))
    return result
  }
}

/// The parts of a `tokenizer.json` as a GGUF file has places for them.
private struct TokenizerJSON {
  private let json: JSONDocument
  private let path: String

  init(_ json: JSONDocument, path: String) { (self.json, self.path) = (json, path) }

  private var model: JSONDocument { json["model"] ?? .null }

  /// The text of the unknown token.
  var unknown: String? { model["unk_token"]?.string }

  func refusal(_ what: String) -> PretrainedError {
    PretrainedError(.unsupported("\(what), for which a GGUF file has no place,"), path: path)
  }

  /// Which of the forms it is.
  func form() throws(PretrainedError) -> GGUFVocabulary.Form {
    guard model["merges"] != nil, model["type"]?.string ?? "BPE" == "BPE" else {
      throw refusal("a model '\(model["type"]?.string ?? "")'")
    }
    let normalizer = json["normalizer"].map(plain) ?? .null
    let preTokenizer = json["pre_tokenizer"].map(plain) ?? .null
    if case .bool(true)? = model["byte_fallback"] {
      func known(_ text: String) -> JSONDocument { plain(try! JSONDocument(Array(text.utf8))) }
      switch (normalizer, preTokenizer) {
      case (known(GGUFVocabulary.spaceAndMarks), .null): return .sentencePiece(addsSpace: true)
      case (known(GGUFVocabulary.marks), .null),
        (
          known(GGUFVocabulary.marks),
          known(
            #"{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false}"#
          )
        ):
        return .sentencePiece(addsSpace: false)
      case (.null, let metaspace)
      where metaspace["type"]?.string == "Metaspace" && metaspace["split"] == .bool(false)
        && metaspace["replacement"]?.string == "▁":
        return .sentencePiece(addsSpace: metaspace["prepend_scheme"]?.string != "never")
      default: throw refusal("this normalizer with this pre_tokenizer")
      }
    }
    // llama.cpp composes no characters, and files of Qwen's models, whose tokenizers do, are made so.
    guard normalizer == .null || normalizer["type"]?.string == "NFC" else {
      throw refusal("a normalizer '\(normalizer["type"]?.string ?? "")'")
    }
    let isWhole = model["ignore_merges"] == .bool(true)
    let known = GGUFPreTokenizer.known.first {
      $0.takesWholePieces == isWhole
        && plain(try! JSONDocument(Array($0.json.utf8))) == preTokenizer
    }
    guard let known else { throw refusal("a pre_tokenizer that llama.cpp has no name for") }
    return .byteLevel(known)
  }

  /// A component without what makes no difference: the order of its members, settings of offsets, and a
  /// sequence around one alone.
  private func plain(_ json: JSONDocument) -> JSONDocument {
    switch json {
    case .array(let values): return .array(values.map(plain))
    case .object(let members):
      for list in ["pretokenizers", "normalizers"] {
        if case .array(let values)? = json[list], values.count == 1 { return plain(values[0]) }
      }
      return .object(
        members.filter { $0.name != "trim_offsets" }.sorted { $0.name < $1.name }
          .map { .init(name: $0.name, value: plain($0.value)) })
    default: return json
    }
  }

  /// Pairs that are joined, as `["a b"]` or `[["a", "b"]]`.
  func merges() -> [(String, String)] {
    guard case .array(let values)? = model["merges"] else { return [] }
    return values.compactMap { value in
      switch value {
      case .string(let line):
        let parts = line.utf8.split(separator: 32, omittingEmptySubsequences: false)
        guard parts.count == 2, !line.hasPrefix("#version") else { return nil }
        return (
          String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self)
        )
      case .array(let pair) where pair.count == 2:
        guard let left = pair[0].string, let right = pair[1].string else { return nil }
        return (left, right)
      default: return nil
      }
    }
  }

  /// All tokens in the order of their numbers, and what they are.
  func tokens(
    of tokenizer: Tokenizer, _ form: GGUFVocabulary.Form, count: Int
  ) throws(PretrainedError) -> (texts: [String], kinds: [GGUFVocabulary.Kind]) {
    var texts = (0..<count).map { "[PAD\($0)]" }
    var kinds = [GGUFVocabulary.Kind](repeating: .unused, count: count)
    func put(_ text: String, _ id: Int, _ kind: GGUFVocabulary.Kind) throws(PretrainedError) {
      guard texts.indices.contains(id) else {
        throw PretrainedError(
          .doesNotFit("the tokenizer has the token \(id), and the model vectors for \(count)"),
          path: path)
      }
      guard kinds[id] == .unused || texts[id] == text else {
        throw refusal("two tokens of the number \(id)")
      }
      (texts[id], kinds[id]) = (text, kind)
    }
    guard case .object(let entries)? = model["vocab"] else {
      throw refusal("a vocabulary of this form")
    }
    for entry in entries {
      guard let id = entry.value.integer else { throw refusal("a vocabulary of this form") }
      let isByte = form.isSentencePiece && entry.name.utf8.count == 6 && entry.name.hasPrefix("<0x")
      let kind: GGUFVocabulary.Kind =
        isByte ? .byte : entry.name == unknown && form.isSentencePiece ? .unknown : .normal
      try put(entry.name, id, kind)
    }
    guard case .array(let added)? = json["added_tokens"] else { return (texts, kinds) }
    for token in added {
      guard let text = token["content"]?.string, let id = tokenizer.id(of: text) else { continue }
      if kinds.indices.contains(Int(id)), kinds[Int(id)] == .unknown { continue }
      try put(text, Int(id), token["special"] == .bool(true) ? .control : .userDefined)
    }
    return (texts, kinds)
  }
}

extension GGUF {
  /// A folder of a model hub as one file, with all that is needed to write text: the model, if it is of
  /// the architecture `llama`, and its tokenizer.
  ///
  /// ```swift
  /// try GGUF(ModelFolder("SmolLM2-135M"), quantizedAs: .eightBit).write(to: "SmolLM2-135M-Q8_0.gguf")
  /// ```
  ///
  /// Of tokenizers those have a place that join pairs: of bytes, cut in a way that llama.cpp has a name
  /// for, and SentencePiece's, whose pairs are written too. A text that begins with a space may be cut
  /// otherwise than by a `tokenizer.json` with a `Metaspace`, since a file knows one way alone: one more
  /// space is put in front.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - format: how matrices are rounded; `nil` for numbers of `F32`.
  /// - Throws: `FileError`, `WeightFileError`, `TokenizerError`, `PretrainedError`, or
  ///   `WeightConversionError` for a model that the architecture has no place for.
  public init(_ folder: ModelFolder, quantizedAs format: QuantizedFormat? = nil) throws {
    let model = try Llama(folder)
    let name = File.name(of: folder.path)
    var file = try GGUF(model, quantizedAs: format, name: name)
    file.metadata += try GGUFVocabulary.metadata(
      ofTokenizerIn: folder, count: model.vocabularySize)
    self = file
  }
}
