import BackpropArrays
import BackpropAutodiff

/// What the layers of a transformer keep of the tokens that were read: a ``KeyValueCache`` for each layer
/// of attention, and how many tokens there were.
///
/// A ``CausalTransformer`` gets one and hands it to its layers of attention. Texts may be read as one
/// batch, all of one length; or each has a length of its own, as those have that are written side by
/// side (``joining(_:)``). A value: a copy goes on by itself.
public struct KeyValueMemory: Sendable {
  /// Texts of one length, which lie in one batch.
  private struct Part: Sendable {
    var caches: [KeyValueCache]
    var count = 0
  }

  /// Empty where nothing is kept. With several, each is of one text, which the rows of a batch are of in
  /// their order.
  private var parts: [Part]

  /// A memory of nothing.
  ///
  /// - Parameter layers: how many layers of attention there are.
  public init(layers: Int) {
    parts = [Part(caches: (0..<layers).map { _ in KeyValueCache() })]
  }

  private init(_ parts: [Part]) { self.parts = parts }

  /// Keeps nothing: for texts that are read whole, in training too.
  public static let keepingNothing = KeyValueMemory([])

  /// The memory of several texts, which are then written side by side: row i of a batch goes on with the
  /// text of memory i.
  ///
  /// Traps unless each is of one text, or of texts that were joined before, and there is one at least.
  public static func joining(_ memories: [KeyValueMemory]) -> KeyValueMemory {
    let parts = memories.flatMap(\.parts)
    guard !parts.isEmpty, parts.allSatisfy({ $0.caches.count == parts[0].caches.count }),
      parts.allSatisfy({ $0.caches.allSatisfy { $0.batchCount ?? 1 == 1 } })
    else {
      fatalError("KeyValueMemory: only memories of one text each, of the same layers, are joined")
    }
    return KeyValueMemory(parts)
  }

  /// Forgets a text of several, whose rows are then one fewer.
  public mutating func remove(at text: Int) { parts.remove(at: text) }

  /// How many layers of attention it is of.
  var layers: Int? { parts.first?.caches.count }

  /// How many tokens were read; of texts of different lengths, of the longest.
  public var count: Int { parts.lazy.map(\.count).max() ?? 0 }

  /// Where the next tokens stand, from 0: of shape (steps), or (batch, steps) where texts have lengths
  /// of their own.
  public func places(_ steps: Int) -> Tensor {
    func places(from start: Int) -> Tensor {
      Tensor.range(from: Double(start), to: Double(start + steps), scalarType: .int32)
    }
    if parts.count < 2 { return places(from: count) }
    return Tensor.stack(parts.map { places(from: $0.count) })
  }

  /// What queries gather from new keys and values and from those of a layer that are kept, among which
  /// the new ones are kept too.
  ///
  /// - Parameters:
  ///   - layer: which layer of attention it is, from 0.
  ///   - queries: of shape (batch, heads, n, d).
  ///   - keys: of shape (batch, heads, n, d).
  ///   - values: of shape (batch, heads, n, e).
  ///   - gather: attention, whose keys and values are all that stand up to the last query. Called once,
  ///     or for each text by itself where they have lengths of their own.
  public mutating func attention(
    layer: Int, _ queries: Tensor, _ keys: Tensor, _ values: Tensor,
    _ gather: (_ queries: Tensor, _ keys: Tensor, _ values: Tensor) -> Tensor
  ) -> Tensor {
    if parts.isEmpty { return gather(queries, keys, values) }
    if parts.count == 1 {
      let (allKeys, allValues) = parts[0].caches[layer].append(keys, values)
      return gather(queries, allKeys, allValues)
    }
    guard queries.shape[0] == parts.count else {
      return queries.failing(
        ShapeError(
          "KeyValueMemory", [queries.shape],
          "there are \(queries.shape[0]) rows, and \(parts.count) texts are kept"))
    }
    return Tensor.concatenate(
      parts.indices.map { text in
        let row = text..<(text + 1)
        let (allKeys, allValues) = parts[text].caches[layer].append(keys[row], values[row])
        return gather(queries[row], allKeys, allValues)
      })
  }

  /// Counts tokens that all layers have read.
  mutating func advance(by steps: Int) {
    for text in parts.indices { parts[text].count += steps }
  }
}
