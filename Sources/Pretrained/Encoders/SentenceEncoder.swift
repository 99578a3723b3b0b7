import BackpropArrays
import BackpropAutodiff
import BackpropFiles
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
  ///   - format: how the weights of the encoder's linear layers are rounded, for a quarter of their
  ///     memory or less and faster answers that are a little off; `nil` for `float32`.
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
    var tokenizer = try folder.tokenizer()
    tokenizer.truncation = Truncation(maximumLength: maximumLength)
    tokenizer.padding = nil
    self.tokenizer = tokenizer
    self.path = path
  }

  /// The vectors of texts: of shape (texts, ``width``).
  ///
  /// Some thousand texts at a time take little memory; a whole file is best given in parts.
  ///
  /// - Throws: `PretrainedError` if the tokenizer gives tokens that the model does not know.
  public func encode(_ texts: [String]) throws -> Tensor {
    try encode(TokenBatch(tokenizer.ids(of: texts)))
  }

  /// The vector of a text: of shape (``width``).
  ///
  /// - Throws: `PretrainedError` if the tokenizer gives tokens that the model does not know.
  public func encode(_ text: String) throws -> Tensor {
    try encode(TokenBatch([tokenizer.ids(of: text)])).reshaped(to: [width] as Shape)
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

/// What a folder's `modules.json` says that a sentence encoder is made of.
private struct SentenceModules {
  private let path: String
  /// The folder of the encoder itself.
  private(set) var encoderPath: String
  private(set) var pooling = SentencePooling()
  /// How many tokens a text may have; `nil` where it is not said.
  private(set) var maximumLength: Int?
  /// The modules behind the pooling: kind and folder.
  private var others: [(kind: String, path: String)] = []

  /// The most modules that are read.
  private static let limit = 32

  init(_ path: String) throws {
    self.path = path
    encoderPath = path
    let file = path + "/modules.json"
    if File.exists(file) { try read(ModelConfiguration.value(in: file), file) }
    let settings = encoderPath + "/sentence_bert_config.json"
    if File.exists(settings) {
      maximumLength = try ModelConfiguration(contentsOf: settings).optionalInteger(
        "max_seq_length", in: 1...ModelConfiguration.vocabularyLimit)
    }
  }

  private mutating func read(_ document: JSONDocument, _ file: String) throws {
    func invalid(_ key: String, _ expected: String) -> PretrainedError {
      PretrainedError(
        .invalid(key: key, expected: expected, found: "something else"), path: file)
    }
    guard case .array(let modules) = document, modules.count <= Self.limit else {
      throw invalid("the list", "at most \(Self.limit) modules")
    }
    var hasEncoder = false
    var hasPooling = false
    for (index, module) in modules.enumerated() {
      guard let type = module["type"]?.string, let name = module["path"]?.string else {
        throw invalid("module \(index)", "an object with 'type' and 'path'")
      }
      guard !name.contains("/"), !name.contains("\\"), name != "..", !name.utf8.contains(0) else {
        throw PretrainedError(
          .invalid(
            key: "path of module \(index)", expected: "the name of a folder in this one",
            found: "'\(name.prefix(60))'"), path: file)
      }
      let folder = name.isEmpty ? path : path + "/" + name
      // sentence_transformers.models.Pooling, or with its place in newer versions.
      switch type.split(separator: ".").last.map(String.init) ?? "" {
      case "Transformer":
        guard !hasEncoder else { throw invalid("module \(index)", "one encoder alone") }
        encoderPath = folder
        hasEncoder = true
      case "Pooling":
        guard !hasPooling else { throw invalid("module \(index)", "one pooling alone") }
        pooling = try SentencePooling(ModelConfiguration(contentsOf: folder + "/config.json"))
        hasPooling = true
      case "Dropout": break  // nothing happens outside of training
      case let kind: others.append((kind, folder))
      }
    }
    guard hasEncoder, hasPooling else {
      throw PretrainedError(
        .unsupported("a sentence encoder without a Transformer or without Pooling"), path: file)
    }
  }

  /// What happens behind the pooling.
  ///
  /// - Parameter width: of the pooled vector; afterwards of the result.
  func steps(width: inout Int) throws -> [SentenceEncoder.Step] {
    var steps: [SentenceEncoder.Step] = []
    for (kind, folder) in others {
      switch kind {
      case "Normalize": steps.append(.normalize)
      case "Dense": steps.append(try Self.dense(folder, &width))
      default:
        throw PretrainedError(.unsupported("the module '\(kind)'"), path: path + "/modules.json")
      }
    }
    return steps
  }

  private static func dense(
    _ path: String, _ width: inout Int
  ) throws -> SentenceEncoder.Step {
    let folder = try ModelFolder(path)
    let configuration = folder.configuration
    let sizes = 1...ModelConfiguration.widthLimit
    let inputs = try configuration.integer("in_features", in: sizes)
    let outputs = try configuration.integer("out_features", in: sizes)
    guard inputs == width else {
      throw configuration.error("in_features", expected: "\(width)", found: "\(inputs)")
    }
    if try configuration.flag("use_residual", default: false) {
      throw PretrainedError(.unsupported("use_residual of the module 'Dense'"), path: path)
    }
    let activation: PackedMatrix.Activation
    let name = try configuration.text(
      "activation_function", default: "torch.nn.modules.activation.Tanh")
    switch name.split(separator: ".").last.map(String.init) ?? "" {
    case "Tanh": activation = .tanh
    case "Identity": activation = .identity
    case "ReLU": activation = .relu
    case "GELU": activation = .gelu
    default:
      throw PretrainedError(.unsupported("the activation '\(name.prefix(60))'"), path: path)
    }
    let linear = try PretrainedWeights(folder.weights(), path: path).linear(
      "linear", inputs: inputs, outputs: outputs,
      hasBias: configuration.flag("bias", default: true))
    width = outputs
    return .dense(PackedEncoder.Dense([linear]), activation)
  }
}
