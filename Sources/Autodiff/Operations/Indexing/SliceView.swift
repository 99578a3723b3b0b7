import BackpropArrays

/// A part of a tensor that numbers and ranges name: a view.
struct SliceView: ViewOperation {
  let selections: [AxisSelection]

  var name: String { "slice" }

  func view(_ input: ArrayLayout) throws(ShapeError) -> ArrayLayout {
    try input.selecting(selections)
  }

  func backward(_ pass: inout BackwardPass) {
    if pass.isRecording {
      let whole = Tensor.zeros(pass.inputType(0))
      pass.add(Scatter(parts: selections)(whole, pass.cotangent), to: 0)
    } else {
      // Into its place: a whole tensor of zeros for each slice would cost the square of their number.
      let gradient = pass.cotangent.array
      pass.addInPlace(to: 0) { $0.add(gradient, to: selections) }
    }
  }
}
