import BackpropArrays
import BackpropAutodiff

/// Attention of several heads: each query gathers values, those most whose keys are most like it.
///
/// For each head, with queries Q, keys K and values V of d = embedding / heads numbers:
/// softmax(Q Kᵀ / √d) V. Q, K and V are what linear layers make of the inputs, and a last linear
/// layer mixes what the heads give, one beside the other. The batch is the first axis, as everywhere
/// here, which is PyTorch's `batch_first=True`: queries `(batch, n, embedding)`, keys and values
/// `(batch, m, embedding)` give `(batch, n, embedding)`.
///
/// ```swift
/// let attention = MultiHeadAttention(64, heads: 4, dropout: 0.1, using: &random)
/// attention(x, x, x, isCausal: true, mode)           // self-attention that sees no later word
/// attention(x, memory, memory, mode)                 // a decoder that looks at an encoder's result
/// ```
///
/// A query that may look at nothing gets zeros of the heads. Where text is written token by token, a
/// ``KeyValueCache`` keeps the keys and values of those before:
///
/// ```swift
/// var cache = KeyValueCache()
/// attention(start, start, start, isCausal: true, continuing: &cache, mode)    // (1, 12, 64)
/// attention(token, token, token, isCausal: true, continuing: &cache, mode)    // (1, 1, 64)
/// ```
///
/// The weights of the attention are never all in memory at once (see `scaledDotProductAttention`),
/// unless some are dropped in training or someone looks on: an observer sees them, of shape (batch,
/// heads, n, m), as the result of the part `dropout`. The numbers are then the same but for rounding.
///
/// Source: Vaswani et al., "Attention Is All You Need" (2017); PyTorch's `MultiheadAttention`, whose
/// names in files these are.
public struct MultiHeadAttention: Module {
  /// What makes queries, keys and values, one beside the other: of shape (embedding, 3 · embedding).
  public let inputWeight: Parameter
  /// What is added to them: of shape (3 · embedding); `nil` without one.
  public let inputBias: Parameter?
  /// What mixes the results of the heads.
  public let output: Linear
  /// What drops weights of the attention in training.
  public let dropout: Dropout
  /// The number of heads.
  public let heads: Int

  private var embedding: Int { inputWeight.shape[0] }

  /// Attention with random weights (Xavier's uniform distribution for what makes queries, keys and
  /// values; ±1/√embedding for the output) and biases of zeros.
  ///
  /// - Parameters:
  ///   - embedding: how many numbers a query, a key and a value have. Traps unless the heads divide
  ///     it.
  ///   - heads: how many heads share them.
  ///   - dropout: how likely a weight of the attention is dropped in training.
  ///   - hasBias: whether the linear layers have biases.
  ///   - scalarType: of the parameters.
  ///   - random: where the weights come from.
  public init(
    _ embedding: Int, heads: Int, dropout: Double = 0, hasBias: Bool = true,
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    guard embedding > 0, heads > 0, embedding % heads == 0 else {
      fatalError(
        "MultiHeadAttention: \(embedding) numbers do not divide evenly among \(heads) heads")
    }
    let (inputBound, outputBound) = (
      (6 / Double(4 * embedding)).squareRoot(), 1 / Double(embedding).squareRoot()
    )
    inputWeight = Parameter(
      .uniform(
        [embedding, 3 * embedding], in: -inputBound..<inputBound, scalarType: scalarType,
        using: &random), named: "in_proj_weight")
    inputBias =
      hasBias
      ? Parameter(.zeros([3 * embedding], scalarType: scalarType), named: "in_proj_bias") : nil
    output = Linear(
      weight: .uniform(
        [embedding, embedding], in: -outputBound..<outputBound, scalarType: scalarType,
        using: &random),
      bias: hasBias ? .zeros([embedding], scalarType: scalarType) : nil)
    self.dropout = Dropout(dropout)
    self.heads = heads
  }

