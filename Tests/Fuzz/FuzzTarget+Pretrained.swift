import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropWeightFiles

@testable import BackpropPretrained
@testable import BackpropTokenizers

extension FuzzTarget {
  /// A `tokenizer.json`, and texts in its tokens.
  @Sendable static func useTokenizer(_ bytes: [UInt8]) throws { use(try Tokenizer(json: bytes)) }

  /// A `vocab.txt`, or a `vocab.json` and a `merges.txt`, with what a `tokenizer_config.json` says of
  /// them; a zero byte stands between the parts.
  @Sendable static func useVocabulary(_ bytes: [UInt8]) throws {
    var parts = bytes.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false).map(
      Array.init)
    let settings = TokenizerConfiguration(
      json: parts.count > 1 ? try JSONDocument(parts.removeLast()) : .object([]))
    use(
      try Tokenizer(
        parts.count == 1
          ? wordPieceSource(parts[0], settings)
          : bytePairSource(parts[0], merges: parts[1], settings)))
  }

  /// The vocabulary of a `tokenizer.json` as older files have it, in the form of `useVocabulary`.
  @Sendable static func oldForm(_ file: [UInt8]) -> [UInt8]? {
    guard let model = (try? JSONDocument(file))?["model"], let vocabulary = model["vocab"],
      case .object(let tokens) = vocabulary
    else { return nil }
    let settings = Array(#"{"unk_token": "[UNK]", "do_lower_case": true}"#.utf8)
    guard case .array(let merges) = model["merges"] else {
      return Array(tokens.map(\.name).joined(separator: "\n").utf8) + [0] + settings
    }
    var lines = Array("#version: 0.2\n".utf8)
    for merge in merges {
      guard case .array(let pair) = merge, pair.count == 2 else { return nil }
      lines += Array("\(pair[0].string ?? "") \(pair[1].string ?? "")\n".utf8)
    }
    return Array(vocabulary.description.utf8) + [0] + lines + [0] + settings
  }

  /// Fits what libFuzzer reads: a longer file would be cut, and be none.
  @Sendable static func short(_ file: [UInt8]) -> [UInt8]? { file.count <= 8192 ? file : nil }

  private static let texts = [
    "A bird sings.", "", " \u{e9}e\u{301} 字字 don't \u{1f44d}\u{1f3fd}  x\t1,000 [MASK]</s>\n",
    "\0\u{fffd}\u{ad}\u{2581}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  ]

  private static func use(_ tokenizer: Tokenizer) {
    for text in texts {
      let encoding = tokenizer.encode(text)
      let ids = tokenizer.ids(of: text)
      if encoding.ids != ids { fatalError("\(ids) alone, \(encoding.ids) with offsets") }
      if Set([encoding.tokens.count, encoding.offsets.count, encoding.typeIDs.count, ids.count])
        .count > 1
      {
        fatalError("an encoding of parts that differ in length")
      }
      _ = tokenizer.encode(text, pairedWith: texts[0])
      _ = tokenizer.decode(ids)
      _ = tokenizer.decode(ids, skippingSpecialTokens: false)
      for id in ids { _ = tokenizer.token(of: id) }
    }
    _ = tokenizer.decode((-2..<40).map { $0 })
    _ = tokenizer.encode(texts)
    _ = tokenizer.vocabularySize
  }

  /// A file of a sentence encoder's folder: each that has settings is this one in turn.
  @Sendable static func useSentenceEncoder(_ bytes: [UInt8]) throws {
    for name in [
      "config.json", "modules.json", "1_Pooling/config.json", "sentence_bert_config.json",
      "config_sentence_transformers.json", "tokenizer_config.json",
    ] {
      let folder = try ChangedFolder("sentence-encoder", name, bytes)
      guard let encoder = try? SentenceEncoder(contentsOf: folder.path) else { continue }
      _ = try? encoder.encode(["two birds sing", ""])
    }
  }

  /// The `config.json` of every kind of model, and the settings beside it, with weights that do not
  /// change.
  @Sendable static func useModel(_ bytes: [UInt8]) throws {
    for name in ["bert", "bert-classifier", "distilbert-classifier", "roberta-tokens"] {
      let folder = try ChangedFolder("encoders/" + name, "config.json", bytes)
      guard let folder = try? ModelFolder(folder.path) else { return }
      _ = try? EncoderModel(folder)
    }
    for name in ["gpt2", "llama"] {
      for file in ["config.json", "generation_config.json"] {
        let folder = try ChangedFolder("decoders/" + name, file, bytes)
        _ = try? TextGenerator(contentsOf: folder.path)
      }
    }
    for name in ["vit", "resnet-basic"] {
      for file in ["config.json", "preprocessor_config.json"] {
        let folder = try ChangedFolder("picture-models/" + name, file, bytes)
        _ = try? PictureClassifier(contentsOf: folder.path)
      }
    }
  }

  /// The index of weights that lie in several files.
  @Sendable static func useShards(_ bytes: [UInt8]) throws {
    let folder = try ChangedFolder(
      "encoders/xlm-roberta-shards", "model.safetensors.index.json", bytes)
    _ = try EncoderModel(ModelFolder(folder.path))
  }

  /// The description of a model in a GGUF file, whose weights are zeros.
  @Sendable static func useGGUFModel(_ bytes: [UInt8]) throws {
    let model = try Llama(GGUF(bytes + [UInt8](repeating: 0, count: 1 << 16)))
    if model.vocabularySize > 1 {
      _ = model.hiddenStates(of: Tensor([0, 1] as [Int32]).reshaped(to: [1, 2]), .inference)
    }
  }

  /// A GGUF file of the fixture's model, as far as libFuzzer reads it.
  @Sendable static func ggufModel(_ weights: [UInt8]) -> [UInt8]? {
    guard let model = try? Llama(ModelFolder(fixtures + "decoders/llama")),
      let file = try? GGUF(model)
    else { return nil }
    return Array(file.encoded().prefix(8192))
  }

  /// An index of three vectors, as a file.
  @Sendable static func vectorIndex(_ file: [UInt8]) -> [UInt8]? {
    let path = fixtures + "../../.build/fuzz/seed.index"
    var index = VectorIndex(width: 2)
    try? index.add(Tensor([1, 0, 0, 1, 1, 1], shape: [3, 2]), texts: ["a", "bird", ""])
    try? index.save(to: path)
    return try? File.read(path)
  }

  /// An index of vectors, searched.
  @Sendable static func useVectorIndex(_ bytes: [UInt8]) throws {
    let file = try MemoryFile(bytes)
    let index = try VectorIndex(contentsOf: file.path)
    if index.width > 4096 { return }
    let question = Tensor.ones([1, index.width])
    for match in index.nearest(to: question, count: 3)[0] { _ = match }
    for position in 0..<min(index.count, 100) { _ = index.text(at: position) }
  }
}
