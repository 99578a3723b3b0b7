import BackpropArrays

/// What each query gathers of the values, most of those whose keys are most like it:
/// softmax(scale · Q Kᵀ + mask) V. PyTorch's `scaled_dot_product_attention`.
///
/// With P the softmax and G = ∂L/∂Y: ∂L/∂V = Pᵀ G; ∂L/∂S = P ∘ (G Vᵀ − Σ P ∘ (G Vᵀ)), the sum over
/// the keys; ∂L/∂Q = scale · ∂L/∂S K; ∂L/∂K = scale · (∂L/∂S)ᵀ Q; to a mask of numbers goes ∂L/∂S.
///
/// ```swift
/// scaledDotProductAttention(q, k, v, isCausal: true)   // three of (8, 4, 64, 32) -> (8, 4, 64, 32)
/// scaledDotProductAttention(q, k, v, mask: isWord)     // flags of shape (8, 1, 1, 64)
/// ```
///
/// No n · m numbers are kept: the scores are computed for a block of queries at a time, and by the
/// gradient again, from what is kept of each query, the logarithm of the sum by which the softmax
/// divides. Only a gradient with respect to the mask, and gradients that are recorded, work all weights
/// out at once; ``attentionWeights(_:_:mask:isCausal:scale:softCap:)`` gives them.
///
/// Where it is causal, the last query stands at the last key: query i sees the keys 0...m − n + i,
/// so that new queries see all keys that were kept from before. PyTorch has the first query at the first
/// key; for n = m that is the same. A query that may look at nothing gets zeros.
///
/// Traps if the shapes or types do not fit, or it is causal and there are more queries than keys.
///
/// Sources: Vaswani et al., "Attention Is All You Need" (2017), section 3.2.1; computing in blocks and
/// what is kept of a row: Dao et al., "FlashAttention" (2022).
///
/// - Parameters:
///   - queries: of shape (…, n, d). The axes in front, such as batch and head, broadcast among the
///     three.
///   - keys: of shape (…, m, d).
///   - values: of shape (…, m, e).
///   - mask: of a shape that broadcasts to (…, n, m): flags say which keys a query may look at, `true`
///     for those it may; numbers are added to the scaled products, −∞ hides a key.
///   - isCausal: whether query i may look at the keys 0...m − n + i alone, beside what the mask says.
///   - scale: by what the products are multiplied; 1 / √d if `nil`.
/// - Returns: of shape (…, n, e).
public func scaledDotProductAttention(
  _ queries: Tensor, _ keys: Tensor, _ values: Tensor, mask: Tensor? = nil, isCausal: Bool = false,
  scale: Double? = nil
) -> Tensor {
  var inputs = [queries, keys, values]
  let batches = inputs.dropFirst().reduce(queries.matrixBatches as Shape?) { shape, input in
    shape.flatMap { Shape.broadcast($0, input.matrixBatches) }
  }
  // Where they do not broadcast, the shape rule says so.
  if let batches, inputs.allSatisfy({ $0.rank >= 2 && batches.rank + 2 <= Extents.capacity }) {
    inputs = inputs.map { $0.broadcast(to: Shape(Array(batches) + Array($0.shape.suffix(2)))) }
  }
  if let mask { inputs.append(mask) }
  return ScaledDotProductAttention(isCausal: isCausal, scale: scale)(inputs)
}

struct ScaledDotProductAttention: TensorOperation {
  let isCausal: Bool
  let scale: Double?

