import BackpropArrays

/// Half the sum of squared differences: the squared error as the course defines it.
///
/// E = ½ Σ (y − t)²; ∂E/∂y = y − t.
///
/// ```swift
/// squaredError(prediction, target).backward()
/// ```
///
/// Both must have the same shape: one that is broadcast silently is the classic mistake.
public func squaredError(_ prediction: Tensor, _ target: Tensor) -> Tensor {
  SquaredError()(prediction, target)
}

/// The mean of squared differences, (1/n) Σ (y − t)², over all n elements: PyTorch's `mse_loss`.
///
/// Both must have the same shape.
public func meanSquaredError(_ prediction: Tensor, _ target: Tensor) -> Tensor {
  squaredError(prediction, target) * (2 / Double(max(1, prediction.count)))
}

struct SquaredError: TensorOperation {
  static let name = "squaredError"

  func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray {
    let (y, t) = (inputs[0], inputs[1])
    guard y.shape == t.shape, y.scalarType == t.scalarType, y.scalarType.isFloatingPoint else {
      throw ShapeError(
        Self.name, inputs.shapes,
        "prediction (\(y.scalarType)) and target (\(t.scalarType)) must have the same shape and "
          + "floating-point type; a loss never broadcasts",
        hint: y.count == t.count ? "reshape one of them to the other's shape" : nil)
    }
    return (y.array - t.array).squared().sum() * 0.5
  }

  func backward(_ pass: inout BackwardPass) {
    let difference = (pass.input(0) - pass.input(1)) * pass.cotangent
    pass.add(difference, to: 0)
    if pass.needsGradient(1) { pass.add(-difference, to: 1) }
  }

  static let samples = [
    GradientSample("by both", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
      squaredError($0[0], $0[1])
    }
  ]
}
