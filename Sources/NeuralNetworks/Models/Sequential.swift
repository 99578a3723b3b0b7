import BackpropArrays
import BackpropAutodiff

/// Layers applied one after the other.
///
/// ```swift
/// let model = Sequential {
///   Linear(784, 50, using: &random)
///   ReLU()
///   Linear(50, 10, using: &random)
/// }
/// ```
///
/// The braces take `if`, `else` and `for` too. Parameters are named by position: `0.weight`,
/// `2.bias`, as PyTorch names them.
public struct Sequential: Layer {
  /// The layers, in the order in which they are applied.
  public let layers: [any Layer]
  private let steps: [Step]

  /// A layer to apply, or a linear layer and the activation after it, which are one pass over
  /// memory when taken together.
  private enum Step: Sendable {
    case layer(any Layer)
    case linear(Linear, Activation)
  }

  /// The layers between the braces.
  public init(@SequentialBuilder _ layers: () -> [any Layer]) { self.init(layers()) }

  /// The layers of an array.
  public init(_ layers: [any Layer]) {
    self.layers = layers
    var steps: [Step] = []
    for layer in layers {
      if let activation = layer as? any ActivationLayer,
        case .linear(let linear, .identity) = steps.last
      {
        steps[steps.count - 1] = .linear(linear, activation.activation)
      } else if let linear = layer as? Linear {
        steps.append(.linear(linear, .identity))
      } else {
        steps.append(.layer(layer))
      }
    }
    self.steps = steps
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    // Who looks on wants to see each layer.
    if mode.isObserved {
      return layers.enumerated().reduce(input) { x, layer in
        layer.element(x, mode.at(layer.offset))
      }
    }
    var x = input
    for step in steps {
      switch step {
      case .linear(let linear, let activation):
        x = Linear.apply(linear.lent, to: consume x, activation: activation)
      case .layer(let layer): x = layer(x, mode)
      }
    }
    return x
  }

  public var members: [ModuleMember] { ModuleMember.named(["": layers]) }
}

/// Collects the layers between the braces of a ``Sequential``.
@resultBuilder
public enum SequentialBuilder {
  /// A line that is a layer.
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  /// A line that is an array of layers.
  public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
  /// Lines one after the other.
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  /// `if` without `else`.
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  /// The first branch of `if` and `else`.
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
  /// The other branch of `if` and `else`.
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
  /// `for`.
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}
