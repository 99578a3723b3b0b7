import BackpropArrays
import BackpropFiles

/// What a folder's `modules.json` says that a sentence encoder is made of.
struct SentenceModules {
  private let path: String
  /// The folder of the encoder itself.
  private(set) var encoderPath: String
  private(set) var pooling = SentencePooling()
  /// How many tokens a text may have; `nil` where it is not said.
  private(set) var maximumLength: Int?
  /// Whether texts are written small before all else.
  private(set) var isLowercasing = false
  /// What may be put in front of texts, by name.
  private(set) var prompts: [String: String] = [:]
  /// Which of them is put there where nobody says another; `nil` for none.
  private(set) var defaultPrompt: String?
  /// The modules behind the pooling: kind and folder.
  private var others: [(kind: String, path: String)] = []

  /// The most modules that are read.
  private static let limit = 32

  init(_ path: String) throws {
    self.path = path
    encoderPath = path
    let file = path + "/modules.json"
    if File.exists(file) { try read(ModelConfiguration.value(in: file), file) }
    try readLength()
    let texts = path + "/config_sentence_transformers.json"
    if File.exists(texts) { try readPrompts(ModelConfiguration(contentsOf: texts)) }
  }

  /// As the library: what the module's own settings say comes first, and else the tokenizer's.
  private mutating func readLength() throws {
    let lengths = 1...ModelConfiguration.vocabularyLimit
    let names = Self.settingsNames.map { "\(encoderPath)/sentence_\($0)_config.json" }
    if let path = names.first(where: File.exists) {
      let settings = try ModelConfiguration(contentsOf: path)
      let arguments = try settings.section("tokenizer_args") ?? settings.section("processor_kwargs")
      maximumLength =
        try arguments?.optionalInteger("model_max_length", in: lengths)
        ?? settings.optionalInteger("max_seq_length", in: lengths)
      isLowercasing = try settings.flag("do_lower_case", default: false)
    }
    let path = encoderPath + "/tokenizer_config.json"
    guard maximumLength == nil, File.exists(path) else { return }
    // A number without end, 1e30, says that there is no limit.
    let length = try ModelConfiguration(contentsOf: path).number(
      "model_max_length", "max_len", in: 1...1e300, default: 1e30)
    maximumLength = Int(exactly: length.rounded()).flatMap { lengths.contains($0) ? $0 : nil }
  }

  /// What the settings of the module `Transformer` are called: `sentence_…_config.json`.
  private static let settingsNames = [
    "bert", "roberta", "distilbert", "camembert", "albert", "xlm-roberta", "xlnet",
  ]

  private mutating func readPrompts(_ configuration: ModelConfiguration) throws {
    prompts = try configuration.section("prompts")?.textsByName() ?? [:]
    let name = try configuration.text("default_prompt_name", default: "")
    if name.isEmpty { return }
    guard let prompt = prompts[name] else {
      throw configuration.error(
        "default_prompt_name", expected: "the name of a prompt", found: "'\(name.prefix(60))'")
    }
    defaultPrompt = prompt
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
        let configuration = try ModelConfiguration(contentsOf: folder + "/config.json")
        pooling = try SentencePooling(configuration)
        guard try configuration.flag("include_prompt", default: true) else {
          throw PretrainedError(
            .unsupported("pooling whose include_prompt is false"), path: configuration.path)
        }
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
