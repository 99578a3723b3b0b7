import BackpropArrays
import BackpropAutodiff

/// Self-attention among the words of a text, each of which looks at itself and those before it, whose
/// heads share keys and values in groups: Llama's.
///
/// For each head, with queries Q and the keys K and values V of its group, of d numbers each:
/// softmax(Q Kᵀ / √d) V, after ``RotaryPositions`` have turned Q and K by their places. With one head a
/// group it is the attention of many heads, with all heads in one group "multi-query" attention; fewer
/// keys and values make a smaller cache. `(batch, n, width) -> (batch, n, width)`.
///
/// ```swift
/// let attention = GroupedQueryAttention(64, heads: 8, keyValueHeads: 2, using: &random)
/// attention(x, mode)                                     // (2, 20, 64) -> (2, 20, 64)
/// var cache = KeyValueCache()
/// attention(start, continuing: &cache, .inference)       // (1, 12, 64)
/// attention(token, continuing: &cache, .inference)       // (1, 1, 64)
/// ```
///
/// With a window w, a word looks at itself and the w − 1 before it alone. Queries and keys may each
/// have a norm over their d numbers.
///
/// Sources: Ainslie et al., "GQA: Training Generalized Multi-Query Transformer Models from Multi-Head
/// Checkpoints" (2023); the window: Jiang et al., "Mistral 7B" (2023). Names in files are those of
/// Llama, and of Qwen 3 for the norms.
public struct GroupedQueryAttention: Module {
  /// What makes the queries: of shape (width, heads · d).
  public let query: Linear
  /// What makes the keys: of shape (width, keyValueHeads · d).
  public let key: Linear
  /// What makes the values, of the same shape.
  public let value: Linear
  /// What mixes the results of the heads: of shape (heads · d, width).
  public let output: Linear
  /// The norm of queries; `nil` without one.
  public let queryNorm: RMSNorm?
  /// The norm of keys; `nil` without one.
  public let keyNorm: RMSNorm?
  /// What drops weights of the attention in training.
  public let dropout: Dropout
  /// How many heads ask.
  public let heads: Int
  /// How many heads have keys and values; they divide the heads that ask.
  public let keyValueHeads: Int
  /// What turns queries and keys; `nil` for nothing.
  public let positions: RotaryPositions?
  /// How many words a word looks at, itself among them; `nil` for all before it.
  public let window: Int?
  /// By what products of queries and keys are multiplied; `nil` for 1 / √d.
  public let scale: Double?
  /// A number c that no product exceeds, each product s being c tanh(s / c); `nil` for none.
  public let softCap: Double?

  /// Attention of given layers. Traps unless they fit each other and the heads.
  ///
  /// - Parameters:
  ///   - query: of (width, heads · d).
  ///   - key: of (width, keyValueHeads · d).
  ///   - value: of the same shape.
  ///   - output: of (heads · d, width).
  ///   - heads: how many heads ask.
  ///   - keyValueHeads: how many have keys and values.
  ///   - positions: what turns queries and keys.
  ///   - window: how many words a word looks at.
  ///   - queryNorm: the norm of queries.
  ///   - keyNorm: the norm of keys.
  ///   - scale: by what products of queries and keys are multiplied; 1 / √d if `nil`.
  ///   - softCap: what no product exceeds.
  ///   - dropout: how likely a weight of the attention is dropped in training.
  public init(
    query: Linear, key: Linear, value: Linear, output: Linear, heads: Int, keyValueHeads: Int,
    positions: RotaryPositions?, window: Int? = nil, queryNorm: RMSNorm? = nil,
    keyNorm: RMSNorm? = nil, scale: Double? = nil, softCap: Double? = nil, dropout: Double = 0
  ) {
    guard heads > 0, keyValueHeads > 0, heads % keyValueHeads == 0 else {
      fatalError(
        "GroupedQueryAttention: \(heads) heads do not divide evenly among \(keyValueHeads) of keys "
          + "and values")
    }
    let shapes = [query, key, value, output].map(\.weight.shape)
    guard shapes[0][1] % heads == 0, shapes[1][1] * heads == shapes[0][1] * keyValueHeads,
      shapes[1] == shapes[2], shapes[0][0] == shapes[1][0], shapes[3][0] == shapes[0][1]
    else {
      ShapeError(
        "GroupedQueryAttention", shapes,
        "the layers are of (width, \(heads) d), twice (width, \(keyValueHeads) d), and (\(heads) d, "
          + "width), for one d"
      ).trap()
    }
    guard window ?? 1 > 0 else {
      fatalError("GroupedQueryAttention: a window of \(window!) words; there is one at least")
    }
    self.query = query
    self.key = key
    self.value = value
    self.output = output
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.positions = positions
    self.window = window
    self.scale = scale
    self.softCap = softCap
    self.queryNorm = queryNorm
    self.keyNorm = keyNorm
    self.dropout = Dropout(dropout)
  }

