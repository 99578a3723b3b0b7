import BackpropArrays

/// Half the sum of squared differences: the squared error as the course defines it.
///
/// E = ½ Σ (y − t)²; ∂E/∂y = y − t.
///
/// ```swift
/// squaredError(predictions: model(x), targets: y).backward()
/// ```
///
/// Traps if the two differ in shape or type, or hold whole numbers: a shape that is broadcast silently
/// is the classic mistake.
public func squaredError(predictions: Tensor, targets: Tensor) -> Tensor {
  SquaredError()(predictions, targets)
}

/// The mean of squared differences, (1/n) Σ (y − t)², over all n elements: PyTorch's `mse_loss`. NaN
/// of no elements.
///
/// ```swift
/// let loss = meanSquaredError(predictions: model(x), targets: y)   // two of one shape -> one number
/// ```
///
/// Traps if the two differ in shape or type, or hold whole numbers.
public func meanSquaredError(predictions: Tensor, targets: Tensor) -> Tensor {
  squaredError(predictions: predictions, targets: targets) * (2 / Double(predictions.count))
}

struct SquaredError: TensorOperation {
  var name: String { "squaredError" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let (y, t) = (inputs[0], inputs[1])
    guard y.shape == t.shape, y.scalarType == t.scalarType, y.scalarType.isFloatingPoint else {
      throw ShapeError(
        name, inputs.shapes,
        "predictions (\(y.scalarType)) and targets (\(t.scalarType)) must have the same shape and "
          + "floating-point type; a loss never broadcasts",
        hint: y.count == t.count ? "reshape one of them to the other's shape" : nil)
    }
    return TensorType(.scalar, y.scalarType)
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    _ = try resultType(pass.inputs)
    let (y, t) = (pass.inputs[0].detached, pass.inputs[1].detached)
    return ((y - t).squared().sum() * 0.5).array
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .inputs }

  func backward(_ pass: inout BackwardPass) {
    let difference = (pass.input(0) - pass.input(1)) * pass.cotangent
    pass.add(difference, to: 0)
    if pass.needsGradient(1) { pass.add(-difference, to: 1) }
  }
}
