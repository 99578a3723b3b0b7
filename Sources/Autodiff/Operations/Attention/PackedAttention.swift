import BackpropArrays

/// Attention of several texts of different lengths, each to its own words alone:
/// softmax(scale · Q Kᵀ) V for each text and head.
///
/// The rows of the texts follow one another, with nothing between them: a text costs what its own
/// words cost, whatever else is in the batch. In a row, the numbers of the heads lie one beside the other.
///
/// ```swift
/// packedAttention(q, k, v, lengths: [5, 9, 2], heads: 4)   // three of (16, 64) -> (16, 64)
/// ```
///
/// The gradients are those of ``scaledDotProductAttention(_:_:_:mask:isCausal:scale:)``, and it too
/// computes the weights in blocks and keeps none of them. The bits of a text's rows depend on that text
/// alone.
///
/// Traps if the shapes or types do not fit, or the lengths do not add up to the number of rows.
///
/// - Parameters:
///   - queries: of shape (rows, heads · d).
///   - keys: of the shape of `queries`.
///   - values: of the shape of `queries`.
///   - lengths: how many rows each text has.
///   - heads: how many heads a row holds.
///   - scale: by what the products are multiplied; 1 / √d if `nil`.
/// - Returns: of the shape of `queries`.
public func packedAttention(
  _ queries: Tensor, _ keys: Tensor, _ values: Tensor, lengths: [Int], heads: Int,
  scale: Double? = nil
) -> Tensor {
  PackedAttention(lengths: lengths, heads: heads, scale: scale)(queries, keys, values)
}

struct PackedAttention: TensorOperation {
  let lengths: [Int]
  let heads: Int
  let scale: Double?

  var name: String { "packedAttention" }
  var symbol: String { "attention" }
  var details: String { "\(lengths.count) texts, \(heads) heads" }
  /// For each head and query the logarithm of the sum by which its softmax divides.
  var savedCount: Int { 1 }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let queries = inputs[0].type
    guard queries.scalarType.isDifferentiable else {
      throw .notFloatingPoint(name, inputs.shapes, queries.scalarType)
    }
    for (index, what) in [(1, "keys"), (2, "values")] {
      let type = inputs[index].type
      if type.scalarType != queries.scalarType {
        throw ShapeError(
          name, inputs.shapes,
          "the queries are \(queries.scalarType) and the \(what) \(type.scalarType)",
          hint: "convert one, with cast(to: .\(queries.scalarType))")
      }
      if type.shape != queries.shape {
        throw ShapeError(name, inputs.shapes, "queries, keys and values must have one shape")
      }
    }
    guard queries.shape.rank == 2, heads > 0, queries.shape[1] % heads == 0, queries.shape[1] > 0
    else {
      throw ShapeError(
        name, inputs.shapes,
        "the rows are not of shape (rows, heads · d) for \(heads) heads of equal length")
    }
    let total = lengths.reduce(0 as Int?) { sum, length in sum?.added(byCounting: length) }
    guard lengths.allSatisfy({ $0 >= 0 }), total == queries.shape[0] else {
      throw ShapeError(
        name, inputs.shapes,
        "the lengths of the \(lengths.count) texts do not add up to the \(queries.shape[0]) rows")
    }
    return queries
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    let type = try resultType(pass.inputs)
    let inputs = (pass.input(0).asRows, pass.input(1).asRows, pass.input(2).asRows)
    let result = NDArray(uninitialized: type.shape, type.scalarType)
    let logSums = NDArray(uninitialized: [heads, type.shape[0]], type.scalarType)
    product(inputs).forward(into: result.rows, logSums.storage.base)
    withExtendedLifetime(inputs) {}
    pass.save(logSums)
    return result
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { [.input(0), .input(1), .input(2)] }

  func backward(_ pass: inout BackwardPass) {
    if pass.isRecording { return backwardInTensors(&pass) }
    let inputs = (
      pass.input(0).array.asRows, pass.input(1).array.asRows, pass.input(2).array.asRows
    )
    let (g, logSums) = (pass.cotangent.array.asRows, pass.saved(0).array)
    let gradients = (0..<3).map { index in
      pass.needsGradient(index) ? NDArray(uninitialized: inputs.0.shape, inputs.0.scalarType) : nil
    }
    product(inputs).backward(
      g.rows, logSums.storage.base,
      into: (gradients[0]?.rows, gradients[1]?.rows, gradients[2]?.rows))
    withExtendedLifetime((inputs, g, logSums)) {}
    for (index, gradient) in gradients.enumerated() {
      if let gradient { pass.add(Tensor(array: gradient, node: nil), to: index) }
    }
  }

  private func product(_ inputs: (NDArray, NDArray, NDArray)) -> PackedAttentionProduct {
    let width = inputs.0.shape[1] / heads
    return PackedAttentionProduct(
      inputs.0.scalarType, (inputs.0.rows, inputs.1.rows, inputs.2.rows), PackedLengths(lengths),
      heads: heads, width: width, scale: scale ?? 1 / Double(width).squareRoot())
  }

  /// Text by text, so that it is recorded.
  private func backwardInTensors(_ pass: inout BackwardPass) {
    let width = pass.inputType(0).shape[1] / heads
    let scale = scale ?? 1 / Double(width).squareRoot()
    let rows = [pass.input(0), pass.input(1), pass.input(2), pass.cotangent]
    var parts: [[Tensor]] = [[], [], []]
    var start = 0
    for length in lengths where length > 0 {
      let heads = rows.map { $0[start..<start + length].asHeads(self.heads) }
      let (q, k, v, g) = (heads[0], heads[1], heads[2], heads[3])
      let weights = attentionWeights(q, k, scale: scale)
      let byWeights = g.matmul(v, transposingOther: true)
      let byScores =
        weights * (byWeights - (weights * byWeights).sum(axis: -1, keepDims: true)) * scale
      parts[0].append(byScores.matmul(k).withoutHeads)
      parts[1].append(byScores.matmul(q, transposingSelf: true).withoutHeads)
      parts[2].append(weights.matmul(g, transposingSelf: true).withoutHeads)
      start += length
    }
    for index in 0..<3 where pass.needsGradient(index) {
      pass.add(
        start == 0 ? rows[index] * 0 : Tensor.concatenate(parts[index], axis: 0), to: index)
    }
  }
}

extension Tensor {
  /// (n, heads · d) as (heads, n, d).
  fileprivate func asHeads(_ heads: Int) -> Tensor {
    reshaped(to: [shape[0], heads, shape[1] / heads] as Shape).transposed([1, 0, 2])
  }

  /// (heads, n, d) as (n, heads · d).
  fileprivate var withoutHeads: Tensor {
    transposed([1, 0, 2]).reshaped(to: [shape[1], shape[0] * shape[2]] as Shape)
  }
}

extension NDArray {
  /// A matrix whose rows lie number by number, copied if they do not.
  fileprivate var asRows: NDArray {
    let steps = storage.strides
    return steps[1] == 1 && steps[0] >= shape[1] ? self : contiguous()
  }

  fileprivate var rows: PackedAttentionProduct.Rows {
    PackedAttentionProduct.Rows(storage.base, stride: storage.strides[0])
  }
}