  /// What each query gathers.
  ///
  /// - Parameters:
  ///   - query: of shape (batch, n, embedding).
  ///   - key: of shape (batch, m, embedding).
  ///   - value: of the shape of `key`.
  ///   - mask: of a shape that broadcasts to (batch, heads, n, m): (n, m), or (batch, 1, 1, m) for
  ///     keys that are padding. Flags say which keys a query may look at, `true` for those it may
  ///     (PyTorch's `scaled_dot_product_attention` has it so, the flags of its `MultiheadAttention`
  ///     are the opposite); numbers are added to Q Kᵀ / √d.
  ///   - isCausal: whether query i may look at the keys 0...m − n + i alone; n is at most m.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor? = nil, isCausal: Bool = false,
    _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { mode in
      var none: KeyValueCache?
      return result(query, key, value, mask, isCausal, &none, mode)
    }
  }

  /// What each query gathers of the keys and values in a cache and of further ones, which then are in
  /// it too.
  ///
  /// No gradient flows to keys and values of earlier calls.
  ///
  /// - Parameters:
  ///   - query: of shape (batch, n, embedding).
  ///   - key: what stands behind the keys of the cache: of shape (batch, new, embedding).
  ///   - value: of the shape of `key`.
  ///   - mask: as without a cache, for the m keys that there are with those of the cache.
  ///   - isCausal: whether query i may look at the keys 0...m − n + i alone: the last query stands at
  ///     the last key.
  ///   - cache: the keys and values of this layer from earlier calls.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor? = nil, isCausal: Bool = false,
    continuing cache: inout KeyValueCache, _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { mode in
      // Moved, not copied, so that it is written in place.
      var carried = Optional(cache)
      cache = KeyValueCache()
      defer { cache = carried! }
      return result(query, key, value, mask, isCausal, &carried, mode)
    }
  }

  private func result(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, _ mask: Tensor?, _ isCausal: Bool,
    _ cache: inout KeyValueCache?, _ mode: Mode
  ) -> Tensor {
    let others = [key, value] + (mask.map { [$0] } ?? [])
    if let error = misfit(query, key, value, mask, isCausal, earlier: cache) {
      return query.failing(error, beside: others)
    }
    let projected = projections(of: query, key, value).map { $0.asHeads(heads) }
    var (keys, values) = (projected[1], projected[2])
    if cache != nil { (keys, values) = cache!.append(keys, values) }
    let gathered = dropout.attention(
      projected[0], keys, values, mask: mask, isCausal: isCausal, mode)
    return output(gathered.withoutHeads, mode)
  }

  /// Queries, keys and values: in one product where all are made of the same numbers.
  private func projections(of query: Tensor, _ key: Tensor, _ value: Tensor) -> [Tensor] {
    if query.isSame(as: key), query.isSame(as: value) {
      return query.affine(inputWeight.tensor, inputBias?.tensor).split(into: 3, axis: 2)
    }
    let weights = inputWeight.tensor.split(into: 3, axis: 1)
    let biases = inputBias?.tensor.split(into: 3)
    return [query, key, value].enumerated().map { $1.affine(weights[$0], biases?[$0]) }
  }

  /// Why the inputs do not fit, if they do not.
  private func misfit(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, _ mask: Tensor?, _ isCausal: Bool,
    earlier cache: KeyValueCache?
  ) -> ShapeError? {
    func error(_ reason: String, hint: String? = nil) -> ShapeError {
      let shapes = [query.shape, key.shape, value.shape] + (mask.map { [$0.shape] } ?? [])
      return ShapeError("MultiHeadAttention", shapes, reason, hint: hint)
    }
    for (name, input) in [("query", query), ("key", key), ("value", value)] {
      guard input.rank == 3, input.shape[2] == embedding else {
        return error("the \(name) is not of shape (batch, length, \(embedding))")
      }
    }
    guard key.shape == value.shape else { return error("there is not one value for each key") }
    guard query.shape[0] == key.shape[0] else {
      return error("there are \(query.shape[0]) batches of queries and \(key.shape[0]) of keys")
    }
    if let cache,
      let reason = cache.misfit(
        [query.shape[0], heads, key.shape[1], embedding / heads], inputWeight.scalarType)
    {
      return error(reason)
    }
    let (n, m) = (query.shape[1], key.shape[1] + (cache?.count ?? 0))
    if isCausal, n > m {
      return error(
        "causal attention of \(n) queries to \(m) keys: the last query stands at the last key, and "
          + "the first would see none",
        hint: "say which keys each query may look at, with a mask of shape (\(n), \(m))")
    }
    if let mask, mask.scalarType != .bool, !mask.scalarType.isFloatingPoint {
      return error(
        "the mask holds \(mask.scalarType), of which it is not clear whether they are flags",
        hint: "make flags of them, with a comparison such as mask .!= 0")
    }
    let scores: Shape = [query.shape[0], heads, n, m]
    if let mask, Shape.broadcast(mask.shape, scores) != scores {
      return error(
        "the mask does not broadcast to (batch, heads, n, m), here \(scores)",
        hint: mask.shape == [query.shape[0], m]
          ? "one flag for each key of a text is a mask of shape (\(query.shape[0]), 1, 1, \(m))"
          : nil)
    }
    return nil
  }

  public var members: [ModuleMember] {
    ModuleMember.named([
      "in_proj_weight": inputWeight, "in_proj_bias": inputBias, "out_proj": output,
      "dropout": dropout,
    ])
  }

  public func fileLayout(of parameter: String) -> ParameterLayout {
    parameter == "in_proj_weight" ? .transposed : .asIs
  }

  public var summaryName: String { "MultiHeadAttention(\(embedding), \(heads) heads)" }
}
