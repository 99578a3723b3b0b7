import BackpropArrays

extension Tensor {
  /// A part of the tensor, as NumPy's basic indexing gives it; see `NDArray`'s subscript. Costs
  /// nothing: it is a view.
  ///
  /// ∂L/∂x is ∂L/∂y in that part and zero elsewhere.
  ///
  /// Assigning replaces elements of a constant. A tensor that a graph has recorded cannot be
  /// assigned to: its gradient would be that of numbers it no longer holds.
  public subscript(indices: any AxisIndex...) -> Tensor {
    get { SliceView(selections: indices.map(\.selection))(self) }
    set {
      guard node == nil, newValue.node == nil else {
        fatalError(
          "assignment: this tensor is part of a recorded graph; assign to .detached instead, or "
            + "compute the new value with operations")
      }
      var changed = array
      self = Tensor(0)  // Lets go of the memory, so that it can be written in place.
      changed.assign(newValue.array, to: indices.map(\.selection))
      self = Tensor(changed)
    }
  }
}

struct SliceView: TensorOperation {
  static let name = "slice"
  let selections: [AxisSelection]

  func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray {
    try inputs[0].array.checkedView(selections)
  }

  func backward(_ pass: inout BackwardPass) {
    pass.add(
      SliceGradient(selections: selections, shape: pass.input(0).shape)(pass.cotangent), to: 0)
  }

  static let samples = [
    GradientSample("rows", [.numbers([4, 3])]) { $0[0][1..<3] },
    GradientSample("an element of each row", [.numbers([4, 3])]) { $0[0][.all, -1] },
    GradientSample("every second column, backwards", [.numbers([3, 5])]) {
      $0[0][.all, Slice(by: -2)]
    },
  ]
}
