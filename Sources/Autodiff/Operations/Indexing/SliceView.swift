import BackpropArrays

extension Tensor {
  /// A part of the tensor, as NumPy's basic indexing gives it; see `NDArray`'s subscript. Costs
  /// nothing: it is a view.
  ///
  /// ∂L/∂x is ∂L/∂y in that part and zero elsewhere.
  ///
  /// Assigning replaces elements of a constant. Of a tensor that a graph has recorded, the gradient
  /// would be that of numbers it no longer holds.
  ///
  /// Traps if an index reaches past the end of its axis; and assigning, if a graph has recorded the
  /// tensor or the new elements do not fit.
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

struct SliceView: ViewOperation {
  let selections: [AxisSelection]

  var name: String { "slice" }

  func view(_ input: ArrayLayout) throws(ShapeError) -> ArrayLayout {
    try input.selecting(selections)
  }

  func backward(_ pass: inout BackwardPass) {
    if pass.isRecording {
      let shape = pass.inputType(0).shape
      pass.add(SliceGradient(selections: selections, shape: shape)(pass.cotangent), to: 0)
    } else {
      // Into its place: a whole tensor of zeros for each slice would cost the square of their number.
      let gradient = pass.cotangent.array
      pass.addInPlace(to: 0) { $0.add(gradient, to: selections) }
    }
  }
}
