import BackpropArrays
import BackpropAutodiff

/// Layers around which their input goes unchanged and is added to what they give: y = F(x) + S(x),
/// where S, the shortcut, is x itself unless F changes its shape.
///
/// What the layers have to learn is only by how much the result differs from the input, and the
/// gradient has a way around them, so that many of them can stand one after the other.
///
/// ```swift
/// let block = Residual {
///   LayerNorm([64])
///   Linear(64, 256, using: &random)
///   GELU()
///   Linear(256, 64, using: &random)
/// }
/// let wider = Residual(shortcut: Linear(64, 128, using: &random)) {
///   Linear(64, 128, using: &random)
///   ReLU()
/// }
/// ```
///
/// Source: He et al., "Deep Residual Learning for Image Recognition" (2016).
public struct Residual: Layer {
  /// F, what is added to the input.
  public let body: Sequential
  /// S, what brings the input to the shape of the result; `nil` for the input itself.
  public let shortcut: (any Layer)?

  /// The layers between the braces, and what their input goes through beside them.
  public init(shortcut: (any Layer)? = nil, @SequentialBuilder _ layers: () -> [any Layer]) {
    body = Sequential(layers)
    self.shortcut = shortcut
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    let change = body(input, mode)
    let kept = shortcut?(input, mode) ?? input
    guard change.shape == kept.shape else {
      return change.failing(
        ShapeError(
          "Residual", [kept.shape, change.shape],
          "what the layers give, \(change.shape), is not of the shape of what is added to it",
          hint: "give a shortcut that makes \(change.shape) of the input"),
        beside: [kept])
    }
    return change + kept
  }
}