  /// Attention of random weights, which start normal with a standard deviation, and without biases.
  ///
  /// - Parameters:
  ///   - width: how many numbers a word has.
  ///   - heads: how many heads ask. Traps unless they divide the width.
  ///   - keyValueHeads: how many have keys and values; as many if `nil`.
  ///   - base: that of the positions' angles.
  ///   - window: how many words a word looks at.
  ///   - initializer: what the weights start as.
  ///   - scalarType: of the parameters.
  ///   - random: where the weights come from.
  public init(
    _ width: Int, heads: Int, keyValueHeads: Int? = nil, base: Double = 10_000, window: Int? = nil,
    initializer: Initializer = .normal(standardDeviation: 0.02),
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    guard heads > 0, width % (2 * heads) == 0 else {
      fatalError(
        "GroupedQueryAttention: \(width) numbers do not divide into pairs among \(heads) heads")
    }
    let d = width / heads
    let inner = (keyValueHeads ?? heads) * d
    func linear(_ inputs: Int, _ outputs: Int, _ random: inout RandomSource) -> Linear {
      Linear(
        inputs, outputs, hasBias: false, initializer: initializer, scalarType: scalarType,
        using: &random)
    }
    self.init(
      query: linear(width, width, &random), key: linear(width, inner, &random),
      value: linear(width, inner, &random), output: linear(width, width, &random), heads: heads,
      keyValueHeads: keyValueHeads ?? heads, positions: RotaryPositions(d, base: base),
      window: window)
  }

