import BackpropArrays
import CBackpropKernels

/// What losses with probabilities are made of: t · l for a probability t and a logarithm l, where
/// 0 · (−∞) counts 0, the limit of t ln t.
///
/// ∂L/∂t = g · l, ∂L/∂l = g · t.
struct WeightedLogarithm: BinaryOperation {
  var name: String { "crossEntropy" }
  static var kernel: bp_binary { BP_WEIGHTED_LOGARITHM }

  /// As in all losses, shapes are never broadcast.
  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let (targets, logits) = (inputs[0].storage, inputs[1].storage)
    guard targets.shape == logits.shape, logits.shape.rank == 2,
      targets.scalarType == logits.scalarType
    else {
      throw ShapeError(
        name, [logits.shape, targets.shape],
        "targets that are probabilities must have the shape of the logits, (…, classes), and their "
          + "type, \(logits.scalarType)",
        hint: "labels are whole numbers of shape (n); convert them with cast(to: .int32)")
    }
    _ = try bp_binary_loop(logits.scalarType.code, Self.kernel).orNoKernel(
      name, [logits.shape, targets.shape], logits.scalarType)
    return TensorType(logits.shape, logits.scalarType)
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .otherSide(inputs) }

  func backward(_ pass: inout BackwardPass) {
    if pass.needsGradient(0) { pass.add(pass.cotangent * pass.input(1), to: 0) }
    if pass.needsGradient(1) { pass.add(pass.cotangent * pass.input(0), to: 1) }
  }
}
