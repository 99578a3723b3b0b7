import BackpropArrays
import BackpropAutodiff

extension Dropout {
  /// Attention of which this layer drops weights in training: softmax(Q Kᵀ / √d + mask) V.
  ///
  /// The weights come into being only where some are dropped or capped, or for an observer, who sees
  /// them as the result of this layer.
  ///
  /// - Parameters:
  ///   - queries: of shape (batch, heads, n, d).
  ///   - keys: of shape (batch, heads, m, d).
  ///   - values: of shape (batch, heads, m, d).
  ///   - mask: which keys each query may look at.
  ///   - isCausal: whether query i may look at the keys 0...m − n + i alone.
  ///   - scale: by what the products are multiplied; 1 / √d if `nil`.
  ///   - softCap: a number that no product exceeds, by tanh; `nil` for none.
  ///   - mode: whether the model is being trained or used.
  func attention(
    _ queries: Tensor, _ keys: Tensor, _ values: Tensor, mask: Tensor?, isCausal: Bool,
    scale: Double? = nil, softCap: Double? = nil, _ mode: Mode
  ) -> Tensor {
    if mode.isObserved || softCap != nil || (mode.isTraining && probability > 0) {
      let weights = attentionWeights(
        queries, keys, mask: mask, isCausal: isCausal, scale: scale, softCap: softCap)
      return self(weights, mode).matmul(values)
    }
    let gathered = scaledDotProductAttention(
      queries, keys, values, mask: mask, isCausal: isCausal, scale: scale)
    return probability > 0 ? mode.guarding(gathered, of: self) : gathered
  }
}

extension Tensor {
  /// (batch, n, heads · d) as (batch, heads, n, d).
  func asHeads(_ heads: Int) -> Tensor {
    reshaped(to: [shape[0], shape[1], heads, shape[2] / heads] as Shape).transposed([0, 2, 1, 3])
  }

  /// (batch, heads, n, d) as (batch, n, heads · d).
  var withoutHeads: Tensor {
    transposed([0, 2, 1, 3]).reshaped(to: [shape[0], shape[2], shape[1] * shape[3]] as Shape)
  }

  /// Whether both are one tensor: the same numbers in the same memory, computed by the same node.
  func isSame(as other: Tensor) -> Bool { storage === other.storage && node === other.node }
}
