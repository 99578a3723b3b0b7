import BackpropNeuralNetworks

extension LlamaSettings {
  /// The kinds of models, as `model_type` names them, that are a ``Llama`` of some settings.
  static let modelTypes = [
    "llama", "mistral", "qwen2", "qwen3", "phi3", "gemma", "gemma2", "gemma3_text",
  ]

  /// What the library `transformers` takes where a `config.json` says nothing.
  private struct Defaults {
    var keyValueHeads: Int?
    var headWidth: Int?
    var contextLength = 32_768
    var epsilon = 1e-6
    var activation = "silu"
    var isOutputTied = false

    init(_ type: String) {
      switch type {
      case "llama": contextLength = 2048
      case "mistral": (keyValueHeads, contextLength) = (8, 131_072)
      case "qwen3": headWidth = 128
      case "phi3": (contextLength, epsilon) = (4096, 1e-5)
      case "gemma": (keyValueHeads, contextLength) = (16, 8192)
      case "gemma2": (keyValueHeads, contextLength) = (4, 8192)
      case "gemma3_text": (keyValueHeads, contextLength) = (4, 131_072)
      default: break
      }
      if type.hasPrefix("gemma") {
        (headWidth, activation, isOutputTied) = (256, "gelu_pytorch_tanh", true)
      }
    }
  }

  /// The settings that a `config.json` says, with the defaults of the library `transformers` for what
  /// it does not say.
  ///
  /// - Throws: `PretrainedError` that names the key for what cannot be, or is not there.
  public init(_ configuration: ModelConfiguration) throws(PretrainedError) {
    let (type, config) = (configuration.modelType, configuration)
    let defaults = Defaults(type)
    let widths = 1...ModelConfiguration.widthLimit
    let width = try config.integer("hidden_size", in: widths)
    let heads = try config.integer("num_attention_heads", in: widths)
    let keyValueHeads = try config.integer(
      "num_key_value_heads", in: widths, default: defaults.keyValueHeads ?? heads)
    guard heads % keyValueHeads == 0 else {
      throw config.error(
        "num_key_value_heads", expected: "a number that divides num_attention_heads, \(heads)",
        found: "\(keyValueHeads)")
    }
    let headWidth = try config.optionalInteger("head_dim", in: widths) ?? defaults.headWidth
    if headWidth == nil, width % heads != 0 {
      throw config.error(
        "num_attention_heads", expected: "a number that divides hidden_size, \(width)",
        found: "\(heads)")
    }
    let pairs = headWidth ?? width / heads
    guard pairs % 2 == 0 else {
      throw config.error(
        headWidth == nil ? "hidden_size" : "head_dim",
        expected: "heads of an even number of numbers, which are turned in pairs",
        found: "\(pairs) numbers a head")
    }
    self.init(
      vocabularySize: try config.integer(
        "vocab_size", in: 1...ModelConfiguration.vocabularyLimit),
      width: width,
      layers: try config.integer("num_hidden_layers", in: 0...ModelConfiguration.layerLimit),
      heads: heads, keyValueHeads: keyValueHeads, headWidth: pairs,
      feedForward: try config.integer("intermediate_size", in: widths),
      contextLength: try config.integer(
        "max_position_embeddings", in: 1...ModelConfiguration.vocabularyLimit,
        default: defaults.contextLength))
    epsilon = try config.number("rms_norm_eps", in: 0...1, default: defaults.epsilon)
    isOutputTied = try config.flag("tie_word_embeddings", default: defaults.isOutputTied)
    dropout = try config.number("attention_dropout", in: 0...1, default: 0)
    switch type {
    case "qwen2": hasAttentionBias = true
    case "mistral", "phi3": break
    default:
      hasAttentionBias = try config.flag("attention_bias", default: false)
      hasOutputBias = hasAttentionBias
    }
    if type == "llama" { hasFeedForwardBias = try config.flag("mlp_bias", default: false) }
    hasQueryKeyNorms = type == "qwen3" || type == "gemma3_text"
    let key = type == "gemma2" || type == "gemma3_text" ? "hidden_activation" : "hidden_act"
    activation = try FeedForwardActivation(config, key, default: defaults.activation)
    if type.hasPrefix("gemma") { try takeGemma(config) }
    windows = try Self.windows(config, layers: layers)
    try takeAngles(config)
  }