  /// What each word gathers of itself and those before it.
  ///
  /// - Parameters:
  ///   - input: the words, of shape (batch, n, width).
  ///   - angles: those of their places, if they were worked out before; `nil` to work them out here.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(
    _ input: Tensor, by angles: RotaryPositions.Angles? = nil, _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { mode in
      result(input, angles, mode) { gathered($0, $1, $2, mode) }
    }
  }

  /// What each word gathers of itself, those before it and those whose keys and values are in a cache,
  /// which then has these too.
  ///
  /// No gradient flows to keys and values of earlier calls.
  ///
  /// - Parameters:
  ///   - input: the words behind those of the cache, of shape (batch, n, width).
  ///   - angles: those of their places, if they were worked out before.
  ///   - cache: this layer's cache.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(
    _ input: Tensor, by angles: RotaryPositions.Angles? = nil,
    continuing cache: inout KeyValueCache, _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { mode in
      let angles = angles ?? self.angles(of: input, at: cache.places)
      return result(input, angles, mode) { queries, keys, values in
        let (keys, values) = cache.append(keys, values)
        return gathered(queries, keys, values, mode)
      }
    }
  }

  /// What each word gathers of itself, those before it and those of a model's memory, which then has
  /// these too.
  ///
  /// - Parameters:
  ///   - input: the words behind those of the memory, of shape (batch, n, width).
  ///   - angles: those of their places, if they were worked out before.
  ///   - memory: the model's.
  ///   - layer: which of the model's layers of attention this is, from 0.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(
    _ input: Tensor, by angles: RotaryPositions.Angles? = nil,
    continuing memory: inout KeyValueMemory, layer: Int, _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { mode in
      let angles = angles ?? self.angles(of: input, at: memory.places)
      return result(input, angles, mode) {
        memory.attention(layer: layer, $0, $1, $2) { gathered($0, $1, $2, mode) }
      }
    }
  }

  /// The angles of the places that so many steps have.
  private func angles(
    of input: Tensor, at places: (_ steps: Int) -> Tensor
  ) -> RotaryPositions.Angles? {
    guard let positions, input.rank == 3, !input.isShapeOnly else { return nil }
    return positions.angles(at: places(input.shape[1]), scalarType: input.scalarType)
  }

  private func result(
    _ input: Tensor, _ angles: RotaryPositions.Angles?, _ mode: Mode,
    gathering: (_ queries: Tensor, _ keys: Tensor, _ values: Tensor) -> Tensor
  ) -> Tensor {
    guard input.rank == 3, input.shape[2] == query.weight.shape[0] else {
      return input.failing(
        ShapeError(
          "GroupedQueryAttention", [input.shape],
          "the input is not of shape (batch, length, \(query.weight.shape[0]))"))
    }
    var queries = query(input, mode).asHeads(heads)
    var keys = key(input, mode).asHeads(keyValueHeads)
    let values = value(input, mode).asHeads(keyValueHeads)
    if let queryNorm { queries = queryNorm(queries, mode) }
    if let keyNorm { keys = keyNorm(keys, mode) }
    if let positions {
      if let angles {
        (queries, keys) = (positions(queries, by: angles, mode), positions(keys, by: angles, mode))
      } else {
        (queries, keys) = (positions(queries, mode), positions(keys, mode))
      }
    }
    return output(gathering(queries, keys, values), mode)
  }

  /// What the heads gather, one beside the other: of shape (batch, n, heads · d).
  private func gathered(
    _ queries: Tensor, _ keys: Tensor, _ values: Tensor, _ mode: Mode
  ) -> Tensor {
    let (batch, n, d) = (queries.shape[0], queries.shape[2], queries.shape[3])
    let (m, group) = (keys.shape[2], heads / keyValueHeads)
    if n == 1, !queries.isShapeOnly {
      // The last word sees all: the heads of a group are so many queries, and read keys and values
      // once.
      let first = window.map { max(0, m - $0) } ?? 0
      let (seenKeys, seenValues) =
        first == 0 ? (keys, values) : (keys[.all, .all, first...], values[.all, .all, first...])
      return dropout.attention(
        queries.reshaped(to: [batch, keyValueHeads, group, d]), seenKeys, seenValues, mask: nil,
        isCausal: false, scale: scale, softCap: softCap, mode
      ).reshaped(to: [batch, 1, heads * d])
    }
    var mask: Tensor?
    if let window, m > window { mask = Self.within(window, n, m, queries) }
    if group == 1 {
      return dropout.attention(
        queries, keys, values, mask: mask, isCausal: true, scale: scale, softCap: softCap, mode
      ).withoutHeads
    }
    return dropout.attention(
      queries.reshaped(to: [batch, keyValueHeads, group, n, d]), keys.expandingDimension(at: 2),
      values.expandingDimension(at: 2), mask: mask, isCausal: true, scale: scale,
      softCap: softCap, mode
    ).reshaped(to: [batch, heads, n, d]).withoutHeads
  }

  /// Which keys are less than `window` before a query: flags of shape (n, m), the last of each standing
  /// at the same place.
  private static func within(_ window: Int, _ n: Int, _ m: Int, _ like: Tensor) -> Tensor {
    if like.isShapeOnly { return Tensor(shapeOnly: TensorType([n, m], .bool)) }
    let places = Tensor.range(from: 0, to: Double(m), scalarType: .int64)
    return places .> (places[(m - n)...] - Double(window)).expandingDimension(at: 1)
  }

  public var members: [ModuleMember] {
    ModuleMember.named([
      "q_proj": query, "k_proj": key, "v_proj": value, "o_proj": output, "q_norm": queryNorm,
      "k_norm": keyNorm, "dropout": dropout,
    ])
  }

  public var summaryName: String {
    "GroupedQueryAttention(\(query.weight.shape[0]), \(heads) heads, \(keyValueHeads) of keys)"
  }
}
