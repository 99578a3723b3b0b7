import BackpropNeuralNetworks

extension LlamaSettings {
  /// The kinds of models, as `model_type` names them, that are a ``Llama`` of some settings.
  static let modelTypes = ["llama", "mistral", "qwen2", "qwen3"]

  /// The settings that a `config.json` says, with the defaults of the library `transformers` for what
  /// it does not say.
  ///
  /// - Throws: `PretrainedError` that names the key for what cannot be, or is not there.
  public init(_ configuration: ModelConfiguration) throws(PretrainedError) {
    let (type, config) = (configuration.modelType, configuration)
    let widths = 1...ModelConfiguration.widthLimit
    let width = try config.integer("hidden_size", in: widths)
    let heads = try config.integer("num_attention_heads", in: widths)
    let keyValueHeads = try config.integer(
      "num_key_value_heads", in: widths, default: type == "mistral" ? 8 : heads)
    guard heads % keyValueHeads == 0 else {
      throw config.error(
        "num_key_value_heads", expected: "a number that divides num_attention_heads, \(heads)",
        found: "\(keyValueHeads)")
    }
    var headWidth = try config.optionalInteger("head_dim", in: widths)
    if headWidth == nil, type == "qwen3" { headWidth = 128 }
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
    let contexts = ["llama": 2048, "mistral": 131_072]
    self.init(
      vocabularySize: try config.integer(
        "vocab_size", in: 1...ModelConfiguration.vocabularyLimit),
      width: width,
      layers: try config.integer("num_hidden_layers", in: 0...ModelConfiguration.layerLimit),
      heads: heads, keyValueHeads: keyValueHeads, headWidth: pairs,
      feedForward: try config.integer("intermediate_size", in: widths),
      contextLength: try config.integer(
        "max_position_embeddings", in: 1...ModelConfiguration.vocabularyLimit,
        default: contexts[type] ?? 32_768))
    epsilon = try config.number("rms_norm_eps", in: 0...1, default: 1e-6)
    activation = try FeedForwardActivation(config, "hidden_act", default: "silu")
    isOutputTied = try config.flag("tie_word_embeddings", default: false)
    dropout = try config.number("attention_dropout", in: 0...1, default: 0)
    switch type {
    case "qwen2": hasAttentionBias = true
    case "llama", "qwen3":
      hasAttentionBias = try config.flag("attention_bias", default: false)
      hasOutputBias = hasAttentionBias
    default: break
    }
    if type == "llama" { hasFeedForwardBias = try config.flag("mlp_bias", default: false) }
    hasQueryKeyNorms = type == "qwen3"
    windows = try Self.windows(config, layers: layers)
    (base, scaling) = try Self.angles(config, contextLength: contextLength)
  }

  /// How many tokens each block looks at.
  private static func windows(
    _ config: ModelConfiguration, layers: Int
  ) throws(PretrainedError) -> [Int?] {
    let none = [Int?](repeating: nil, count: layers)
    let range = 1...ModelConfiguration.vocabularyLimit
    switch config.modelType {
    case "mistral":
      // Not said is another thing than `null`, which is none.
      if config.document["sliding_window"] == .null { return none }
      let window = try config.integer("sliding_window", in: range, default: 4096)
      return Array(repeating: window, count: layers)
    case "qwen2", "qwen3":
      guard try config.flag("use_sliding_window", default: false),
        config.document["sliding_window"] != .null
      else { return none }
      let window = try config.integer("sliding_window", in: range, default: 4096)
      let first = try config.integer("max_window_layers", in: 0...Int(Int32.max), default: 28)
      guard config.has("layer_types") else {
        return (0..<layers).map { $0 >= first ? window : nil }
      }
      guard case .array(let types)? = config.document["layer_types"], types.count == layers else {
        throw config.error(
          "layer_types", expected: "a list of num_hidden_layers, \(layers), names",
          found: "something else")
      }
      var windows: [Int?] = []
      for type in types {
        switch type.string {
        case "full_attention": windows.append(nil)
        case "sliding_attention": windows.append(window)
        default:
          throw config.error(
            "layer_types", expected: "full_attention or sliding_attention", found: type.description)
        }
      }
      return windows
    default: return none
    }
  }

  /// The base of the positions' angles and how they are slowed down: under `rope_parameters`, or in
  /// older files under `rope_scaling` and `rope_theta`.
  private static func angles(
    _ config: ModelConfiguration, contextLength: Int
  ) throws(PretrainedError) -> (base: Double, scaling: RotaryScaling) {
    let bases = 1.0...1e12
    let base = try config.number("rope_theta", in: bases, default: 10_000)
    let name = config.has("rope_parameters") ? "rope_parameters" : "rope_scaling"
    guard let section = try config.section(name) else { return (base, .none) }
    let ownBase = try section.number("rope_theta", in: bases, default: base)
    if try section.number("partial_rotary_factor", default: 1) != 1 {
      throw PretrainedError(
        .unsupported("\(name).partial_rotary_factor other than 1"), path: config.path)
    }
    func factor() throws(PretrainedError) -> Double {
      try section.number("factor", in: 1e-6...1e6)
    }
    let type = try section.text("rope_type", "type", default: "default")
    switch type {
    case "default": return (ownBase, .none)
    case "linear": return (ownBase, .linear(factor: try factor()))
    case "llama3":
      let low = try section.number("low_freq_factor", in: 1e-6...1e6)
      let high = try section.number("high_freq_factor", in: 1e-6...1e6)
      guard high > low else {
        throw config.error(
          "\(name).high_freq_factor", expected: "more than low_freq_factor, \(low)",
          found: "\(high)")
      }
      let outside = try config.number(
        "original_max_position_embeddings", in: 1...1e9, default: Double(contextLength))
      return (
        ownBase,
        .llama3(
          factor: try factor(), lowFrequencyFactor: low, highFrequencyFactor: high,
          originalContext: try section.number(
            "original_max_position_embeddings", in: 1...1e9, default: outside))
      )
    default:
      throw PretrainedError(
        .unsupported("\(name) of the type '\(type)' (there are default, linear and llama3)"),
        path: config.path)
    }
  }
}
