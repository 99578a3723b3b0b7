import BackpropArrays

/// How much each query takes of each key's value: softmax(scale · Q Kᵀ + mask) over the keys. Positive
/// numbers with the sum 1, or zeros for a query that may look at no key.
///
/// These are the weights by which ``scaledDotProductAttention(_:_:_:mask:isCausal:scale:)`` sums values,
/// all n · m of them: for who wants to look at them, or to drop some in training.
///
/// ```swift
/// attentionWeights(q, k, isCausal: true)     // (8, 4, 64, 32), (8, 4, 64, 32) -> (8, 4, 64, 64)
/// ```
///
/// The gradient flows to queries, keys and a mask of numbers. Traps where the inputs do not fit.
///
/// - Parameters:
///   - queries: of shape (…, n, d).
///   - keys: of shape (…, m, d).
///   - mask: which keys each query may look at; `nil` for all.
///   - isCausal: whether query i may look at the keys 0...m − n + i alone.
///   - scale: by what the products are multiplied; 1 / √d if `nil`.
///   - softCap: a number c that no product exceeds, each product s being c tanh(s / c); `nil` for none.
/// - Returns: of shape (…, n, m).
public func attentionWeights(
  _ queries: Tensor, _ keys: Tensor, mask: Tensor? = nil, isCausal: Bool = false,
  scale: Double? = nil, softCap: Double? = nil
) -> Tensor {
  let inputs = [queries, keys] + (mask.map { [$0] } ?? [])
  let scoreShape: Shape
  do throws(ShapeError) {
    scoreShape = try attentionScoreShape(
      "attentionWeights", queries.type, keys.type, mask?.type, isCausal: isCausal,
      inputs.map(\.shape), batches: Shape.broadcast(queries.matrixBatches, keys.matrixBatches))
  } catch { return Tensor.failing(error, among: inputs) }
  let scale = scale ?? attentionScale(queries.shape)
  var scores = (queries * scale).matmul(keys, transposingOther: true)
  if let softCap { scores = (scores / softCap).tanh() * softCap }
  var visible: [Tensor] = []
  if let mask {
    if mask.scalarType == .bool {
      visible.append(mask)
    } else {
      scores = scores + mask
      visible.append(mask.detached .!= -Double.infinity)
    }
  }
  if isCausal {
    visible.append(Tensor.isNotLater(scoreShape, isShapeOnly: scores.isShapeOnly))
  }
  // A finite number, so that a row in which all is hidden has a softmax. It is then hidden again.
  let lowest = -Double(Float.greatestFiniteMagnitude)
  let shown = visible.reduce(scores) { Tensor.where($1, $0, lowest) }
  return visible.reduce(shown.softmax()) { Tensor.where($1, $0, 0) }
}

/// 1 / √d for queries (…, n, d): products of d numbers of the variance 1 have the variance d.
func attentionScale(_ queries: Shape) -> Double {
  1 / Double(queries.last ?? 1).squareRoot()
}

/// The shape of scores, (…, n, m), or why queries, keys and mask do not fit.
///
/// - Parameters:
///   - operation: for the error.
///   - queries: their type.
///   - keys: their type.
///   - mask: its type.
///   - isCausal: whether later keys are hidden.
///   - shapes: for the error.
///   - batches: the axes in front; `nil` where they do not fit.
func attentionScoreShape(
  _ operation: String, _ queries: TensorType, _ keys: TensorType, _ mask: TensorType?,
  isCausal: Bool, _ shapes: [Shape], batches: Shape?
) throws(ShapeError) -> Shape {
  func error(_ reason: String, hint: String? = nil) -> ShapeError {
    ShapeError(operation, shapes, reason, hint: hint)
  }
  guard queries.scalarType.isDifferentiable else {
    throw .notFloatingPoint(operation, shapes, queries.scalarType)
  }
  guard keys.scalarType == queries.scalarType else {
    throw error(
      "the queries are \(queries.scalarType) and the keys \(keys.scalarType)",
      hint: "convert one, with cast(to: .\(queries.scalarType))")
  }
  guard queries.shape.rank >= 2, keys.shape.rank >= 2 else {
    throw error("queries are of shape (…, n, d) and keys of shape (…, m, d)")
  }
  guard queries.shape.last == keys.shape.last else {
    throw error(
      "a query has \(queries.shape.last!) numbers and a key \(keys.shape.last!); they must agree")
  }
  let (n, m) = (queries.shape[queries.shape.rank - 2], keys.shape[keys.shape.rank - 2])
  if isCausal, n > m {
    throw error(
      "causal attention of \(n) queries to \(m) keys: the last query stands at the last key, and "
        + "the first would see none",
      hint: "say which keys each query may look at, with a mask of shape (\(n), \(m))")
  }
  guard let batches else { throw error("the axes in front of the last two do not broadcast") }
  let lengths = Array(batches) + [n, m]
  guard lengths.count <= Extents.capacity else { throw error("there are too many axes") }
  let scores = Shape(lengths)
  guard scores.hasCountableElements else {
    throw error("there are more pairs of a query and a key than can be counted")
  }
  guard let mask else { return scores }
  guard mask.scalarType == .bool || mask.scalarType == queries.scalarType else {
    if mask.scalarType.isFloatingPoint {
      throw error(
        "the mask is \(mask.scalarType) and the queries are \(queries.scalarType)",
        hint: "convert the mask, with cast(to: .\(queries.scalarType))")
    }
    throw error(
      "the mask holds \(mask.scalarType), of which it is not clear whether they are flags",
      hint: "make flags of them, with a comparison such as mask .!= 0")
  }
  guard Shape.broadcast(mask.shape, scores) == scores else {
    throw error("the mask does not broadcast to (…, n, m), here \(scores)")
  }
  return scores
}

extension Tensor {
  /// The axes in front of the last two.
  var matrixBatches: Shape { Shape(shape.dropLast(2)) }

  /// Which keys stand not after a query, the last of each standing at the same place: of shape (n, m).
  fileprivate static func isNotLater(_ scores: Shape, isShapeOnly: Bool) -> Tensor {
    let (n, m) = (scores[scores.rank - 2], scores[scores.rank - 1])
    if isShapeOnly { return Tensor(shapeOnly: TensorType([n, m], .bool)) }
    let places = Tensor.range(from: 0, to: Double(m), scalarType: .int64)
    return places[(m - n)...].expandingDimension(at: 1) .>= places
  }
}
