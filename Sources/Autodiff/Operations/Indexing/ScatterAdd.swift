import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// This tensor with `elements`, broadcast, added to what the index picks: NumPy's `add.at`, JAX's
  /// `x.at[…].add(…)`; with positions along one axis, PyTorch's `index_add`. What goes to one place
  /// several times adds up, which `x[…] += elements` would not do.
  ///
  /// ∂L/∂x is ∂L/∂y, ∂L/∂elements is ∂L/∂y in the part.
  ///
  /// ```swift
  /// counts.scatterAdd(Tensor.ones([5]), at: classes)           // how many there are of each
  /// ```
  ///
  /// Traps as assigning by the subscript does, and if the numbers are `bool`.
  public func scatterAdd(_ elements: Tensor, at indices: any AxisIndex...) -> Tensor {
    scatterAdd(elements, to: indices.map(\.selection))
  }

  func scatterAdd(_ elements: Tensor, to selections: [AxisSelection]) -> Tensor {
    applying(selections) { index in
      ScatterAdd(parts: index.parts)([self, elements] + index.positions)
    }
  }

  /// This tensor with `elements`, broadcast, added at these positions along `axis`, each in its row of
  /// all other axes: PyTorch's `scatter_add`. What goes to one place several times adds up.
  ///
  /// y = x, then y[i, positions[i, j]] += elements[i, j] for axis 1. ∂L/∂x is ∂L/∂y, ∂L/∂elements is
  /// ``gatherAlong(_:axis:)`` of ∂L/∂y.
  ///
  /// Traps if there is no such axis, the number of axes differs, the other axes do not broadcast, the
  /// elements do not broadcast to the positions or are of another type, `positions` does not hold whole
  /// numbers, one of them is not that of a position, or the numbers are `bool`.
  ///
  /// - Parameters:
  ///   - elements: of the shape of `positions`, or one that broadcasts to it.
  ///   - positions: whole numbers; negative ones count from the end.
  ///   - axis: along which.
  public func scatterAddAlong(_ elements: Tensor, to positions: Tensor, axis: Int) -> Tensor {
    applyingAlong("scatterAddAlong", positions, axis) {
      ScatterAdd(parts: $0)([self, elements] + $1)
    }
  }
}

/// Input 0 with input 1, broadcast, added to what an index picks, whose arrays of positions are the
/// other inputs.
struct ScatterAdd: TensorOperation {
  /// The index; `nil` stands for the next array.
  let parts: [AxisSelection?]

  var name: String { "scatterAdd" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let type = inputs[0].type
    _ = try bp_binary_loop(type.scalarType.code, BP_ADD).orNoKernel(
      name, inputs.shapes, type.scalarType)
    let index = try inputs.positionIndex(parts, from: 2)
    try inputs.withArray(1) { elements throws(ShapeError) in
      try NDArray.requireElements(elements, for: index.resultShape, type.scalarType)
    }
    return type
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    _ = try resultType(pass.inputs)
    var result = pass.input(0).copy()
    try result.add(pass.input(1), to: parts, pass.inputs.dropFirst(2).map(\.array))
    return result
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .positions(inputs, from: 2) }

  func backward(_ pass: inout BackwardPass) {
    let positions = (2..<pass.inputCount).map { pass.input($0) }
    let cotangent = pass.cotangent
    if pass.needsGradient(0) { pass.add(cotangent, to: 0) }
    guard pass.needsGradient(1) else { return }
    pass.add(
      positions.isEmpty
        ? SliceView(selections: parts.compactMap { $0 })(cotangent)
        : Gather(parts: parts)([cotangent] + positions), to: 1)
  }
}
