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

  /// A layer to apply, or one with what it takes over of those after it, which are one pass over
  /// memory when taken together: a linear layer an activation, a convolution max pooling too.
  private enum Step: Sendable {
    case layer(any Layer)
    case linear(Linear, Activation)
    case convolution(any ConvolutionLayer, Activation, PoolingWindows?)
  }

  /// The layers between the braces.
  public init(@SequentialBuilder _ layers: () -> [any Layer]) { self.init(layers()) }

  /// The layers of an array.
  public init(_ layers: [any Layer]) {
    self.layers = layers
    var steps: [Step] = []
    for layer in layers {
      if let joined = steps.last.flatMap({ Self.joining($0, layer) }) {
        steps[steps.count - 1] = joined
      } else if let linear = layer as? Linear {
        steps.append(.linear(linear, .identity))
      } else if let convolution = layer as? any ConvolutionLayer {
        steps.append(.convolution(convolution, .identity, nil))
      } else {
        steps.append(.layer(layer))
      }
    }
    self.steps = steps
  }

  /// A step that has taken over the layer after it; `nil` if it cannot.
  private static func joining(_ step: Step, _ next: any Layer) -> Step? {
    switch (step, next) {
    case (.linear(let linear, .identity), let next as any ActivationLayer):
      .linear(linear, next.activation)
    case (.convolution(let convolution, .identity, nil), let next as any ActivationLayer):
      .convolution(convolution, next.activation, nil)
    case (.convolution(let convolution, let activation, nil), let next as any MaxPoolLayer)
    where activation == .identity || activation == .relu:
      // A slope that is not 0 or 1 would round the sums of windows that overlap another way.
      .convolution(convolution, activation, next.windows)
    default: nil
    }
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
        x = Linear.apply(linear.lent, to: consume x, activation: activation, mode)
      case .convolution(let convolution, let activation, let pooling):
        x = convolution.joined(x, activation, pooling)
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
