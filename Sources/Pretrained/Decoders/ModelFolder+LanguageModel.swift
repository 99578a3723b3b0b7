import BackpropArrays
import BackpropNeuralNetworks

extension ModelFolder {
  /// The language model of this folder, chosen by `model_type`: a `GPT` for GPT-2, a ``Llama`` for
  /// Llama, Mistral, Qwen 2 and 3, Phi 3 and 4, Gemma 1, 2 and 3 (of texts alone).
  ///
  /// ```swift
  /// let model = try ModelFolder("SmolLM2-135M").languageModel()
  /// ```
  ///
  /// Weights of `F32` lie where the mapped file is, until training changes them; `F16` and `BF16` become
  /// `F32` when they are loaded, and take twice their size in the file.
  ///
  /// - Parameter format: how the weights of linear layers are rounded to blocks of whole numbers, for
  ///   less memory and faster answers (`Module.quantizeLinearLayers(as:)`); `nil` for `float32`.
  /// - Throws: `FileError`, `WeightFileError`, or `PretrainedError` that names what is not there or does
  ///   not fit.
  public func languageModel(
    quantizedAs format: QuantizedFormat? = nil
  ) throws -> any LanguageModel {
    let model = try plainLanguageModel()
    if let format { model.quantizeLinearLayers(as: format) }
    return model
  }

  private func plainLanguageModel() throws -> any LanguageModel {
    switch configuration.modelType {
    case "gpt2": try GPT(self)
    case let type where LlamaSettings.modelTypes.contains(type): try Llama(self)
    case let type:
      throw PretrainedError(
        .unsupported(
          "the model type '\(type)' as a language model (there are "
            + (["gpt2"] + LlamaSettings.modelTypes).joined(separator: ", ") + ")"),
        path: configuration.path)
    }
  }

  /// Refuses weights that lie in packed form.
  fileprivate func requirePlainWeights() throws(PretrainedError) {
    guard configuration.has("quantization_config") else { return }
    throw PretrainedError(
      .unsupported("quantization_config, weights that another program has quantised"), path: path)
  }
}

extension Llama {
  /// The model of a folder of Llama, Mistral, Qwen, Phi or Gemma; see
  /// ``ModelFolder/languageModel(quantizedAs:)``.
  ///
  /// - Throws: `FileError`, `WeightFileError`, `PretrainedError`.
  public init(_ folder: ModelFolder) throws {
    let settings = try LlamaSettings(folder.configuration)
    try folder.requirePlainWeights()
    let weights = PretrainedWeights(try folder.weights(), path: folder.path)
    let body = weights.under(oneOf: ["model.", ""], having: "embed_tokens.weight")
    self = try settings.model(
      embedding: { () throws(PretrainedError) in
        try body.embedding(
          "embed_tokens", count: settings.vocabularySize, width: settings.width)
      },
      linear: { name, inputs, outputs, hasBias throws(PretrainedError) in
        if folder.configuration.modelType == "phi3", let whole = settings.joined(name) {
          return try body.linear(whole.name, inputs: inputs, rows: whole.rows, of: whole.count)
        }
        return try (name == "lm_head" ? weights : body).linear(
          name, inputs: inputs, outputs: outputs, hasBias: hasBias)
      },
      norm: { name, width throws(PretrainedError) in
        let norm = settings.norm(width)
        norm.weight?.array = try body.array(name + ".weight", [width])
        return norm
      })
  }
}

extension LlamaSettings {
  /// Where a file of Phi has a layer whose weights lie one behind the other with those of others: in
  /// which layer, and which of its rows; `nil` for one that lies by itself.
  fileprivate func joined(_ name: String) -> (name: String, rows: Range<Int>, count: Int)? {
    let (queries, keys) = (heads * headWidth, keyValueHeads * headWidth)
    let parts = [
      ("q_proj", "qkv_proj", 0..<queries), ("k_proj", "qkv_proj", queries..<(queries + keys)),
      ("v_proj", "qkv_proj", (queries + keys)..<(queries + 2 * keys)),
      ("gate_proj", "gate_up_proj", 0..<feedForward),
      ("up_proj", "gate_up_proj", feedForward..<(2 * feedForward)),
    ]
    guard let (part, whole, rows) = parts.first(where: { name.hasSuffix("." + $0.0) }) else {
      return nil
    }
    return (
      name.dropLast(part.count) + whole, rows,
      whole == "qkv_proj" ? queries + 2 * keys : 2 * feedForward
    )
  }
}

