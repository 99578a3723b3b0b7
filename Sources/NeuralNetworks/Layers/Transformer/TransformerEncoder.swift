import BackpropArrays
import BackpropAutodiff

/// Layers of a transformer that reads, one after the other, and perhaps a norm behind the last.
///
/// `(batch, steps, width) -> (batch, steps, width)`.
///
/// ```swift
/// let encoder = TransformerEncoder(
///   6, .init(width: 64, heads: 4, feedForward: 256, isNormFirst: true), hasNorm: true, using: &random)
/// let memory = encoder(positions(embedding(words)), mask: isWord, mode)
/// ```
///
/// Unlike PyTorch's, whose layers start as copies of one, each has random weights of its own. Source:
/// Vaswani et al., "Attention Is All You Need" (2017); PyTorch's `TransformerEncoder`, whose names in
/// files these are.
public struct TransformerEncoder: Layer {
  /// The layers, in order.
  public let layers: [TransformerEncoderLayer]
  /// The norm behind the last; `nil` without one.
  public let norm: LayerNorm?

  /// An encoder of given layers.
  public init(_ layers: [TransformerEncoderLayer], norm: LayerNorm? = nil) {
    self.layers = layers
    self.norm = norm
  }

  /// An encoder of layers with random weights.
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
      TransformerEncoderLayer(settings, scalarType: scalarType, using: &random)
    }
    norm = hasNorm ? settings.norm(scalarType) : nil
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    let x = layers.reduce(input) { $1($0, mode) }
    return norm.map { $0(x, mode) } ?? x
  }

  /// The layers applied to `input`, where not each step may look at all.
  ///
  /// - Parameters:
  ///   - input: of shape (batch, steps, width).
  ///   - mask: as of ``TransformerEncoderLayer``.
  ///   - isCausal: whether a step may look at itself and those before it alone.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(
    _ input: Tensor, mask: Tensor?, isCausal: Bool = false, _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { mode in
      let x = layers.reduce(input) { $1($0, mask: mask, isCausal: isCausal, mode) }
      return norm.map { $0(x, mode) } ?? x
    }
  }
}
