import BackpropArrays

/// yᵢ = bᵢ + aᵢ yᵢ₋₁ along an axis, of inputs a and b of one shape; with `isReversed` yᵢ₊₁ stands for
/// yᵢ₋₁. What is before the first is 0.
///
/// ∂L/∂bᵢ = ∂L/∂yᵢ + aᵢ₊₁ ∂L/∂bᵢ₊₁, a recurrence the other way; ∂L/∂aᵢ = ∂L/∂bᵢ yᵢ₋₁.
struct Recurrence: KernelOperation {
  let axis: Int
  let isReversed: Bool

  var name: String { "recurrence" }
  var details: String { "axis \(axis)" + (isReversed ? ", reversed" : "") }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.requireOneType(name)
    try inputs.requireFloatingPoint(0, name)
    guard inputs[0].shape == inputs[1].shape, inputs[0].shape.normalizedAxis(axis) != nil else {
      throw ShapeError(name, inputs.shapes, "two tensors of one shape that has axis \(axis)")
    }
    return inputs[0].type
  }

  func compute(_ pass: inout ForwardPass) {
    let (a, b) = (pass.input(0), pass.input(1))
    let index = axis < 0 ? axis + a.rank : axis
    pass.withOutput { Scan.recurrence(a, b, axis: index, isReversed: isReversed, into: $0) }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    inputs.needsGradient(0) ? [.input(0), .output] : .input(0)
  }

  func backward(_ pass: inout BackwardPass) {
    let next = pass.input(0).shifted(axis: axis, isReversed: !isReversed, filling: 0)
    let gradient = Recurrence(axis: axis, isReversed: !isReversed)(next, pass.cotangent)
    if pass.needsGradient(0) {
      let before = pass.output.shifted(axis: axis, isReversed: isReversed, filling: 0)
      pass.add(gradient * before, to: 0)
    }
    if pass.needsGradient(1) { pass.add(gradient, to: 1) }
  }
}
