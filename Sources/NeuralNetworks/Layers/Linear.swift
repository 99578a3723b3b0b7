import BackpropArrays
import BackpropAutodiff

/// A fully connected layer: y = x · weight + bias.
///
/// `(batch, inputs) -> (batch, outputs)`. The weight has the shape (inputs, outputs), as the
/// formula reads. In weight files it is (outputs, inputs), as PyTorch has it.
///
/// ```swift
/// let layer = Linear(784, 50, using: &random)
/// layer(images)                      // (100, 784) -> (100, 50)
/// ```
public struct Linear: Layer {
  /// Of shape (inputs, outputs).
  public let weight: Parameter
  /// Of shape (outputs); `nil` for a layer without one.
  public let bias: Parameter?

  /// A layer with random weights and a random bias: as PyTorch's, both drawn evenly from ±1/√inputs,
  /// unless others are asked for. `.he` with `.zeros` suits relu.
  ///
  /// - Parameters:
  ///   - inputs: the length of a row of input.
  ///   - outputs: the length of a row of output.
  ///   - hasBias: whether to add a bias.
  ///   - initializer: what the weights start as.
  ///   - biasInitializer: what the bias starts as.
  ///   - scalarType: the type of the parameters.
  ///   - random: where the weights come from.
  public init(
    _ inputs: Int, _ outputs: Int, hasBias: Bool = true, initializer: Initializer = .pyTorchDefault,
    biasInitializer: Initializer = .pyTorchDefault, scalarType: ScalarType = .float32,
    using random: inout RandomSource
  ) {
    self.init(
      weight: initializer.array(
        [inputs, outputs], fanIn: inputs, fanOut: outputs, scalarType: scalarType, using: &random),
      bias: hasBias
        ? biasInitializer.array(
          [outputs], fanIn: inputs, fanOut: outputs, scalarType: scalarType, using: &random) : nil)
  }

  /// A layer with given weights: a matrix of shape (inputs, outputs) and, unless it has none, a
  /// bias of shape (outputs).
  ///
  /// Traps if they have other shapes.
  public init(weight: NDArray, bias: NDArray? = nil) {
    guard weight.rank == 2, bias.map({ $0.shape == [weight.shape[1]] }) ?? true else {
      ShapeError(
        "Linear", [weight.shape] + (bias.map { [$0.shape] } ?? []),
        "the weight is a matrix (inputs, outputs) and the bias a vector (outputs)"
      ).trap()
    }
    self.weight = Parameter(weight, named: "weight")
    self.bias = bias.map { Parameter($0, named: "bias") }
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    Self.apply(lent, to: input, activation: .identity)
  }

  /// The layer and then an activation, in one pass over memory unless someone looks on.
  func callAsFunction(
    _ input: consuming Tensor, then activation: Activation, _ mode: Mode
  ) -> Tensor {
    mode.isObserved
      ? activation(self(input, mode)) : Self.apply(lent, to: input, activation: activation)
  }

  /// The parameters, to be looked at while the layer holds them: counting references to them up and
  /// down takes as long as a part of a small layer's arithmetic.
  @inline(__always)
  var lent: (weight: Unmanaged<Parameter>, bias: Unmanaged<Parameter>?) {
    (.passUnretained(weight), bias.map(Unmanaged.passUnretained))
  }

  /// A layer with these parameters and then an activation, in one pass over memory.
  @inline(__always)
  static func apply(
    _ lent: (weight: Unmanaged<Parameter>, bias: Unmanaged<Parameter>?),
    to input: consuming Tensor, activation: Activation
  ) -> Tensor {
    if let blocks = lent.weight._withUnsafeGuaranteedRef({ $0.quantized }) {
      return activation(
        QuantizedAffine.apply(blocks, lent.bias?.takeUnretainedValue(), to: input))
    }
    return input.affine(
      lent.weight._withUnsafeGuaranteedRef { $0.tensor },
      lent.bias?._withUnsafeGuaranteedRef { $0.tensor }, activation: activation)
  }

  public func fileLayout(of parameter: String) -> ParameterLayout {
    parameter == "weight" ? .transposed : .asIs
  }

  public var summaryName: String {
    "Linear(\(weight.shape[0]) -> \(weight.shape[1])\(bias == nil ? ", no bias" : ""))"
  }
}
