import BackpropArrays

/// What a slice's gradient is computed with: zeros of `shape` with the input in the sliced part.
struct SliceGradient: TensorOperation {
  static let name = "sliceGradient"
  let selections: [AxisSelection]
  let shape: Shape

  func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray {
    var result = NDArray.zeros(shape, inputs[0].scalarType)
    result.assign(inputs[0].array, to: selections)
    return result
  }

  func backward(_ pass: inout BackwardPass) {
    pass.add(SliceView(selections: selections)(pass.cotangent), to: 0)
  }

  static let samples = [
    GradientSample("into the middle column", [.numbers([3])]) {
      SliceGradient(selections: [.slice(from: nil, to: nil, by: 1), .position(1)], shape: [3, 3])(
        $0[0])
    }
  ]
}
