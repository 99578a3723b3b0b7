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
      let groups = groups(of: x.shape, x.scalarType, weights: (weight ?? bias)?.shape)
    {
      let (result, mean, variance) = groups.standardize(x, weight: weight, bias: bias)
      pass.save(mean)
      pass.save(variance)
      return result
    }
    // Weights that lie in another way.
    let plain = groups(of: x.shape, x.scalarType, weights: nil)!
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
    let isAlone = !(needsInput || needsWeight)
    // The kernel sums for the bias as it does for the weight, if they lie alike.
    if needsBias,
      pass.isRecording || isAlone || !hasWeight
        || pass.inputType(biasIndex).shape != pass.inputType(1).shape
    {
      pass.add(pass.cotangent, to: biasIndex)
      needsBias = false
    }
    if isAlone { return }
    let groups = pass.isRecording ? nil : groups(for: pass)
    if let groups {
      pass.addGradients(
        groups, hasWeight: hasWeight,
        wanted: .init(input: needsInput, weight: needsWeight, bias: needsBias))
    } else {
      if needsBias { pass.add(pass.cotangent, to: biasIndex) }
      pass.addGradientsInTensors(
        axes, epsilon(for: pass.inputType(0).scalarType), hasWeight: hasWeight,
        isCentered: isCentered)
    }
  }

  private func groups(for pass: borrowing BackwardPass) -> StandardizedGroups? {
    let type = pass.inputType(0)
    return groups(
      of: type.shape, type.scalarType, weights: hasWeight ? pass.inputType(1).shape : nil)
  }

  /// The groups of an input of a type that the shape rule has found right.
  private func groups(
    of shape: Shape, _ scalarType: ScalarType, weights: Shape?
  ) -> StandardizedGroups? {
    var isReduced = [Bool](repeating: false, count: shape.rank)
    for axis in axes { isReduced[axis < 0 ? axis + shape.rank : axis] = true }
    return StandardizedGroups(
      shape, isReduced, weights: weights, epsilon: epsilon(for: scalarType), isCentered: isCentered)
  }
}

// Functions of their own, of which there is one for both operations.
extension BackwardPass {
  /// Adds the gradients that a kernel computes.
  @inline(never)
  fileprivate mutating func addGradients(
    _ groups: StandardizedGroups, hasWeight: Bool, wanted: StandardizedGroups.Gradients<Bool>
  ) {
    let weight = wanted.input && hasWeight ? input(1).array : nil
    let gradients = groups.gradients(
      cotangent.array, input(0).array, weight: weight, mean: saved(0).array,
      variance: saved(1).array, wanted: wanted)
    if let gradient = gradients.input { add(Tensor(array: gradient, node: nil), to: 0) }
    if let gradient = gradients.weight { add(Tensor(array: gradient, node: nil), to: 1) }
    if let gradient = gradients.bias { add(Tensor(array: gradient, node: nil), to: 2) }
  }

  /// Adds the gradients with respect to input and weight.
  ///
  /// - Parameters:
  ///   - axes: along which mean and variance were taken.
  ///   - epsilon: what was added to the variance.
  ///   - hasWeight: whether input 1 is a weight.
  ///   - isCentered: whether the mean was subtracted.
  @inline(never)
  fileprivate mutating func addGradientsInTensors(
    _ axes: [Int], _ epsilon: Double, hasWeight: Bool, isCentered: Bool
  ) {
    let (x, g) = (input(0), cotangent)
    let centered = isCentered ? x - x.mean(axes: axes, keepDims: true) : x
    let variance = centered.squared().mean(axes: axes, keepDims: true)
    let factor = (variance + epsilon).reciprocalSquareRoot()
    let y = centered * factor
    if hasWeight && needsGradient(1) { add(g * y, to: 1) }
    guard needsGradient(0) else { return }
    let h = hasWeight ? g * input(1) : g
    let product = (h * y).mean(axes: axes, keepDims: true)
    let shifted = isCentered ? h - h.mean(axes: axes, keepDims: true) : h
    add(factor * (shifted - y * product), to: 0)
  }
}
