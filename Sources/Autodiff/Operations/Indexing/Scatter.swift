import BackpropArrays

extension Tensor {
  /// This tensor with `elements`, broadcast, in place of what the index picks: what `x[…] = elements`
  /// makes of x, as an expression. JAX's `x.at[…].set(…)`; with positions along one axis, PyTorch's
  /// `index_copy`.
  ///
  /// ∂L/∂x is ∂L/∂y, but zero in the part; ∂L/∂elements is ∂L/∂y in the part. Of several elements that
  /// go to one place, the last stays, and the others' gradient is zero.
  ///
  /// ```swift
  /// x.scatter(y, at: .all, [2, 0])             // columns 2 and 0 replaced by those of y
  /// ```
  ///
  /// Traps as assigning by the subscript does.
  public func scatter(_ elements: Tensor, at indices: any AxisIndex...) -> Tensor {
    scatter(elements, to: indices.map(\.selection))
  }

  func scatter(_ elements: Tensor, to selections: [AxisSelection]) -> Tensor {
    applying(selections) { index in
      Scatter(parts: index.parts)([self, elements] + index.positions)
    }
  }

  /// This tensor with `elements`, broadcast, at these positions along `axis`, each in its row of all
  /// other axes: NumPy's `put_along_axis`, PyTorch's `scatter`.
  ///
  /// y[i, positions[i, j]] = elements[i, j] for axis 1. ∂L/∂x is ∂L/∂y, but zero at these positions;
  /// ∂L/∂elements is ``gatherAlong(_:axis:)`` of ∂L/∂y. Of several elements that go to one place, the
  /// last stays, and the others' gradient is zero.
  ///
  /// Traps if there is no such axis, the number of axes differs, the other axes do not broadcast, the
  /// elements do not broadcast to the positions or are of another type, `positions` does not hold whole
  /// numbers, or one of them is not that of a position.
  ///
  /// - Parameters:
  ///   - elements: of the shape of `positions`, or one that broadcasts to it.
  ///   - positions: whole numbers; negative ones count from the end.
  ///   - axis: along which.
  public func scatterAlong(_ elements: Tensor, to positions: Tensor, axis: Int) -> Tensor {
    applyingAlong("scatterAlong", positions, axis) { Scatter(parts: $0)([self, elements] + $1) }
  }
}

/// Input 0 with input 1, broadcast, in place of what an index picks, whose arrays of positions are the
/// other inputs.
struct Scatter: TensorOperation {
  /// The index; `nil` stands for the next array.
  let parts: [AxisSelection?]

  var name: String { "scatter" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let index = try inputs.positionIndex(parts, from: 2)
    try inputs.withArray(1) { elements throws(ShapeError) in
      try NDArray.requireElements(elements, for: index.resultShape, inputs[0].scalarType)
    }
    return inputs[0].type
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    _ = try resultType(pass.inputs)
    var result = pass.input(0).copy()
    try result.assign(pass.input(1), to: parts, pass.inputs.dropFirst(2).map(\.array))
    return result
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .positions(inputs, from: 2) }

  func backward(_ pass: inout BackwardPass) {
    let positions = (2..<pass.inputCount).map { pass.input($0) }
    let cotangent = pass.cotangent
    if pass.needsGradient(0) {
      let zero = Tensor(0, scalarType: cotangent.scalarType)
      pass.add(Scatter(parts: parts)([cotangent, zero] + positions), to: 0)
    }
    guard pass.needsGradient(1) else { return }
    if positions.isEmpty {
      return pass.add(SliceView(selections: parts.compactMap { $0 })(cotangent), to: 1)
    }
    let gradient = Gather(parts: parts)([cotangent] + positions)
    if let stays = staying(cotangent.shape, positions) {
      pass.add(Tensor.where(stays, gradient, 0), to: 1)
    } else {
      pass.add(gradient, to: 1)
    }
  }

  /// Which elements no later one has replaced, as a mask that broadcasts to them; `nil` if all stay.
  private func staying(_ shape: Shape, _ positions: [Tensor]) -> Tensor? {
    do throws(ShapeError) {
      let layout = ArrayLayout(shape: shape, strides: shape.rowMajorStrides)
      let index = try PositionIndex(layout, parts, positions.map(\.array))
      guard let stays = index.staying(try index.offsets(positions.map(\.array))) else { return nil }
      let inner = [Int](repeating: 1, count: index.inner.shape.rank)
      return Tensor(stays).reshaped(to: Shape(Array(stays.shape) + inner))
    } catch { error.trap() }
  }
}