extension GPT {
  /// The model of a folder of GPT-2; see ``ModelFolder/languageModel(quantizedAs:)``.
  ///
  /// - Throws: `FileError`, `WeightFileError`, `PretrainedError`.
  public init(_ folder: ModelFolder) throws {
    let config = folder.configuration
    let widths = 1...ModelConfiguration.widthLimit
    let width = try config.integer("n_embd", "hidden_size", in: widths)
    let heads = try config.integer("n_head", "num_attention_heads", in: widths)
    guard width % heads == 0 else {
      throw config.error(
        "n_head", expected: "a number that divides n_embd, \(width)", found: "\(heads)")
    }
    let layers = try config.integer(
      "n_layer", "num_hidden_layers", in: 0...ModelConfiguration.layerLimit)
    let count = try config.integer("vocab_size", in: 1...ModelConfiguration.vocabularyLimit)
    let context = try config.integer(
      "n_positions", "n_ctx", "max_position_embeddings",
      in: 1...ModelConfiguration.vocabularyLimit)
    let inner = try config.integer("n_inner", in: widths, default: 4 * width)
    let epsilon = try config.number("layer_norm_epsilon", in: 0...1, default: 1e-5)
    let activation = try FeedForwardActivation(config, "activation_function", default: "gelu_new")
    let isScaled = try config.flag("scale_attn_weights", default: true)
    let isScaledByLayer = try config.flag("scale_attn_by_inverse_layer_idx", default: false)
    if try config.flag("add_cross_attention", default: false) {
      throw PretrainedError(.unsupported("add_cross_attention"), path: folder.path)
    }
    let rates = try ["embd_pdrop", "attn_pdrop", "resid_pdrop"].map {
      try config.number($0, in: 0...1, default: 0.1)
    }
    try folder.requirePlainWeights()
    let weights = PretrainedWeights(try folder.weights(), path: folder.path)
    let body = weights.under(oneOf: ["transformer.", ""], having: "wte.weight")
    let blocks = try (0..<layers).map { layer in
      let own = body.under("h.\(layer).")
      let scale = isScaled ? 1 / Double(width / heads).squareRoot() : 1
      return Block(
        norm1: try own.layerNorm("ln_1", width: width, epsilon: epsilon),
        attentionInput: try own.conv1D("attn.c_attn", inputs: width, outputs: 3 * width),
        attentionOutput: try own.conv1D("attn.c_proj", inputs: width, outputs: width),
        norm2: try own.layerNorm("ln_2", width: width, epsilon: epsilon),
        hidden: try own.conv1D("mlp.c_fc", inputs: width, outputs: inner),
        output: try own.conv1D("mlp.c_proj", inputs: inner, outputs: width), heads: heads,
        activation: activation,
        attentionScale: isScaled && !isScaledByLayer
          ? nil : scale / (isScaledByLayer ? Double(layer + 1) : 1),
        attentionDropout: rates[1], dropout: rates[2])
    }
    self.init(
      tokens: try body.embedding("wte", count: count, width: width),
      positions: try body.embedding("wpe", count: context, width: width), dropout: rates[0],
      blocks: blocks, norm: try body.layerNorm("ln_f", width: width, epsilon: epsilon),
      output: try config.flag("tie_word_embeddings", default: true)
        ? nil : try weights.linear("lm_head", inputs: width, outputs: count, hasBias: false))
  }
}

extension PretrainedWeights {
  /// Some of the outputs of a linear layer without a bias, in whose place others stand in the model.
  ///
  /// - Throws: `PretrainedError`.
  func linear(
    _ name: String, inputs: Int, rows: Range<Int>, of count: Int
  ) throws(PretrainedError) -> Linear {
    let weight = try array(name + ".weight", [count, inputs])
    return Linear(weight: weight[rows].matrixTransposed)
  }

  /// A linear layer of GPT-2, whose `weight` is of shape (inputs, outputs) in the file.
  ///
  /// In memory the numbers that make one output lie side by side, as in other models, so that a token
  /// that is written reads them one after the other.
  ///
  /// - Throws: `PretrainedError`.
  func conv1D(_ name: String, inputs: Int, outputs: Int) throws(PretrainedError) -> Linear {
    let weight = try array(name + ".weight", [inputs, outputs])
    return Linear(
      weight: weight.matrixTransposed.contiguous().matrixTransposed,
      bias: try array(name + ".bias", [outputs]))
  }
}
