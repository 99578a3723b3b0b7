import BackpropNeuralNetworks
import BackpropWeightFiles

extension LlamaSettings {
  /// The settings that the metadata of a GGUF file of the architecture `llama` say.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - path: what errors call it.
  /// - Throws: `PretrainedError` that names the key for what cannot be, or is not there.
  init(_ file: GGUF, path: String) throws(PretrainedError) {
    let metadata = GGUFMetadata(file, path: path)
    let architecture = try metadata.text("general.architecture")
    guard architecture == "llama" else {
      throw PretrainedError(
        .unsupported(
          "the architecture '\(architecture.prefix(60))' in a GGUF file (there is llama)"),
        path: path)
    }
    let widths = 1...ModelConfiguration.widthLimit
    let width = try metadata.integer("llama.embedding_length", in: widths)
    let heads = try metadata.integer("llama.attention.head_count", in: widths)
    let keyValueHeads = try metadata.integer(
      "llama.attention.head_count_kv", in: widths, default: heads)
    guard heads % keyValueHeads == 0 else {
      throw metadata.error(
        "llama.attention.head_count_kv", "a number that divides the heads, \(heads)",
        "\(keyValueHeads)")
    }
    let pairs = try metadata.integer(
      "llama.attention.key_length", in: widths,
      default: metadata.integer("llama.rope.dimension_count", in: widths, default: width / heads))
    guard pairs % 2 == 0 else {
      throw metadata.error(
        "llama.rope.dimension_count", "an even number, of which pairs are turned", "\(pairs)")
    }
    for key in ["llama.rope.dimension_count", "llama.attention.value_length"] {
      let other = try metadata.integer(key, in: widths, default: pairs)
      guard other == pairs else {
        throw metadata.error(key, "\(pairs), as queries and keys have", "\(other)")
      }
    }
    for key in ["llama.expert_count", "llama.attention.sliding_window"] {
      if try metadata.integer(key, in: 0...Int(Int32.max), default: 0) != 0 {
        throw PretrainedError(.unsupported("\(key) in a GGUF file"), path: path)
      }
    }
    // The table has the vocabulary's size, which older files do not say.
    let tokens = file.tensor("token_embd.weight")?.shape.first ?? 0
    let size = try metadata.integer(
      "llama.vocab_size", in: 1...ModelConfiguration.vocabularyLimit, default: tokens)
    self.init(
      vocabularySize: size, width: width,
      layers: try metadata.integer("llama.block_count", in: 0...ModelConfiguration.layerLimit),
      heads: heads, keyValueHeads: keyValueHeads, headWidth: pairs,
      feedForward: try metadata.integer("llama.feed_forward_length", in: widths),
      contextLength: try metadata.integer(
        "llama.context_length", in: 1...ModelConfiguration.vocabularyLimit))
    epsilon = try metadata.number("llama.attention.layer_norm_rms_epsilon", in: 0...1)
    base = try metadata.number("llama.rope.freq_base", in: 1...1e12, default: 10_000)
    isOutputTied = file.tensor("output.weight") == nil
    hasAttentionBias = file.tensor("blk.0.attn_q.bias") != nil
    hasOutputBias = file.tensor("blk.0.attn_output.bias") != nil
    hasFeedForwardBias = file.tensor("blk.0.ffn_up.bias") != nil
    scaling = try Self.scaling(file, metadata, pairs: pairs / 2)
  }

  /// How angles are slowed down: by a factor for each, in a tensor, or by one for all.
  private static func scaling(
    _ file: GGUF, _ metadata: GGUFMetadata, pairs: Int
  ) throws(PretrainedError) -> RotaryScaling {
    if file.tensor("rope_freqs.weight") != nil {
      let factors = try metadata.array(of: "rope_freqs.weight", [pairs]).scalars(as: Float.self)
      guard factors.allSatisfy({ $0.isFinite && $0 > 0 }) else {
        throw metadata.error("rope_freqs.weight", "factors above 0", "others")
      }
      return .factors(factors.map(Double.init))
    }
    let type = try metadata.text("llama.rope.scaling.type", default: "none")
    switch type {
    case "none": return .none
    case "linear":
      return .linear(factor: try metadata.number("llama.rope.scaling.factor", in: 1e-6...1e6))
    default:
      throw PretrainedError(
        .unsupported("llama.rope.scaling.type '\(type.prefix(60))'"), path: metadata.path)
    }
  }
}
