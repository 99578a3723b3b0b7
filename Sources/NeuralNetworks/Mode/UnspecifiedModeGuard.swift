import BackpropArrays
import BackpropAutodiff

/// The result of a layer for which training makes a difference, called by someone who did not say
/// whether the model is trained or used: itself, and the end of the program when a gradient arrives.
struct UnspecifiedModeGuard: TensorOperation {
  let layer: String
  var name: String { "unspecified mode" }
  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType { inputs[0].type }
  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray { pass.input(0) }
  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    fatalError(
      "backward: a gradient arrives at \(layer), which was called without a word on whether the "
        + "model is being trained, and so ran as inference\n  hint: call the model as "
        + "model(x, mode) in a training loop, or model(x, .training(seed: 0, step: step)) in one "
        + "of your own; model(x, .inference) if the gradient of a model in use is meant")
  }
}
