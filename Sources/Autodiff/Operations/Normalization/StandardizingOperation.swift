import BackpropArrays

/// An operation that divides numbers by a root of their variance along axes, and scales and shifts what
/// comes out: w (x − μ) / √(σ² + ε) + b, with μ = mean x and σ² = mean (x − μ)², or with μ = 0.
///
/// Input 0 is x; then comes w, if there is a weight, and then perhaps b.
///
/// ∂L/∂x = r (h − mean h − y mean(h y)) for g = ∂L/∂result, h = w g, r = 1 / √(σ² + ε) and
/// y = (x − μ) r, without mean h where μ is 0; ∂L/∂w = Σ g y; ∂L/∂b = Σ g.
protocol StandardizingOperation: TensorOperation {
  var axes: [Int] { get }
  var hasWeight: Bool { get }
  /// Whether μ is the mean.
  var isCentered: Bool { get }
  /// ε, for numbers of a type.
  func epsilon(for scalarType: ScalarType) -> Double
}

extension StandardizingOperation {
  var details: String { axes == [-1] ? "" : "axes \(axes)" }
  /// Means and variances.
  var savedCount: Int { 2 }
  private var biasIndex: Int { hasWeight ? 2 : 1 }

  /// The operation on x and what there is of weight and bias.
  func apply(to x: Tensor, _ weight: Tensor?, _ bias: Tensor?) -> Tensor {
    switch (weight, bias) {
    case (nil, nil): self(x)
    case (let other?, nil), (nil, let other?): self(x, other)
    case (let weight?, let bias?): self(x, weight, bias)
    }
  }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.requireFloatingPoint(0, name)
    try inputs.requireOneType(name)
    let shape = inputs[0].shape
    _ = try shape.reduced(name, axes)
    for index in 1..<max(inputs.count, 1)
    where Shape.broadcast(inputs[index].shape, shape) != shape {
      throw ShapeError(
        name, inputs.shapes,
        "the \(index == biasIndex ? "bias" : "weight") does not broadcast to the shape of the input",
        hint: "its last axes are those of the input, or have the length 1")
    }
    return inputs[0].type
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    _ = try resultType(pass.inputs)
    let weight = hasWeight ? pass.input(1) : nil
    let bias = pass.inputs.count > biasIndex ? pass.input(biasIndex) : nil
    let x = pass.input(0)
    if weight == nil || bias == nil || weight!.shape == bias!.shape,
      let groups = try groups(of: x.shape, x.scalarType, weights: (weight ?? bias)?.shape)
    {
      let (result, mean, variance) = groups.standardize(x, weight: weight, bias: bias)
      pass.save(mean)
      pass.save(variance)
      return result
    }
    // Weights that lie in another way.
    let plain = try groups(of: x.shape, x.scalarType, weights: nil)!
    let (standard, mean, variance) = plain.standardize(x, weight: nil, bias: nil)
    pass.save(mean)
    pass.save(variance)
    var result = Tensor(array: standard, node: nil)
    if let weight { result = result * Tensor(array: weight, node: nil) }
    if let bias { result = result + Tensor(array: bias, node: nil) }
    return result.array
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    let needsInput = inputs.needsGradient(0)
    var needs: GradientNeeds = []
    if needsInput || hasWeight && inputs.needsGradient(1) { needs.insert(.input(0)) }
    if needsInput && hasWeight { needs.insert(.input(1)) }
    return needs
  }

  func backward(_ pass: inout BackwardPass) {
    let needsInput = pass.needsGradient(0)
    let needsWeight = hasWeight && pass.needsGradient(1)
    var needsBias = pass.inputCount > biasIndex && pass.needsGradient(biasIndex)
    if needsBias,
      pass.isRecording || !(needsInput || needsWeight) || !hasWeight
        || pass.inputType(biasIndex).shape != pass.inputType(1).shape
    {
      pass.add(pass.cotangent, to: biasIndex)
      needsBias = false
    }
    guard needsInput || needsWeight else { return }
    let type = pass.inputType(0)
    guard !pass.isRecording,
      let groups = try? groups(
        of: type.shape, type.scalarType, weights: hasWeight ? pass.inputType(1).shape : nil)
    else {
      backwardInTensors(&pass)
      if needsBias { pass.add(pass.cotangent, to: biasIndex) }
      return
    }
    let gradients = groups.gradients(
      pass.cotangent.array, pass.input(0).array,
      weight: needsInput && hasWeight ? pass.input(1).array : nil, mean: pass.saved(0).array,
      variance: pass.saved(1).array,
      wanted: .init(input: needsInput, weight: needsWeight, bias: needsBias))
    for (index, gradient) in [
      (0, gradients.input), (1, gradients.weight), (biasIndex, gradients.bias),
    ] {
      if let gradient { pass.add(Tensor(array: gradient, node: nil), to: index) }
    }
  }

  private func groups(
    of shape: Shape, _ scalarType: ScalarType, weights: Shape?
  ) throws(ShapeError) -> StandardizedGroups? {
    StandardizedGroups(
      shape, try shape.reduced(name, axes).isReduced, weights: weights,
      epsilon: epsilon(for: scalarType), isCentered: isCentered)
  }

  /// The gradients with respect to input and weight.
  private func backwardInTensors(_ pass: inout BackwardPass) {
    let (x, g) = (pass.input(0), pass.cotangent)
    let centered = isCentered ? x - x.mean(axes: axes, keepDims: true) : x
    let variance = centered.squared().mean(axes: axes, keepDims: true)
    let factor = (variance + epsilon(for: x.scalarType)).reciprocalSquareRoot()
    let y = centered * factor
    if hasWeight && pass.needsGradient(1) { pass.add(g * y, to: 1) }
    guard pass.needsGradient(0) else { return }
    let h = hasWeight ? g * pass.input(1) : g
    let product = (h * y).mean(axes: axes, keepDims: true)
    let shifted = isCentered ? h - h.mean(axes: axes, keepDims: true) : h
    pass.add(factor * (shifted - y * product), to: 0)
  }
}
