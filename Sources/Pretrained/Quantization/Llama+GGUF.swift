import BackpropArrays
import BackpropNeuralNetworks
import BackpropWeightFiles

extension Llama {
  /// The model of a GGUF file of the architecture `llama`.
  ///
  /// ```swift
  /// let model = try Llama(gguf: "SmolLM2-135M-Q8_0.gguf")
  /// ```
  ///
  /// Weights of linear layers and the table of tokens that lie in blocks are computed with as they are
  /// (`Q8_0`, `Q4_0`), and all else as `float32`. `F32` lies where the mapped file is, but for queries
  /// and keys, whose rows a file has in another order.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - dequantizing: whether blocks become `float32`, for a model that is to be trained.
  /// - Throws: `FileError`, `WeightFileError`, or `PretrainedError` that names what is not there or does
  ///   not fit.
  public init(gguf path: String, dequantizing: Bool = false) throws {
    try self.init(GGUF(contentsOf: path), path: path, dequantizing: dequantizing)
  }

  /// The same of a file that was opened.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - path: what errors call it.
  ///   - dequantizing: whether blocks become `float32`.
  /// - Throws: `PretrainedError`.
  public init(
    _ file: GGUF, path: String = "model.gguf", dequantizing: Bool = false
  ) throws(PretrainedError) {
    let settings = try LlamaSettings(file, path: path)
    let tensors = GGUFMetadata(file, path: path)
    self = try settings.model(
      embedding: { () throws(PretrainedError) in
        let (name, shape) = (
          "token_embd.weight", [settings.vocabularySize, settings.width] as Shape
        )
        if !dequantizing, let matrix = try tensors.tensor(name, shape).quantizedMatrix {
          return Embedding(weight: matrix)
        }
        return Embedding(weight: try tensors.array(of: name, shape))
      },
      linear: { name, inputs, outputs, hasBias throws(PretrainedError) in
        let own = GGUFNames.file(name)
        let order = settings.rowOrder(of: name)
        let tensor = try tensors.tensor(own + ".weight", [outputs, inputs])
        let bias =
          hasBias ? try tensors.array(of: own + ".bias", [outputs]).inOrder(order) : nil
        if !dequantizing, let matrix = tensor.quantizedMatrix(inOrder: order) {
          return Linear(weight: matrix, bias: bias)
        }
        let weight = try tensors.array(of: own + ".weight", [outputs, inputs]).inOrder(order)
        return Linear(weight: weight.matrixTransposed, bias: bias)
      },
      norm: { name, width throws(PretrainedError) in
        let norm = RMSNorm([width], epsilon: settings.epsilon)
        norm.weight?.array = try tensors.array(of: GGUFNames.file(name) + ".weight", [width])
        return norm
      })
  }
}

/// What a model's layers are called in a GGUF file.
enum GGUFNames {
  private static let parts = [
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
  ]
  private static let others = [
    "norm": "output_norm", "lm_head": "output", "embed_tokens": "token_embd",
  ]

  /// The name in a file of a layer that the library `transformers` calls so, without `model.`:
  /// `layers.3.mlp.up_proj` is `blk.3.ffn_up`.
  static func file(_ name: String) -> String {
    if let other = others[name] { return other }
    let pieces = name.split(separator: ".", maxSplits: 2)
    guard pieces.count == 3, pieces[0] == "layers", let part = parts[String(pieces[2])] else {
      fatalError("GGUF: no name is known for the layer '\(name)'")
    }
    return "blk.\(pieces[1]).\(part)"
  }
}

extension LlamaSettings {
  /// From which row of a file each row of queries and keys comes; `nil` for other layers.
  ///
  /// Positions turn pairs of numbers of a head: in a file those that lie side by side, here one of the
  /// first half with one of the second.
  func rowOrder(of name: String) -> [Int]? {
    let heads =
      name.hasSuffix("q_proj") ? self.heads : name.hasSuffix("k_proj") ? keyValueHeads : nil
    guard let heads else { return nil }
    let half = headWidth / 2
    return (0..<heads * headWidth).map { row in
      let (head, place) = row.quotientAndRemainder(dividingBy: headWidth)
      return head * headWidth + place % half * 2 + place / half
    }
  }
}

extension NDArray {
  /// Rows in another order; the same for `nil`.
  func inOrder(_ order: [Int]?) -> NDArray {
    guard let order else { return self }
    return withContiguousBytes { bytes in
      reorderedRows(bytes, order).withUnsafeBytes {
        NDArray(bytes: $0, shape: shape, scalarType: scalarType)
      }
    }
  }
}

/// The bytes of as many rows as `order` has, each taken from the row that it says.
func reorderedRows(_ bytes: UnsafeRawBufferPointer, _ order: [Int]) -> [UInt8] {
  let length = bytes.count / max(order.count, 1)
  var result: [UInt8] = []
  result.reserveCapacity(bytes.count)
  for row in order { result += bytes[row * length..<(row + 1) * length] }
  return result
}

extension GGUF.Tensor {
  /// The matrix as it is, with its rows in another order, where it lies in blocks.
  fileprivate func quantizedMatrix(inOrder order: [Int]?) -> QuantizedMatrix? {
    guard let order else { return quantizedMatrix }
    guard let format = type.quantizedFormat, shape.count == 2 else { return nil }
    let rows = bytes.withUnsafeBytes { reorderedRows($0, order) }
    return rows.withUnsafeBytes {
      QuantizedMatrix(blocks: $0, outputs: shape[0], inputs: shape[1], as: format)
    }
  }
}
