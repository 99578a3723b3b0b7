import BackpropArrays
import BackpropAutodiff

/// A module that maps one tensor to one tensor, and so can follow another in a ``Sequential``.
///
/// A layer of one's own is a type with layers and parameters as stored properties and a `forward`,
/// which hands the mode on to what it calls:
///
/// ```swift
/// struct TwoLayers: Layer {
///   let hidden: Linear
///   let output: Linear
///   func forward(_ x: Tensor, _ mode: Mode) -> Tensor { output(hidden(x, mode).relu(), mode) }
/// }
///
/// let scores = model(images, .inference)
/// ```
///
/// Layers are called like functions, never by `forward`: the call lets errors and observers know
/// which layer is at work.
public protocol Layer: Module {
  /// The layer applied to `input`, whose first axis is the batch.
  ///
  /// - Parameters:
  ///   - input: what to apply it to.
  ///   - mode: whether the model is being trained or used. It goes on to every layer within.
  func forward(_ input: Tensor, _ mode: Mode) -> Tensor

  /// The shape of the result for an input of shape `input`, or why the input does not fit.
  ///
  /// The default runs the layer on shapes alone, which takes no memory and no arithmetic. A layer
  /// that reads numbers, or whose result's shape depends on numbers, states the shape itself.
  func outputShape(for input: Shape) throws(ShapeError) -> Shape

  /// The type of the numbers that the layer takes, for ``outputShape(for:)`` and
  /// ``summary(input:)``, which are told a shape.
  ///
  /// The default asks the first of the layers within that has parameters, and is those parameters'
  /// type in the end. A layer that takes whole numbers, as an ``Embedding`` does, says so.
  var inputScalarType: ScalarType { get }
}

extension Layer {
  /// The layer applied to `input`, whose first axis is the batch.
  ///
  /// - Parameters:
  ///   - input: what to apply it to.
  ///   - mode: whether the model is being trained or used. Unspecified, it is used; a layer for which
  ///     training makes a difference then lets no gradient pass.
  @inline(__always)
  public func callAsFunction(_ input: Tensor, _ mode: Mode = .unspecified) -> Tensor {
    if mode.isObserved { return mode.observe(self, input: input) { forward(input, $0) } }
    let calls = ModuleCalls.ofThisThread
    calls.enter(Self.self)
    defer { calls.leave() }
    return forward(input, mode)
  }

  public func outputShape(for input: Shape) throws(ShapeError) -> Shape {
    try outputType(for: input).shape
  }

  public var inputScalarType: ScalarType {
    for entry in walk() {
      guard case .parameter(let parameter) = entry.content else { continue }
      guard let owner = entry.owner as? any Layer, type(of: entry.owner) != Self.self else {
        return parameter.scalarType
      }
      return owner.inputScalarType
    }
    return .float32
  }

  /// The type of the result on shapes alone.
  private func outputType(for input: Shape) throws(ShapeError) -> TensorType {
    let input = Tensor(shapeOnly: TensorType(input, inputScalarType))
    // Observed, so that an error knows the path of the layer.
    return try self(input, Mode.unspecified.observed(by: ModuleObserver(), in: self)).checkedType()
  }
}
