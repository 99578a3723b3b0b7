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
  private let slot: LinearAdapterSlot

  /// What computes the layer's result in its place; `nil`, as at first, for x · weight + bias.
  ///
  /// All copies of the layer have the same one, so that a layer can be adapted that lies within a
  /// model which is made already:
  ///
  /// ```swift
  /// for case (_, let layer as Linear) in model.namedModules { layer.adapter = Doubled() }
  /// ```
  ///
  /// Set it while nobody uses the model.
  public var adapter: (any LinearAdapter)? {
    get { slot.adapter }
    nonmutating set { slot.adapter = newValue }
  }

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
    slot = LinearAdapterSlot()
  }

  /// A layer whose weights are in blocks of whole numbers, and a bias of shape (outputs): for use and
  /// not for training.
  ///
  /// Traps if the bias has another shape.
  public init(weight: QuantizedMatrix, bias: NDArray? = nil) {
    guard bias.map({ $0.shape == [weight.outputs] }) ?? true else {
      ShapeError(
        "Linear", [[weight.outputs, weight.inputs], bias!.shape],
        "the bias is a vector (outputs), one number for each row of blocks"
      ).trap()
    }
    self.weight = Parameter(weight, named: "weight")
    self.bias = bias.map { Parameter($0, named: "bias") }
    slot = LinearAdapterSlot()
    adapter = QuantizedLinear()
  }

  private init(_ lent: Lent) {
    weight = lent.weight.takeUnretainedValue()
    bias = lent.bias?.takeUnretainedValue()
    slot = lent.slot.takeUnretainedValue()
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    Self.apply(lent, to: input, activation: .identity, mode)
  }

  /// The layer and then an activation, in one pass over memory unless someone looks on.
  func callAsFunction(
    _ input: consuming Tensor, then activation: Activation, _ mode: Mode
  ) -> Tensor {
    mode.isObserved
      ? activation(self(input, mode)) : Self.apply(lent, to: input, activation: activation, mode)
  }

  /// What a layer holds, to be looked at meanwhile: counting references up and down takes as long as
  /// a part of a small layer's arithmetic.
  struct Lent {
    let weight: Unmanaged<Parameter>
    let bias: Unmanaged<Parameter>?
    let slot: Unmanaged<LinearAdapterSlot>
  }

  /// What the layer holds.
  @inline(__always)
  var lent: Lent {
    Lent(
      weight: .passUnretained(weight), bias: bias.map(Unmanaged.passUnretained),
      slot: .passUnretained(slot))
  }

  /// A layer that holds this and then an activation, in one pass over memory.
  @inline(__always)
  static func apply(
    _ lent: Lent, to input: consuming Tensor, activation: Activation, _ mode: Mode
  ) -> Tensor {
    if lent.slot._withUnsafeGuaranteedRef({ $0.isFilled }) {
      return adapted(lent, to: input, activation: activation, mode)
    }
    return input.affine(
      lent.weight._withUnsafeGuaranteedRef { $0.tensor },
      lent.bias?._withUnsafeGuaranteedRef { $0.tensor }, activation: activation)
  }

  // Apart, so that layers without an adapter do not carry its code along.
  @inline(never)
  private static func adapted(
    _ lent: Lent, to input: Tensor, activation: Activation, _ mode: Mode
  ) -> Tensor {
    let layer = Linear(lent)
    guard let adapter = layer.adapter else {
      return input.affine(layer.weight.tensor, layer.bias?.tensor, activation: activation)
    }
    return adapter(input, of: layer, then: activation, mode)
  }

  public var members: [ModuleMember] {
    ModuleMember.named(["weight": weight, "bias": bias]) + (adapter?.members ?? [])
  }

  public func fileLayout(of parameter: String) -> ParameterLayout {
    parameter == "weight" ? .transposed : .asIs
  }

  public var summaryName: String {
    "Linear(\(weight.shape[0]) -> \(weight.shape[1])\(bias == nil ? ", no bias" : ""))"
  }
}
