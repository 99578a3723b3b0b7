import Backprop
import BackpropFiles

/// A sentence encoder of MiniLM's form with random weights, as a folder of a model hub.
enum EncoderFolder {
  static let (vocabulary, width, layers, heads, inner) = (30_522, 384, 6, 12, 1536)

  /// Writes the files into a folder that is there.
  static func write(to path: String) throws {
    try AtomicFile.write(
      Array(
        """
        {"model_type": "bert", "vocab_size": \(vocabulary), "hidden_size": \(width),
         "num_hidden_layers": \(layers), "num_attention_heads": \(heads),
         "intermediate_size": \(inner), "max_position_embeddings": 512, "hidden_act": "gelu"}
        """.utf8), to: path + "/config.json")
    // What is measured begins with tokens.
    try AtomicFile.write(
      Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\n".utf8), to: path + "/vocab.txt")
    try weights().write(to: path + "/model.safetensors")
  }

  private static func weights() -> StateDictionary {
    var random = RandomSource(seed: 0)
    var state = StateDictionary()
    func table(_ name: String, _ shape: Shape) {
      state.set(name, (Tensor.normal(shape, using: &random) * 0.02).array)
    }
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) {
      table(name + ".weight", [outputs, inputs])
      state.set(name + ".bias", .zeros([outputs]))
    }
    func norm(_ name: String) {
      state.set(name + ".weight", Tensor.ones([width]).array)
      state.set(name + ".bias", .zeros([width]))
    }
    for (name, count) in [("word", vocabulary), ("position", 512), ("token_type", 2)] {
      table("embeddings.\(name)_embeddings.weight", [count, width])
    }
    norm("embeddings.LayerNorm")
    for layer in 0..<layers {
      let own = "encoder.layer.\(layer)."
      for name in ["self.query", "self.key", "self.value", "output.dense"] {
        linear(own + "attention." + name, width, width)
      }
      norm(own + "attention.output.LayerNorm")
      linear(own + "intermediate.dense", width, inner)
      linear(own + "output.dense", inner, width)
      norm(own + "output.LayerNorm")
    }
    return state
  }
}
