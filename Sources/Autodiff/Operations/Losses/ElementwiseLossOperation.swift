import BackpropArrays
import CBackpropKernels

/// A loss of predictions and targets of one shape, element by element, and its mean or sum: one node,
/// one loop forth, and one back.
///
/// A third input, if there is one, broadcasts to them.
protocol ElementwiseLossOperation: TensorOperation {
  var reduction: LossReduction { get }
  /// The formula of predictions and targets that gives the losses.
  static var loss: bp_formula { get }
  /// The formula that gives their gradients by the predictions, times its first setting.
  static var lossGradient: bp_formula { get }
  /// By what the losses are multiplied, if the formula does so: its first setting.
  var factor: Double { get }
  /// What the loss is set to: the second setting of both formulas.
  var setting: Double { get }
  /// The derivative of a loss by the predictions (0) or the targets (1), in tensors: what a recorded
  /// gradient is made of.
  func slope(_ inputs: [Tensor], by index: Int) -> Tensor
}

extension ElementwiseLossOperation {
  var factor: Double { 1 }
  var setting: Double { 0 }

  package var details: String { reduction == .mean ? "" : reduction.rawValue }

  package func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let (y, t) = (inputs[0].type, inputs[1].type)
    guard y == t, y.scalarType.isDifferentiable else {
      if y.scalarType.isStoredOnly { throw .noKernel(name, inputs.shapes, y.scalarType) }
      throw ShapeError(
        name, inputs.shapes,
        "predictions (\(y.scalarType)) and targets (\(t.scalarType)) must have the same shape and "
          + "floating-point type; a loss never broadcasts",
        hint: y.shape == t.shape
          ? "convert what has another type, with cast(to: .float32)"
          : inputs[0].count == inputs[1].count ? "reshape one of them to the other's shape" : nil)
    }
    if inputs.count == 3 { try inputs.requireWeights(2, name) }
    return TensorType(reduction == .none ? y.shape : .scalar, y.scalarType)
  }

  package func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    _ = try resultType(pass.inputs)
    let y = pass.input(0)
    let losses = NDArray(uninitialized: y.shape, y.scalarType)
    Elementwise.formula(
      Self.loss, (factor, setting), y, pass.input(1),
      pass.inputs.count == 3 ? pass.input(2) : nil, into: losses)
    return Tensor(array: losses, node: nil).reduced(by: reduction).array
  }

  package func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .inputs }

  package func backward(_ pass: inout BackwardPass) {
    if pass.isRecording || pass.needsGradient(1) { return backwardInTensors(&pass) }
    let (y, t) = (pass.input(0).array, pass.input(1).array)
    let weights = pass.inputCount == 3 ? pass.input(2).array : nil
    let gradient = NDArray(uninitialized: y.shape, y.scalarType)
    let scale = reduction == .none ? 1 : pass.cotangent.item * share(of: y.count)
    Elementwise.formula(
      Self.lossGradient, (factor * scale, setting), y, t, weights, into: gradient)
    if reduction == .none {
      Elementwise.binary(BP_MULTIPLY, gradient, pass.cotangent.array, into: gradient)
    }
    pass.add(Tensor(array: gradient, node: nil), to: 0)
  }

  private func backwardInTensors(_ pass: inout BackwardPass) {
    let inputs = (0..<pass.inputCount).map { pass.input($0) }
    let g = pass.cotangent * (factor * share(of: inputs[0].count))
    for index in 0..<2 where pass.needsGradient(index) {
      pass.add(slope(inputs, by: index) * g, to: index)
    }
  }

  private func share(of count: Int) -> Double { reduction == .mean ? 1 / Double(count) : 1 }
}

extension Inputs {
  /// Throws unless input `index` holds weights that broadcast to the shape and have the type of the
  /// first.
  func requireWeights(_ index: Int, _ operation: String) throws(ShapeError) {
    let (weights, type) = (self[index].type, self[0].type)
    guard weights.scalarType == type.scalarType,
      Shape.broadcast(weights.shape, type.shape) == type.shape
    else {
      throw ShapeError(
        operation, shapes,
        "weights must be \(type.scalarType) and broadcast to the shape \(type.shape) of the losses")
    }
  }
}

extension Tensor {
  /// These losses times weights that broadcast to their shape.
  func weighted(by weights: Tensor?, _ operation: String) -> Tensor {
    guard let weights else { return self }
    guard Shape.broadcast(weights.shape, shape) == shape else {
      return failing(
        ShapeError(
          operation, [shape, weights.shape],
          "weights must broadcast to the shape \(shape) of the losses"))
    }
    return self * weights
  }
}
