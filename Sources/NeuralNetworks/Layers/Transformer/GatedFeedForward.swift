import BackpropArrays
import BackpropAutodiff

/// The feed-forward part of a transformer's layer with a gate: down(f(gate(x)) · up(x)).
///
/// `(…, width) -> (…, width)`, by way of an inner width. With f = silu it is SwiGLU, with gelu GEGLU.
///
/// ```swift
/// let feedForward = GatedFeedForward(64, inner: 172, using: &random)
/// feedForward(words, mode)           // (8, 20, 64) -> (8, 20, 64)
/// ```
///
/// Source: Shazeer, "GLU Variants Improve Transformer" (2020). Names in files are those of Llama.
public struct GatedFeedForward: Layer {
  /// The linear layer to the inner width that the function follows.
  public let gate: Linear
  /// The other linear layer to the inner width, whose results the gate lets through.
  public let up: Linear
  /// The linear layer back.
  public let down: Linear
  /// The function behind the gate.
  public let activation: FeedForwardActivation

  /// A part of given layers. Traps unless they fit each other.
  ///
  /// - Parameters:
  ///   - gate: of (width, inner).
  ///   - up: of the same.
  ///   - down: of (inner, width).
  ///   - activation: the function behind the gate.
  public init(gate: Linear, up: Linear, down: Linear, activation: FeedForwardActivation = .silu) {
    guard gate.weight.shape == up.weight.shape, gate.weight.shape[1] == down.weight.shape[0] else {
      ShapeError(
        "GatedFeedForward", [gate.weight.shape, up.weight.shape, down.weight.shape],
        "gate and up are of one shape, (width, inner), and down takes what they give"
      ).trap()
    }
    self.gate = gate
    self.up = up
    self.down = down
    self.activation = activation
  }

  /// A part of random weights, which start normal with a standard deviation, and biases of zeros.
  ///
  /// - Parameters:
  ///   - width: how many numbers a step has.
  ///   - inner: how many it has between the linear layers.
  ///   - hasBias: whether they have biases.
  ///   - activation: the function behind the gate.
  ///   - initializer: what the weights start as.
  ///   - scalarType: of the parameters.
  ///   - random: where the weights come from.
  public init(
    _ width: Int, inner: Int, hasBias: Bool = false, activation: FeedForwardActivation = .silu,
    initializer: Initializer = .normal(standardDeviation: 0.02),
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    func linear(_ inputs: Int, _ outputs: Int, _ random: inout RandomSource) -> Linear {
      Linear(
        inputs, outputs, hasBias: hasBias, initializer: initializer, biasInitializer: .zeros,
        scalarType: scalarType, using: &random)
    }
    self.init(
      gate: linear(width, inner, &random), up: linear(width, inner, &random),
      down: linear(inner, width, &random), activation: activation)
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    down(activation(input, after: gate, mode) * up(input, mode), mode)
  }

  public var members: [ModuleMember] {
    ModuleMember.named(["gate_proj": gate, "up_proj": up, "down_proj": down])
  }

  public var summaryName: String {
    "GatedFeedForward(\(gate.weight.shape[0]), \(gate.weight.shape[1]))"
  }
}