  var name: String { "scaledDotProductAttention" }
  var symbol: String { "attention" }
  var details: String { isCausal ? "causal" : "" }
  /// For each query the logarithm of the sum by which its softmax divides.
  var savedCount: Int { 1 }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let (queries, keys, values) = (inputs[0].type, inputs[1].type, inputs[2].type)
    let scores = try attentionScoreShape(
      name, queries, keys, inputs.count == 4 ? inputs[3].type : nil, isCausal: isCausal,
      inputs.shapes,
      batches: inputs[0].matrixBatches == inputs[1].matrixBatches ? inputs[0].matrixBatches : nil)
    guard values.scalarType == queries.scalarType else {
      throw ShapeError(
        name, inputs.shapes,
        "the queries are \(queries.scalarType) and the values \(values.scalarType)",
        hint: "convert one, with cast(to: .\(queries.scalarType))")
    }
    guard values.shape.rank >= 2, values.shape.dropLast() == keys.shape.dropLast() else {
      throw ShapeError(name, inputs.shapes, "there is not one value for each key")
    }
    var shape = scores
    shape[scores.rank - 1] = values.shape.last!
    return TensorType(shape, queries.scalarType)
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    let type = try resultType(pass.inputs)
    let product = product(
      pass.input(0), pass.input(1), pass.input(2),
      mask: pass.inputs.count == 4 ? pass.input(3) : nil)
    let result = NDArray(uninitialized: type.shape, type.scalarType)
    let logSums = NDArray(uninitialized: Shape(type.shape.dropLast()), type.scalarType)
    product.forward(into: result, logSums)
    pass.save(logSums)
    return result
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    var needs: GradientNeeds = [.input(0), .input(1), .input(3)]
    // The gradient with respect to the values needs the weights alone.
    if (0..<inputs.count).contains(where: { $0 != 2 && inputs.needsGradient($0) }) {
      needs.insert(.input(2))
    }
    return needs
  }

  func backward(_ pass: inout BackwardPass) {
    let hasMask = pass.inputCount == 4
    if pass.isRecording || hasMask && pass.needsGradient(3) { return backwardInTensors(&pass) }
    let (queries, keys) = (pass.input(0).array, pass.input(1).array)
    let needs = (0..<3).map { pass.needsGradient($0) }
    // Not looked at where only it wants a gradient, but for its shape.
    let values =
      needs[0] || needs[1]
      ? pass.input(2).array : NDArray(uninitialized: pass.inputType(2).shape, keys.scalarType)
    let gradients = [queries, keys, values].enumerated().map { index, input in
      needs[index] ? NDArray(uninitialized: input.shape, input.scalarType) : nil
    }
    product(queries, keys, values, mask: hasMask ? pass.input(3).array : nil).backward(
      pass.cotangent.array, pass.saved(0).array, into: (gradients[0], gradients[1], gradients[2]))
    for (index, gradient) in gradients.enumerated() {
      if let gradient { pass.add(Tensor(array: gradient, node: nil), to: index) }
    }
  }

  private func product(
    _ queries: NDArray, _ keys: NDArray, _ values: NDArray, mask: NDArray?
  ) -> AttentionProduct {
    AttentionProduct(
      (queries, keys, values), mask: mask, isCausal: isCausal,
      scale: scale ?? attentionScale(queries.shape))
  }

  private func backwardInTensors(_ pass: inout BackwardPass) {
    let (q, k, g) = (pass.input(0), pass.input(1), pass.cotangent)
    let mask = pass.inputCount == 4 ? pass.input(3) : nil
    let scale = scale ?? attentionScale(q.shape)
    let weights = attentionWeights(q, k, mask: mask, isCausal: isCausal, scale: scale)
    if pass.needsGradient(2) { pass.add(weights.matmul(g, transposingSelf: true), to: 2) }
    guard (0..<pass.inputCount).contains(where: { $0 != 2 && pass.needsGradient($0) }) else {
      return
    }
    let byWeights = g.matmul(pass.input(2), transposingOther: true)
    let byScores = weights * (byWeights - (weights * byWeights).sum(axis: -1, keepDims: true))
    if pass.needsGradient(0) { pass.add((byScores * scale).matmul(k), to: 0) }
    if pass.needsGradient(1) {
      pass.add((byScores * scale).matmul(q, transposingSelf: true), to: 1)
    }
    if mask != nil, pass.needsGradient(3) { pass.add(byScores, to: 3) }
  }
}
