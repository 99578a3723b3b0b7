import BackpropArrays

/// What a slice's gradient is computed with when it is recorded: zeros of `shape` with the input in
/// the sliced part.
struct SliceGradient: KernelOperation {
  let selections: [AxisSelection]
  let shape: Shape

  var name: String { "sliceGradient" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    TensorType(shape, inputs[0].scalarType)
  }

  func compute(_ pass: inout ForwardPass) {
    pass.withOutput { output in
      output.fillWithZeros()
      output.view(selections).overwrite(with: pass.input(0))
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    pass.add(SliceView(selections: selections)(pass.cotangent), to: 0)
  }
}