  /// What Gemma's models have of their own.
  private mutating func takeGemma(_ config: ModelConfiguration) throws(PretrainedError) {
    if try config.flag("use_bidirectional_attention", default: false) {
      throw PretrainedError(.unsupported("use_bidirectional_attention"), path: config.path)
    }
    hasOffsetNorms = true
    embeddingScale = Double(width).squareRoot()
    if config.modelType == "gemma" {
      // Files of the first release say "gelu" and mean the approximation.
      if activation == .gelu() { activation = .gelu(.tanh) }
      return
    }
    hasResultNorms = true
    attentionScale =
      1 / (try config.number("query_pre_attn_scalar", in: 1e-6...1e9, default: 256)).squareRoot()
    func cap(_ key: String, _ standard: Double) throws(PretrainedError) -> Double? {
      let isGemma2 = config.modelType == "gemma2"
      // Not said is another thing than `null`, which is none.
      if config.document[key] == .null || (!isGemma2 && !config.has(key)) { return nil }
      return try config.number(key, in: 1e-6...1e9, default: standard)
    }
    attentionCap = try cap("attn_logit_softcapping", 50)
    scoreCap = try cap("final_logit_softcapping", 30)
  }

  /// How many tokens each block looks at.
  private static func windows(
    _ config: ModelConfiguration, layers: Int
  ) throws(PretrainedError) -> [Int?] {
    let none = [Int?](repeating: nil, count: layers)
    let isOff: Bool
    let types: (Int) -> Bool
    switch config.modelType {
    case "mistral": (isOff, types) = (false, { _ in true })
    case "phi3": (isOff, types) = (!config.has("sliding_window"), { _ in true })
    case "qwen2", "qwen3":
      isOff = try !config.flag("use_sliding_window", default: false)
      let first = try config.integer("max_window_layers", in: 0...Int(Int32.max), default: 28)
      types = { $0 >= first }
    case "gemma2", "gemma3_text":
      isOff = false
      // Of so many blocks the last looks at all.
      let period = try config.integer(
        "sliding_window_pattern", "_sliding_window_pattern", in: 1...Int(Int32.max),
        default: config.modelType == "gemma2" ? 2 : 6)
      types = { ($0 + 1) % period != 0 }
    default: return none
    }
    // Not said is another thing than `null`, which is none.
    if isOff || config.document["sliding_window"] == .null { return none }
    let window = try config.integer(
      "sliding_window", in: 1...ModelConfiguration.vocabularyLimit, default: 4096)
    let own = try layerTypes(config, layers: layers)
    return (0..<layers).map { own?[$0] ?? types($0) ? window : nil }
  }

  /// Which blocks have a window, where the configuration lists it.
  private static func layerTypes(
    _ config: ModelConfiguration, layers: Int
  ) throws(PretrainedError) -> [Bool]? {
    guard config.has("layer_types"), config.modelType != "mistral", config.modelType != "phi3"
    else { return nil }
    guard case .array(let types)? = config.document["layer_types"], types.count == layers else {
      throw config.error(
        "layer_types", expected: "a list of num_hidden_layers, \(layers), names",
        found: "something else")
    }
    var result: [Bool] = []
    for type in types {
      switch type.string {
      case "full_attention": result.append(false)
      case "sliding_attention": result.append(true)
      default:
        throw config.error(
          "layer_types", expected: "full_attention or sliding_attention", found: type.description)
      }
    }
    return result
  }
}
