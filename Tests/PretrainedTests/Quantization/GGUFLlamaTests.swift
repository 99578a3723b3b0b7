import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropPretrained
import BackpropTestSupport
import BackpropText
import BackpropWeightFiles
import Testing

@Suite struct GGUFLlamaTests {
  private let prompt: [Int32] = [5, 17, 3, 99, 42, 7]

  private func settings(_ change: (inout LlamaSettings) -> Void = { _ in }) -> LlamaSettings {
    var settings = LlamaSettings(
      vocabularySize: 101, width: 64, layers: 2, heads: 4, keyValueHeads: 2, feedForward: 96,
      contextLength: 128)
    change(&settings)
    return settings
  }

  private func model(_ settings: LlamaSettings) -> Llama {
    var random = RandomSource(seed: 8)
    let model = Llama(settings, using: &random)
    // Scores that differ, by weights that lie as in a file: products may depend on that in a bit.
    for (name, parameter) in model.namedParameters where parameter.rank == 2 {
      let array = (parameter.tensor * 8).array
      parameter.array =
        name.contains("embed_tokens") ? array : array.matrixTransposed.contiguous().matrixTransposed
    }
    return model
  }

  private func scores(_ model: Llama) -> Tensor {
    model(Tensor(NDArray(prompt, shape: [1, prompt.count])), .inference)
  }

  private func written(_ model: Llama, _ count: Int = 50) -> [Int32] {
    var random = RandomSource(seed: 0)
    return Array(model.tokens(after: prompt, by: .greedy, using: &random).prefix(count))
  }

