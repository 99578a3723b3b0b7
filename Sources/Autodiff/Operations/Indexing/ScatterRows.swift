import BackpropArrays

/// What the gradient of gathered rows is computed with when it is recorded: zeros of `shape` to whose
/// rows those of the first input are added that the second names, which lie in that shape.
struct ScatterRows: KernelOperation {
  let shape: Shape

  var name: String { "scatterRows" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    TensorType(shape, inputs[0].scalarType)
  }

  func compute(_ pass: inout ForwardPass) {
    let (elements, rows) = (pass.input(0), pass.input(1))
    pass.withOutput { output in
      output.fillWithZeros()
      output.accumulateRows(elements, at: rows)
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(1) }

  func backward(_ pass: inout BackwardPass) {
    pass.add(Gather()(pass.cotangent, pass.input(1)), to: 0)
  }
}
