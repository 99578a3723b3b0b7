import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTokenizers

/// Turns texts into vectors by which they can be compared: a sentence encoder as it lies on a model hub.
///
/// ```swift
/// let encoder = try SentenceEncoder(contentsOf: "all-MiniLM-L6-v2")
/// let vectors = try encoder.encode(["A bird sings.", "새가 노래한다."])    // (2, 384)
/// ```
///
/// The folder says what it is made of: `config.json` and the weights of an encoder of the BERT family
/// (``TextEncoder``), a tokenizer, and in `modules.json` how a text's vectors become one, with
/// `1_Pooling/config.json`, and whether that is normalized or goes through a further linear layer.
/// Without `modules.json` it is the mean of the tokens' vectors.
///
/// Texts go through together without padding: a text costs what its own tokens cost. A text's vector
/// has the same bits whatever else is in the batch and on any number of threads.
///
/// One encoder serves any number of tasks at once; each call then runs on its own thread.
///
/// The weights of linear layers are packed in memory at the start, the tables of vectors stay in the
/// mapped file, which must not be cut short meanwhile: weights of `F32` take about their size in the
/// file, those of `F16` and `BF16` become `F32` and take twice that.
///
/// Sources: Reimers and Gurevych, "Sentence-BERT" (2019), and the library `sentence-transformers`, whose
/// numbers these are.
public final class SentenceEncoder: Sendable {
  /// What `config.json` says of the encoder.
  public let settings: EncoderSettings
  /// How the vectors of tokens become one.
  public let pooling: SentencePooling
  /// How many numbers a text's vector has.
  public let width: Int
  /// How many tokens of a text are taken at most; the others are cut off.
  public let maximumLength: Int
  /// What cuts texts into tokens, ``maximumLength`` at most.
  public let tokenizer: Tokenizer
  /// What may be put in front of texts, by name: `config_sentence_transformers.json` lists it.
  public let prompts: [String: String]
  /// What is put in front of texts where no other prompt is given; `nil` for nothing.
  public let defaultPrompt: String?

  private let encoder: PackedEncoder
  private let finishing: [Step]
  /// The folder, for errors.
  private let path: String

  /// What happens to a text's vector behind the pooling.
  enum Step: Sendable {
    case normalize
    case dense(PackedEncoder.Dense, PackedMatrix.Activation)
  }

  /// Opens a folder.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - format: how the weights of the encoder's linear layers are rounded, for about a
  ///     quarter of their memory or less and faster answers that are a little off; `nil` for `float32`.
  /// - Throws: `FileError`, `WeightFileError`, `TokenizerError`, or `PretrainedError` if the folder
  ///   holds no sentence encoder, or its parts do not fit one another.
  public init(contentsOf path: String, quantizedAs format: QuantizedFormat? = nil) throws {
    let modules = try SentenceModules(path)
    let folder = try ModelFolder(modules.encoderPath)
    settings = try EncoderSettings(folder.configuration)
    let weights = try folder.weights()
    encoder = PackedEncoder(
      try TextEncoder(PretrainedWeights(weights, path: folder.path), settings), quantizedAs: format
    ) { weights.releasePages() }
    pooling = modules.pooling
    var width = pooling.width(of: settings.width)
    finishing = try modules.steps(width: &width)
    self.width = width
    maximumLength = min(
      settings.maximumLength, modules.maximumLength ?? settings.maximumLength)
    var tokenizer = try Tokenizer(contentsOf: folder.path, lowercasing: modules.isLowercasing)
    tokenizer.truncation = Truncation(maximumLength: maximumLength)
    tokenizer.padding = nil
    self.tokenizer = tokenizer
    prompts = modules.prompts
    defaultPrompt = modules.defaultPrompt
    self.path = path
  }

  /// The vectors of texts: of shape (texts, ``width``).
  ///
  /// ```swift
  /// try encoder.encode(questions, prompt: encoder.prompts["query"])
  /// ```
  ///
  /// - Parameters:
  ///   - texts: any number of them.
  ///   - prompt: what is put in front of each; ``defaultPrompt`` if `nil`.
  /// - Throws: `PretrainedError` if the tokenizer gives tokens that the model does not know.
  public func encode(_ texts: [String], prompt: String? = nil) throws -> Tensor {
    let prompt = prompt ?? defaultPrompt ?? ""
    let texts = prompt.isEmpty ? texts : texts.map { prompt + $0 }
    return try encode(TokenBatch(tokenizer.ids(of: texts)))
  }

  /// The vector of a text: of shape (``width``); as among others.
  ///
  /// - Throws: `PretrainedError` if the tokenizer gives tokens that the model does not know.
  public func encode(_ text: String, prompt: String? = nil) throws -> Tensor {
    try encode([text], prompt: prompt).reshaped(to: [width] as Shape)
  }

  /// The vectors of texts that are tokens already: of shape (texts, ``width``).
  ///
  /// - Throws: `PretrainedError` if a text is longer than the model takes, or has a token that it does
  ///   not know.
  public func encode(_ batch: TokenBatch) throws -> Tensor {
    if let reason = batch.misfit(settings) {
      throw PretrainedError(.doesNotFit(reason), path: path)
    }
    let result = NDArray(uninitialized: [batch.count, width], .float32)
    let texts = PackedLengths(batch.lengths)
    nonisolated(unsafe) let out = result.numbers
    encoder.forEachPart(of: batch) { part, vectors in
      let first = texts.starts[part.lowerBound]
      for text in part {
        finish(
          vectors + (texts.starts[text] - first) * settings.width, count: texts.lengths[text],
          into: out + text * width)
      }
    }
    return Tensor(result)
  }

  /// A text's vector from those of its tokens.
  private func finish(
    _ rows: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    var current = [Float](repeating: 0, count: pooling.width(of: settings.width))
    current.withUnsafeMutableBufferPointer {
      pooling.pool(rows, count: count, width: settings.width, into: $0.baseAddress!)
    }
    for step in finishing {
      switch step {
      case .normalize:
        // As the reference: no less than 1e-12 is divided by.
        let square = current.reduce(0.0) { $0 + Double($1) * Double($1) }
        let length = Float(max(square.squareRoot(), 1e-12))
        for index in current.indices { current[index] /= length }
      case .dense(let dense, let activation):
        var next = [Float](repeating: 0, count: dense.outputs)
        current.withUnsafeBufferPointer { current in
          next.withUnsafeMutableBufferPointer {
            dense.apply(current.baseAddress!, count: 1, activation, into: $0.baseAddress!)
          }
        }
        current = next
      }
    }
    current.withUnsafeBufferPointer { out.update(from: $0.baseAddress!, count: width) }
  }
}