  /// In numbers of F32 a file gives the same model to the bit, whatever its form.
  @Test func aFileIsTheModel() throws {
    let forms: [(inout LlamaSettings) -> Void] = [
      { _ in }, { $0.isOutputTied = true }, { $0.base = 500_000 },
      { $0.scaling = .linear(factor: 4) }, { $0.epsilon = 1e-5 }, { $0.headWidth = 32 },
      { ($0.hasAttentionBias, $0.hasOutputBias, $0.hasFeedForwardBias) = (true, true, true) },
    ]
    for form in forms {
      let model = model(settings(form))
      let file = try GGUF(GGUF(model).encoded())
      let read = try Llama(file)
      #expect(scores(read).array == scores(model).array)
      #expect(written(read) == written(model))
      #expect(Set(written(read)).count > 3)
      let (a, b) = (read.stateDictionary, model.stateDictionary)
      #expect(a.names == b.names)
      for name in b.names { #expect(a[name] == b[name], "\(name)") }
    }
  }

  /// Llama 3's angles are factors in a file, which 32 bits round.
  @Test func anglesThatAreSlowedDownAreFactors() throws {
    let model = model(
      settings {
        $0.scaling = .llama3(
          factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContext: 64)
      })
    let file = try GGUF(model)
    #expect(file.tensor("rope_freqs.weight")?.shape == [8])
    let read = try Llama(file)
    #expect((scores(read) - scores(model)).abs().max().item < 1e-4)
    #expect(written(read) == written(model))
    #expect(try GGUF(read).tensor("rope_freqs.weight") == file.tensor("rope_freqs.weight"))
  }

  /// A file of blocks is computed with as it is: what quantizing the model gives.
  @Test(arguments: [QuantizedFormat.eightBit, .fourBit])
  func blocksAreComputedWith(_ format: QuantizedFormat) throws {
    let model = model(settings())
    let file = try GGUF(GGUF(model, quantizedAs: format).encoded())
    #expect(file.tensor("blk.1.attn_q.weight")?.type == GGUFTensorType(format))
    let read = try Llama(file)
    #expect(read.blocks[0].attention.query.weight.quantized?.format == format)
    // The same blocks, on numbers from the same table.
    let rounded = try Llama(GGUF(model, quantizedAs: format), dequantizing: true)
    #expect(rounded.blocks[0].attention.query.weight.quantized == nil)
    #expect((scores(rounded) - scores(read)).abs().max().item > 0)
    rounded.quantizeLinearLayers(as: format)
    #expect(scores(read).array == scores(rounded).array)
    #expect(written(read) == written(rounded))
    // Written again, the blocks are the same.
    let again = try GGUF(read)
    for tensor in file.tensors where tensor.name.hasPrefix("blk.") {
      #expect(again.tensor(tensor.name) == tensor, "\(tensor.name)")
    }
    if format == .eightBit {
      let exact = scores(model)
      #expect((scores(read) - exact).abs().max().item < 0.1 * exact.abs().max().item)
    }
  }

  @Test func whatTheFormatHasNoPlaceForIsTold() {
    let models = [
      settings { $0.windows = [4, nil] }, settings { $0.hasQueryKeyNorms = true },
      settings { $0.activation = .gelu() }, settings { ($0.layers, $0.windows) = (0, []) },
    ].map(model)
    for model in models {
      let error = #expect(throws: WeightConversionError.self) { try GGUF(model) }
      #expect("\(error!)".contains("no place for"))
    }
  }

  @Test func filesThatMakeNoModelAreRefused() throws {
    let file = try GGUF(model(settings()))
    func expectError(
      _ text: String, without name: String? = nil, key: String? = nil, _ value: GGUFValue? = nil
    ) {
      var metadata = file.metadata.filter { $0.key != key }
      if let key, let value { metadata.append((key, value)) }
      let changed = GGUF(file.tensors.filter { $0.name != name }, metadata: metadata)
      let error = #expect(throws: PretrainedError.self) { try Llama(changed, path: "a.gguf") }
      #expect("\(error!)".contains(text) && "\(error!)".contains("a.gguf"), "\(error!)")
    }
    expectError("blk.1.ffn_up.weight", without: "blk.1.ffn_up.weight")
    expectError("token_embd.weight", without: "token_embd.weight")
    expectError("general.architecture", key: "general.architecture")
    expectError("'gemma'", key: "general.architecture", .string("gemma"))
    expectError("llama.block_count", key: "llama.block_count", .uint64(.max))
    expectError("blk.2.", key: "llama.block_count", .uint32(900))
    expectError("llama.embedding_length", key: "llama.embedding_length", .string("64"))
    expectError("has the shape", key: "llama.embedding_length", .uint32(32))
    expectError("head_count_kv", key: "llama.attention.head_count_kv", .uint32(3))
    expectError("dimension_count", key: "llama.rope.dimension_count", .uint32(8))
    expectError("'yarn'", key: "llama.rope.scaling.type", .string("yarn"))
    expectError("expert_count", key: "llama.expert_count", .uint32(8))
    expectError("freq_base", key: "llama.rope.freq_base", .float32(.nan))
  }

  private static let hasReference = Python.has("torch", "transformers", "gguf")

  /// A model of `transformers` as llama.cpp's converter lays it out, written by the package gguf: the
  /// same model as from its folder, and its blocks those of the package.
  @Test(.enabled(if: hasReference, "needs a Python with transformers and gguf"))
  func filesOfTheReferenceAreTheirModels() throws {
    try withTemporaryFolder { folder in
      let (status, text) = try Python.run([Fixtures.path("make_gguf_llama.py"), folder])
      try #require(status == 0, "\(text)")
      let original = try Llama(ModelFolder(folder))
      let plain = try Llama(gguf: folder + "/F32.gguf")
      #expect(scores(plain).array == scores(original).array)
      #expect(written(plain, 100) == written(original, 100))
      for format in QuantizedFormat.allCases {
        let read = try Llama(gguf: folder + "/\(format.rawValue).gguf")
        // All but the table, which is rounded in the file.
        let ours = try GGUF(original, quantizedAs: format)
        let theirs = try GGUF(contentsOf: folder + "/\(format.rawValue).gguf")
        #expect(Set(ours.tensors.map(\.name)) == Set(theirs.tensors.map(\.name)))
        for tensor in theirs.tensors {
          #expect(ours.tensor(tensor.name) == tensor, "\(tensor.name)")
        }
        #expect(scores(read).array == scores(try Llama(ours)).array)
      }
    }
  }
}
