import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropWeightFiles

extension GGUF {
  /// A model as a file of the architecture `llama`, such as llama.cpp reads, without a tokenizer:
  /// ``init(_:quantizedAs:)`` of a folder writes that too.
  ///
  /// ```swift
  /// try GGUF(model, quantizedAs: .eightBit).write(to: "model-Q8_0.gguf")
  /// ```
  ///
  /// Matrices whose rows are a multiple of 32 long are rounded, the table of tokens too; norms and
  /// others stay `F32`. Weights that are in blocks already keep them if no other format is asked for.
  ///
  /// - Parameters:
  ///   - model: the model, without windows, norms of queries and keys, or another function than `silu`.
  ///   - format: how matrices are rounded; `nil` for numbers of `F32`.
  ///   - name: what the model is called.
  /// - Throws: `WeightConversionError` for a model that the architecture has no place for.
  public init(
    _ model: Llama, quantizedAs format: QuantizedFormat? = nil, name: String = "model"
  ) throws(WeightConversionError) {
    let settings = try LlamaSettings(model)
    func tensor(_ name: String, _ array: NDArray) -> Tensor {
      guard let format, array.rank == 2, QuantizedMatrix.fits(inputs: array.shape[1]) else {
        return Tensor(name: name, StoredArray(array))
      }
      return Tensor(name: name, quantizing: array, as: format)
    }
    func kept(_ weight: Parameter) -> QuantizedMatrix? {
      weight.quantized.flatMap { format == nil || $0.format == format ? $0 : nil }
    }
    let (table, words) = ("token_embd.weight", model.tokens.weight)
    var tensors = [
      kept(words).map { Tensor(name: table, $0, rows: nil) } ?? tensor(table, words.array)
    ]
    func add(_ name: String, _ linear: Linear) {
      let (own, order) = (GGUFNames.file(name), settings.rowOrder(of: name).map(inverse))
      if let matrix = kept(linear.weight) {
        tensors.append(Tensor(name: own + ".weight", matrix, rows: order))
      } else {
        tensors.append(
          tensor(own + ".weight", linear.weight.array.matrixTransposed.inOrder(order)))
      }
      if let bias = linear.bias {
        tensors.append(tensor(own + ".bias", bias.array.inOrder(order)))
      }
    }
    func add(_ name: String, _ norm: RMSNorm) {
      tensors.append(
        tensor(
          GGUFNames.file(name) + ".weight",
          norm.weight?.array ?? NDArray(repeating: 1, shape: norm.shape)))
    }
    for (index, block) in model.blocks.enumerated() {
      let part = "layers.\(index)."
      add(part + "input_layernorm", block.attentionNorm)
      add(part + "self_attn.q_proj", block.attention.query)
      add(part + "self_attn.k_proj", block.attention.key)
      add(part + "self_attn.v_proj", block.attention.value)
      add(part + "self_attn.o_proj", block.attention.output)
      add(part + "post_attention_layernorm", block.feedForwardNorm)
      add(part + "mlp.gate_proj", block.feedForward.gate)
      add(part + "mlp.up_proj", block.feedForward.up)
      add(part + "mlp.down_proj", block.feedForward.down)
    }
    add("norm", model.norm)
    if let output = model.output { add("lm_head", output) }
    switch settings.scaling {
    case .none, .linear: break
    case .llama3, .factors:
      let factors = NDArray(model.positions.angleFactors.map(Float.init))
      tensors.append(Tensor(name: "rope_freqs.weight", StoredArray(factors)))
    }
    self.init(tensors, metadata: settings.metadata(name: name, format))
  }
}

/// For each row where it goes, from where it comes.
private func inverse(_ order: [Int]) -> [Int] {
  var result = order
  for (to, from) in order.enumerated() { result[from] = to }
  return result
}

