import BackpropFiles
import BackpropNeuralNetworks
import BackpropTestSupport
import Testing

@testable import BackpropPretrained

/// Folders of decoders that are damaged or made to do harm are refused, and the error names the key.
@Suite struct DecoderFolderTests {
  /// The error of a copy of a fixture in which a text of a file was replaced.
  private func error(
    _ fixture: String, in file: String = "config.json",
    _ replacements: (old: String, new: String)...
  ) throws -> String {
    try withChangedFolder("decoders/" + fixture, in: file, replacements) { folder in
      let error = #expect(throws: PretrainedError.self) {
        _ = try TextGenerator(contentsOf: folder)
      }
      return error.map { "\($0)" } ?? ""
    }
  }

  private func expectError(
    _ fixture: String, _ key: String, _ old: String, _ new: String, says words: String...
  ) throws {
    let text = try error(fixture, (#""\#(key)": \#(old)"#, #""\#(key)": \#(new)"#))
    for word in [key] + words { #expect(text.contains(word), "\(text) lacks \(word)") }
  }

  @Test func sizesThatCannotBe() throws {
    try expectError("gpt2", "n_layer", "2", "1000000000", says: "0...1000")
    try expectError("gpt2", "n_embd", "8", "0", says: "1...")
    try expectError("gpt2", "n_embd", "8", "4611686018427387904", says: "1...")
    try expectError("gpt2", "n_head", "2", "3", says: "divides n_embd, 8", "found 3")
    try expectError("gpt2", "n_head", "2", "-1")
    try expectError("gpt2", "n_head", "2", "\"2\"")
    try expectError("gpt2", "layer_norm_epsilon", "1e-05", "-1")
    try expectError("gpt2", "activation_function", "\"gelu_new\"", "\"mish\"", says: "'mish'")
    try expectError("llama", "hidden_size", "16", "1e300")
    try expectError("llama", "num_hidden_layers", "2", "-3", says: "0...1000")
    try expectError("llama", "num_key_value_heads", "2", "3", says: "divides", "found 3")
    try expectError("llama", "num_key_value_heads", "2", "0")
    try expectError("llama", "num_attention_heads", "4", "0")
    try expectError("llama", "head_dim", "4", "0")
    try expectError("llama", "head_dim", "4", "5", says: "even")
    try expectError("llama", "rms_norm_eps", "1e-06", "2")
    try expectError("llama", "max_position_embeddings", "256", "0")
    try expectError("llama", "hidden_act", "\"silu\"", "\"maxout\"", says: "'maxout'")
    // Without a width of its own, a head has a share of all.
    let uneven = try error(
      "llama", (#""head_dim": 4"#, #""head_dim": null"#),
      (#""num_attention_heads": 4"#, #""num_attention_heads": 6"#))
    #expect(uneven.contains("num_attention_heads") && uneven.contains("divides hidden_size, 16"))
  }

  @Test func anglesThatCannotBe() throws {
    try expectError("llama", "rope_theta", "500000.0", "0", says: "1.0...")
    try expectError("llama", "rope_theta", "500000.0", "NaN")
    try expectError("llama", "factor", "8.0", "0")
    try expectError("llama", "high_freq_factor", "4.0", "1.0", says: "more than low_freq_factor")
    try expectError("llama", "original_max_position_embeddings", "64", "0")
    let type = try error("llama", (#""rope_type": "llama3""#, #""rope_type": "longrope""#))
    #expect(
      type.contains("rope_parameters of the type 'longrope'") && type.contains("not supported"))
  }

  @Test func weightsThatDoNotFit() throws {
    var text = try error("gpt2", (#""n_layer": 2"#, #""n_layer": 900"#))
    #expect(text.contains("the weights lack transformer.h.2."), "\(text)")
    text = try error("gpt2", (#""n_embd": 8"#, #""n_embd": 200000"#))
    #expect(text.contains("has the shape") && text.contains("200000"), "\(text)")
    text = try error("llama", (#""vocab_size": 280"#, #""vocab_size": 16777216"#))
    #expect(text.contains("model.embed_tokens.weight") && text.contains("16777216"), "\(text)")
    text = try error("llama", (#""tie_word_embeddings": true"#, #""tie_word_embeddings": false"#))
    #expect(text.contains("the weights lack lm_head.weight"), "\(text)")
    text = try error("llama", (#""mlp_bias": false"#, #""mlp_bias": true"#))
    #expect(text.contains("model.layers.0.mlp.gate_proj.bias"), "\(text)")
    text = try error("llama", (#""head_dim": 4"#, #""head_dim": 100000"#))
    #expect(text.contains("self_attn.q_proj.weight") && text.contains("400000"), "\(text)")
  }

  @Test func whatIsNotKnownIsNamed() throws {
    var text = try error("llama", (#""model_type": "llama""#, #""model_type": "mamba""#))
    #expect(text.contains("'mamba'") && text.contains("gpt2, llama, mistral, qwen2"))
    text = try error(
      "llama", (#""pretraining_tp": 1"#, #""quantization_config": {"bits": 4}"#))
    #expect(text.contains("quantization_config"))
  }

  /// A tokenizer of more tokens than the table has vectors.
  @Test func aVocabularyBeyondTheTable() throws {
    let text = try error(
      "llama", in: "tokenizer.json",
      (
        #""added_tokens": ["#,
        #"""
        "added_tokens": [{"id": 999, "content": "<far>", "single_word": false, "lstrip": false,
        "rstrip": false, "normalized": false, "special": true},
        """#
      ))
    #expect(text.contains("the model vectors for 280"), "\(text)")
  }

  @Test func whatIsNotSaidIsAsTheReferenceHasIt() throws {
    func settings(_ text: String) throws -> LlamaSettings {
      try LlamaSettings(
        ModelConfiguration(try JSONDocument(Array(text.utf8)), path: "config.json"))
    }
    let sizes = #"""
      "vocab_size": 10, "hidden_size": 256, "intermediate_size": 8, "num_hidden_layers": 3,
      "num_attention_heads": 8
      """#
    let llama = try settings(#"{"model_type": "llama", \#(sizes)}"#)
    #expect(llama.keyValueHeads == 8 && llama.headWidth == 32 && llama.contextLength == 2048)
    #expect(llama.epsilon == 1e-6 && llama.base == 10_000 && llama.scaling == .none)
    #expect(!llama.isOutputTied && !llama.hasAttentionBias && llama.windows == [nil, nil, nil])
    let mistral = try settings(#"{"model_type": "mistral", \#(sizes)}"#)
    #expect(mistral.keyValueHeads == 8 && mistral.windows == [4096, 4096, 4096])
    #expect(
      try settings(#"{"model_type": "mistral", "sliding_window": null, \#(sizes)}"#).windows
        == [nil, nil, nil])
    let qwen2 = try settings(#"{"model_type": "qwen2", \#(sizes)}"#)
    #expect(qwen2.hasAttentionBias && !qwen2.hasOutputBias && qwen2.windows == [nil, nil, nil])
    let window = #""use_sliding_window": true, "sliding_window": 5"#
    #expect(
      try settings(#"{"model_type": "qwen2", \#(window), "max_window_layers": 2, \#(sizes)}"#)
        .windows == [nil, nil, 5])
    let types = #""layer_types": ["sliding_attention", "full_attention", "sliding_attention"]"#
    #expect(
      try settings(#"{"model_type": "qwen3", \#(window), \#(types), \#(sizes)}"#).windows
        == [5, nil, 5])
    #expect(throws: PretrainedError.self) {
      try settings(#"{"model_type": "qwen3", \#(window), "layer_types": ["x"], \#(sizes)}"#)
    }
    let qwen3 = try settings(#"{"model_type": "qwen3", \#(sizes)}"#)
    #expect(qwen3.headWidth == 128 && qwen3.hasQueryKeyNorms && !qwen3.hasAttentionBias)
    // Older files have the settings of the angles elsewhere.
    let old = try settings(
      #"{"model_type": "llama", "rope_theta": 5e5, "rope_scaling": {"type": "linear", "factor": 2}, \#(sizes)}"#
    )
    #expect(old.base == 5e5 && old.scaling == .linear(factor: 2))
  }
}
