import BackpropArrays
import BackpropAutodiff

extension OperationTable {
  static let attention: [OperationRow] = [
    OperationRow(
      "ScaledDotProductAttention", .products,
      "scaledDotProductAttention(q, k, v, mask: m, isCausal: c, scale: s)",
      "softmax(s · q kᵀ + m) v", shapes: "(…, n, d), (…, m, d) and (…, m, e) to (…, n, e)",
      pytorch: "F.scaled_dot_product_attention", accuracy: .sums, suites: ["AttentionTests"], []),
    OperationRow(
      "attentionWeights", .products, "attentionWeights(q, k, mask: m, isCausal: c, scale: s)",
      "softmax(s · q kᵀ + m)", shapes: "(…, n, d) and (…, m, d) to (…, n, m)", accuracy: .sums,
      suites: ["AttentionTests"], []),
    OperationRow(
      "RMSNormalize", .activations, "x.rmsNormalized(axes: k, epsilon: e)", "x / √(mean x² + e)",
      shapes: "as x", pytorch: "F.rms_norm", accuracy: .sums, suites: ["PyTorchLayerTests"], []),
  ]
}
