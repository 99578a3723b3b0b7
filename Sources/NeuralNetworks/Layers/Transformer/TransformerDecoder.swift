import BackpropArrays
import BackpropAutodiff

/// Layers of a transformer that writes, one after the other, and perhaps a norm behind the last.
///
/// `(batch, n, width)` and a memory `(batch, m, width)` give `(batch, n, width)`.
///
/// ```swift
/// let decoder = TransformerDecoder(6, settings, hasNorm: true, using: &random)
/// decoder(x, memory, isCausal: true, mode)
///
/// var caches: [KeyValueCache] = []
/// decoder(start, memory, continuing: &caches, .inference)      // (1, 3, 64)
/// decoder(next, memory, continuing: &caches, .inference)       // (1, 1, 64)
/// ```
///
/// Unlike PyTorch's, whose layers start as copies of one, each has random weights of its own. Source:
/// Vaswani et al., "Attention Is All You Need" (2017); PyTorch's `TransformerDecoder`, whose names in
/// files these are.
public struct TransformerDecoder: Module {
  /// The layers, in order.
  public let layers: [TransformerDecoderLayer]
  /// The norm behind the last; `nil` without one.
  public let norm: LayerNorm?

  /// A decoder of given layers.
  public init(_ layers: [TransformerDecoderLayer], norm: LayerNorm? = nil) {
    self.layers = layers
    self.norm = norm
  }

  /// A decoder of layers with random weights.
  ///
  /// - Parameters:
  ///   - count: how many layers.
  ///   - settings: what each is set to.
  ///   - hasNorm: whether there is a norm behind the last, as there should be where norms come first.
  ///   - scalarType: of the parameters.
  ///   - random: where the weights come from.
  public init(
    _ count: Int, _ settings: TransformerLayerSettings, hasNorm: Bool = false,
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    layers = (0..<count).map { _ in
      TransformerDecoderLayer(settings, scalarType: scalarType, using: &random)
    }
    norm = hasNorm ? settings.norm(scalarType) : nil
  }

  /// The layers applied to `input`.
  ///
  /// - Parameters:
  ///   - input: of shape (batch, n, width).
  ///   - memory: what an encoder gave, of shape (batch, m, width).
  ///   - mask: which of the steps a step may look at, as of ``TransformerDecoderLayer``.
  ///   - memoryMask: which of the memory a step may look at.
  ///   - isCausal: whether a step may look at itself and those before it alone.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(
    _ input: Tensor, _ memory: Tensor, mask: Tensor? = nil, memoryMask: Tensor? = nil,
    isCausal: Bool = false, _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { mode in
      let x = layers.reduce(input) {
        $1($0, memory, mask: mask, memoryMask: memoryMask, isCausal: isCausal, mode)
      }
      return norm.map { $0(x, mode) } ?? x
    }
  }

  /// The layers applied to steps that follow those of earlier calls: each looks at these, itself and
  /// those before it.
  ///
  /// - Parameters:
  ///   - input: the new steps, of shape (batch, new, width).
  ///   - memory: what an encoder gave, of shape (batch, m, width).
  ///   - memoryMask: which of the memory a step may look at.
  ///   - caches: one a layer, which take in the new steps; empty at the beginning of a text. Traps if
  ///     they are of another number of layers.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(
    _ input: Tensor, _ memory: Tensor, memoryMask: Tensor? = nil,
    continuing caches: inout [KeyValueCache], _ mode: Mode = .unspecified
  ) -> Tensor {
    if caches.isEmpty { caches = layers.map { _ in KeyValueCache() } }
    guard caches.count == layers.count else {
      fatalError("TransformerDecoder: \(caches.count) caches for \(layers.count) layers")
    }
    return mode.call(self) { mode in
      var x = input
      for (index, layer) in layers.enumerated() {
        x = layer(x, memory, memoryMask: memoryMask, continuing: &caches[index], mode)
      }
      return norm.map { $0(x, mode) } ?? x
    }
  }
}
