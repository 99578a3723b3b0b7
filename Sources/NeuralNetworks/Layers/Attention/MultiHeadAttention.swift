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
/// Of whom a query may look at nothing, the heads give zeros. An observer sees the weights of the
/// attention, of shape (batch, heads, n, m), as the result of the part `dropout`.
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
  ///   - isCausal: whether query i may look at the keys 0...i alone; n is then m.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor? = nil, isCausal: Bool = false,
    _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { mode in
      if let error = misfit(query, key, value, mask, isCausal) {
        return query.failing(error, beside: [key, value] + (mask.map { [$0] } ?? []))
      }
      let projected = zip(projections, [query, key, value]).map { projection, input in
        input.affine(projection.weight, projection.bias).asHeads(heads)
      }
      let scale = 1 / Double(embedding / heads).squareRoot()
      let scores = (projected[0] * scale).matmul(projected[1], transposingOther: true)
      let weights = attentionWeights(of: scores, mask, isCausal)
      return output(dropout(weights, mode).matmul(projected[2]).withoutHeads, mode)
    }
  }

  /// The parts of the input's weight and bias that make queries, keys and values.
  private var projections: [(weight: Tensor, bias: Tensor?)] {
    let weights = inputWeight.tensor.split(into: 3, axis: 1)
    let biases = inputBias?.tensor.split(into: 3)
    return weights.indices.map { (weights[$0], biases?[$0]) }
  }

  /// How much each query takes of each key's value: positive numbers with the sum 1, or zeros where
  /// it may look at none.
  private func attentionWeights(
    of scores: Tensor, _ mask: Tensor?, _ isCausal: Bool
  ) -> Tensor {
    var (scores, visible) = (scores, [Tensor]())
    if let mask {
      if mask.scalarType == .bool { visible.append(mask) } else { scores = scores + mask }
    }
    if isCausal { visible.append(scores.isNotLater) }
    // A finite number, so that a row in which all is hidden has a softmax. It is then hidden again.
    let lowest = -Double(Float.greatestFiniteMagnitude)
    let shown = visible.reduce(scores) { Tensor.where($1, $0, lowest) }
    return visible.reduce(shown.softmax()) { Tensor.where($1, $0, 0) }
  }

  /// Why the inputs do not fit, if they do not.
  private func misfit(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, _ mask: Tensor?, _ isCausal: Bool
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
    let (n, m) = (query.shape[1], key.shape[1])
    if isCausal, n != m {
      return error(
        "causal attention of \(n) queries to \(m) keys: which of them are later is not known",
        hint: "say which keys each query may look at, with a mask of shape (\(n), \(m))")
    }
    if let mask, mask.scalarType != .bool, !mask.scalarType.isFloatingPoint {
      return error(
        "the mask holds \(mask.scalarType), of which it is not clear whether they are flags",
        hint: "make flags of them, with a comparison such as mask .!= 0")
    }
    let scores: Shape = [query.shape[0], heads, n, m]
    if let mask, Shape.broadcast(mask.shape, scores) != scores {
      return error("the mask does not broadcast to (batch, heads, n, m), here \(scores)")
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

extension Tensor {
  /// (batch, n, embedding) as (batch, heads, n, embedding / heads).
  fileprivate func asHeads(_ heads: Int) -> Tensor {
    reshaped(to: [shape[0], shape[1], heads, shape[2] / heads] as Shape).transposed([0, 2, 1, 3])
  }

  /// (batch, heads, n, d) as (batch, n, heads · d).
  fileprivate var withoutHeads: Tensor {
    transposed([0, 2, 1, 3]).reshaped(to: [shape[0], shape[2], shape[1] * shape[3]] as Shape)
  }

  /// Of scores of n queries and n keys: which keys stand not after the query. Of shape (n, n).
  fileprivate var isNotLater: Tensor {
    let n = shape[rank - 1]
    if isShapeOnly { return Tensor(shapeOnly: TensorType([n, n], .bool)) }
    let places = Tensor.range(from: 0, to: Double(n), scalarType: .int32)
    return places.expandingDimension(at: 1) .>= places
  }
}