extension GGUF.Tensor {
  /// A matrix in blocks, its rows in another order.
  fileprivate init(name: String, _ matrix: QuantizedMatrix, rows order: [Int]?) {
    var blocks = matrix.blocks
    if let order { blocks = blocks.withUnsafeBytes { reorderedRows($0, order) } }
    self.init(
      name: name, blocks: blocks, of: [matrix.outputs, matrix.inputs], as: matrix.format)
  }
}

extension LlamaSettings {
  /// The settings of a model that fits GGUF's architecture `llama`.
  fileprivate init(_ model: Llama) throws(WeightConversionError) {
    func refuse(_ what: String) -> WeightConversionError {
      WeightConversionError("GGUF's architecture llama has no place for \(what)")
    }
    if model.embeddingScale != nil || model.scoreCap != nil { throw refuse("Gemma's scales") }
    let width = model.tokens.weight.shape[1]
    guard let block = model.blocks.first else { throw refuse("a model without blocks") }
    let attention = block.attention
    self.init(
      vocabularySize: model.tokens.weight.shape[0], width: width, layers: model.blocks.count,
      heads: attention.heads, keyValueHeads: attention.keyValueHeads,
      headWidth: attention.query.weight.shape[1] / attention.heads,
      feedForward: block.feedForward.up.weight.shape[1], contextLength: model.contextLength ?? 2048)
    for block in model.blocks {
      let attention = block.attention
      if attention.window != nil { throw refuse("a window of the attention") }
      if attention.queryNorm != nil || attention.keyNorm != nil {
        throw refuse("norms of queries and keys")
      }
      if block.attentionResultNorm != nil || block.attentionNorm.isOffset {
        throw refuse("Gemma's norms")
      }
      if attention.scale != nil || attention.softCap != nil { throw refuse("scaled attention") }
      if block.feedForward.activation != .silu {
        throw refuse("the function \(block.feedForward.activation)")
      }
      guard attention.heads == heads, attention.keyValueHeads == keyValueHeads,
        block.feedForward.up.weight.shape[1] == self.feedForward
      else { throw refuse("blocks that differ") }
    }
    guard model.positions.pairing == .halves, model.positions.width == headWidth,
      model.positions.magnitude == 1
    else {
      throw refuse("these positions")
    }
    base = model.positions.base
    scaling = model.positions.scaling
    epsilon = model.norm.epsilon ?? 1e-6
  }

  /// What a file says about the model.
  fileprivate func metadata(
    name: String, _ format: QuantizedFormat?
  ) -> [(key: String, value: GGUFValue)] {
    // llama_ftype of llama.cpp: all F32, mostly Q4_0, mostly Q8_0.
    let type: UInt32 =
      switch format {
      case nil: 0
      case .fourBit: 2
      case .eightBit: 7
      }
    func number(_ value: Int) -> GGUFValue { .uint32(UInt32(clamping: value)) }
    var result: [(key: String, value: GGUFValue)] = [
      ("general.architecture", .string("llama")), ("general.name", .string(name)),
      ("general.file_type", .uint32(type)), ("llama.vocab_size", number(vocabularySize)),
      ("llama.context_length", number(contextLength)), ("llama.embedding_length", number(width)),
      ("llama.block_count", number(layers)), ("llama.feed_forward_length", number(feedForward)),
      ("llama.attention.head_count", number(heads)),
      ("llama.attention.head_count_kv", number(keyValueHeads)),
      ("llama.attention.key_length", number(headWidth)),
      ("llama.attention.value_length", number(headWidth)),
      ("llama.attention.layer_norm_rms_epsilon", .float32(Float(epsilon))),
      ("llama.rope.dimension_count", number(headWidth)),
      ("llama.rope.freq_base", .float32(Float(base))),
    ]
    if format != nil { result.append(("general.quantization_version", .uint32(2))) }
    if case .linear(let factor) = scaling {
      result.append(("llama.rope.scaling.type", .string("linear")))
      result.append(("llama.rope.scaling.factor", .float32(Float(factor))))
    }
    return result
  }
}
