import BackpropArrays

/// An operation whose result is computed by other operations on tensors, which are not recorded:
/// the graph holds this one operation and what its own gradient needs.
///
/// The shape rule follows from the computation, which runs on shapes alone for it.
public protocol ComposedOperation: TensorOperation {
  /// The result. `save` keeps an array for the gradient.
  func callOnTensors(_ inputs: [Tensor], save: (Tensor) -> Void) -> Tensor
}

extension ComposedOperation {
  public func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try callOnTensors(inputs.map { Tensor(shapeOnly: $0.type) }, save: { _ in }).checkedType()
  }

  public func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    // Where the inputs do not fit, the error names this operation's inputs and is thrown.
    _ = try resultType(pass.inputs)
    let inputs = pass.inputs.map(\.detached)
    var saved: [Tensor] = []
    let result = withoutGradient { callOnTensors(inputs) { saved.append($0) } }
    for tensor in saved { pass.save(tensor.array) }
    return result.array
  }
}

/// A differentiable function made of two closures: its value, and its gradient.
///
/// ```swift
/// let swish = DifferentiableFunction("swish") { x in
///   x * x.sigmoid()
/// } gradient: { x, y, g in
///   let s = x.sigmoid()
///   return g * (s + y * (1 - s))
/// }
/// swish(x)
/// ```
///
/// Both are written in tensors. The value's operations are not recorded: the graph holds one node
/// with the input and the result. The gradient is differentiable again.
public struct DifferentiableFunction: ComposedOperation {
  public let name: String
  private let value: @Sendable ([Tensor]) -> Tensor
  private let gradient: @Sendable ([Tensor], Tensor, Tensor) -> [Tensor?]

  /// A function of one tensor.
  ///
  /// - Parameters:
  ///   - name: what errors and drawings call it.
  ///   - value: x ↦ y.
  ///   - gradient: (x, y, ∂L/∂y) ↦ ∂L/∂x, of x's shape or one that x broadcasts to.
  public init(
    _ name: String, _ value: @escaping @Sendable (Tensor) -> Tensor,
    gradient: @escaping @Sendable (_ x: Tensor, _ y: Tensor, _ cotangent: Tensor) -> Tensor
  ) {
    self.init(name, inputs: { value($0[0]) }, gradient: { [gradient($0[0], $1, $2)] })
  }

  /// A function of any number of tensors.
  ///
  /// - Parameters:
  ///   - name: what errors and drawings call it.
  ///   - value: the inputs ↦ y.
  ///   - gradient: (inputs, y, ∂L/∂y) ↦ the gradient with respect to each input; `nil` where there
  ///     is none.
  public init(
    _ name: String, inputs value: @escaping @Sendable ([Tensor]) -> Tensor,
    gradient:
      @escaping @Sendable (_ inputs: [Tensor], _ y: Tensor, _ cotangent: Tensor) -> [Tensor?]
  ) {
    self.name = name
    self.value = value
    self.gradient = gradient
  }

  public func callOnTensors(_ inputs: [Tensor], save: (Tensor) -> Void) -> Tensor { value(inputs) }

  public func gradientNeeds(for inputs: Inputs) -> GradientNeeds { [.inputs, .output] }

  public func backward(_ pass: inout BackwardPass) {
    let inputs = (0..<pass.inputCount).map { pass.input($0) }
    let gradients = gradient(inputs, pass.output, pass.cotangent)
    guard gradients.count == inputs.count else {
      fatalError(
        "\(name): its gradient closure gave \(gradients.count) gradients for \(inputs.count) "
          + "inputs; give one an input, nil where there is none")
    }
    for (index, gradient) in gradients.enumerated() where pass.needsGradient(index) {
      if let gradient { pass.add(gradient, to: index) }
    }
  }
}
