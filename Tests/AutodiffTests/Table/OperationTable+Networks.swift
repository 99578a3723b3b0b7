import BackpropArrays
import BackpropAutodiff

extension OperationTable {
  static let networks: [OperationRow] = [
    OperationRow(
      "RMSNormalize", .networks, "x.rmsNormalized()", "x / √(mean x² + ε) along axes",
      shapes: "as x", pytorch: "F.rms_norm", accuracy: .sums,
      [
        OperationCase(
          "rows", [.numbers([2, 3, 5])], "F.rms_norm(a, a.shape[-1:], eps=1e-5)"
        ) { $0[0].rmsNormalized(epsilon: 1e-5) },
        OperationCase(
          "two axes", [.numbers([3, 1, 2, 4])], "F.rms_norm(a, a.shape[-2:], eps=0.1)"
        ) { $0[0].rmsNormalized(axes: [-1, -2], epsilon: 0.1) },
        OperationCase("one number", [.positives([4, 1])], "F.rms_norm(a, (1,), eps=1.0)") {
          $0[0].rmsNormalized(epsilon: 1)
        },
        OperationCase(
          "with a weight", [.numbers([4, 5]), .numbers([5])], "F.rms_norm(a, (5,), b, eps=1e-5)"
        ) { $0[0].rmsNormalized(epsilon: 1e-5, weight: $0[1]) },
      ]),
    OperationRow(
      "Standardize", .networks, "x.standardized()",
      "(x − mean x) / √(variance x + ε) along axes, times a weight, plus a bias",
      shapes: "as x", pytorch: "F.layer_norm, F.batch_norm, F.group_norm, F.instance_norm",
      accuracy: .sums, suites: ["StandardizeTests", "PyTorchLayerTests"],
      [
        OperationCase(
          "rows", [.numbers([2, 3, 5])], "F.layer_norm(a, (5,), eps=0.1)"
        ) { $0[0].standardized(epsilon: 0.1) },
        OperationCase(
          "two axes, with weight and bias",
          [.numbers([3, 2, 4]), .numbers([2, 4]), .numbers([2, 4])],
          "F.layer_norm(a, (2, 4), b, c, eps=0.1)"
        ) { $0[0].standardized(axes: [-2, -1], epsilon: 0.1, weight: $0[1], bias: $0[2]) },
        OperationCase(
          "features over the batch", [.numbers([3, 2, 9]), .numbers([2]), .numbers([2])],
          "F.batch_norm(a, None, None, b, c, training=True, eps=0.1)"
        ) {
          $0[0].standardized(
            axes: [0, 2], epsilon: 0.1, weight: $0[1].reshaped(to: [2, 1]),
            bias: $0[2].reshaped(to: [2, 1]))
        },
        OperationCase(
          "groups of features", [.numbers([2, 4, 3]), .numbers([4]), .numbers([4])],
          "F.group_norm(a, 2, b, c, eps=0.1)"
        ) {
          $0[0].reshaped(to: [2, 2, 2, 3]).standardized(
            axes: [2, 3], epsilon: 0.1, weight: $0[1].reshaped(to: [2, 2, 1]),
            bias: $0[2].reshaped(to: [2, 2, 1])
          ).reshaped(to: [2, 4, 3])
        },
      ]),
    OperationRow(
      "ScaledDotProductAttention", .networks, "scaledDotProductAttention(q, k, v)",
      "softmax(q kᵀ / √d + mask) v", shapes: "(…, n, d), (…, m, d), (…, m, e) to (…, n, e)",
      pytorch: "F.scaled_dot_product_attention", accuracy: .sums,
      suites: ["AttentionTests", "PyTorchLayerTests"],
      [
        OperationCase(
          "a batch", [.numbers([2, 3, 4]), .numbers([2, 5, 4]), .numbers([2, 5, 3])],
          "F.scaled_dot_product_attention(a, b, c)"
        ) { scaledDotProductAttention($0[0], $0[1], $0[2]) },
        OperationCase(
          "causal, of heads",
          [.numbers([2, 2, 5, 3]), .numbers([2, 2, 5, 3]), .numbers([2, 2, 5, 3])],
          "F.scaled_dot_product_attention(a, b, c, is_causal=True)"
        ) { scaledDotProductAttention($0[0], $0[1], $0[2], isCausal: true) },
        OperationCase(
          "with a mask of numbers",
          [.numbers([3, 4]), .numbers([6, 4]), .numbers([6, 2]), .numbers([3, 6])],
          "F.scaled_dot_product_attention(a, b, c, attn_mask=d, scale=0.7)"
        ) { scaledDotProductAttention($0[0], $0[1], $0[2], mask: $0[3], scale: 0.7) },
      ]),
    OperationRow(
      "PackedAttention", .networks, "packedAttention(q, k, v, lengths: [5, 9], heads: 4)",
      "softmax(q kᵀ / √d) v of each text and head", shapes: "(rows, heads · d) to the same",
      accuracy: .sums, suites: ["PackedAttentionTests"], []),
    OperationRow(
      "attentionWeights", .networks, "attentionWeights(q, k)", "softmax(q kᵀ / √d + mask)",
      shapes: "(…, n, d), (…, m, d) to (…, n, m)", accuracy: .sums, suites: ["AttentionTests"],
      [
        OperationCase(
          "a batch", [.numbers([2, 3, 4]), .numbers([2, 5, 4])],
          "torch.softmax(a @ b.transpose(-1, -2) / 2, -1)"
        ) { attentionWeights($0[0], $0[1]) }
      ]),
    OperationRow(
      "RecurrentSequence", .networks, "RNN, GRU, LSTM",
      "the states of a recurrent network along whole sequences",
      shapes: "(steps, n, gates · hidden) to (steps, n, hidden)",
      pytorch: "nn.RNN, nn.GRU, nn.LSTM", accuracy: .sums,
      suites: ["RecurrentSequenceTests", "PyTorchLayerTests"], []),
    OperationRow(
      "RecurrentGates", .networks, nil, "the gates of such a network",
      shapes: "(steps, n, gates · hidden)", accuracy: .sums, suites: ["RecurrentSequenceTests"],
      []),
  ]
}
