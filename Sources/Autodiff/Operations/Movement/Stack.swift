import BackpropArrays

extension Tensor {
  /// Tensors of one shape and type one beside the other along a new axis at `axis` (-1 puts it
  /// last): NumPy's and PyTorch's `stack`.
  ///
  /// The gradient with respect to each tensor is its part of ∂L/∂y.
  ///
  /// ```swift
  /// Tensor.stack(losses).mean()             // 500 single numbers -> (500,) -> their mean
  /// ```
  ///
  /// Traps if there are no tensors, their shapes or types differ, there is no such place, or they
  /// have eight axes already.
  public static func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    Stack(axis: axis)(tensors)
  }
}

struct Stack: KernelOperation {
  let axis: Int

  var name: String { "stack" }
  var details: String { "axis \(axis)" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.requireOneType(name)
    let shape = inputs[0].shape
    guard inputs.allSatisfy({ $0.shape == shape }) else {
      throw ShapeError(
        name, inputs.shapes, "the shapes differ",
        hint: "tensors of different lengths are joined along an existing axis by concatenate")
    }
    let place = axis < 0 ? axis + shape.rank + 1 : axis
    guard place >= 0, place <= shape.rank else {
      throw ShapeError(name, inputs.shapes, "there is no place \(axis) for an axis")
    }
    guard shape.rank < Extents.capacity else {
      throw ShapeError(name, inputs.shapes, "an array has at most \(Extents.capacity) axes")
    }
    var lengths = Array(shape)
    lengths.insert(inputs.count, at: place)
    guard Shape(lengths).hasCountableElements else {
      throw ShapeError(name, inputs.shapes, "more elements than can be counted")
    }
    return TensorType(Shape(lengths), inputs[0].scalarType)
  }

  func compute(_ pass: inout ForwardPass) {
    let inputs = pass.inputs
    pass.withOutput { output in
      for (index, input) in inputs.enumerated() {
        output.view(part(index, of: output.rank)).overwrite(with: input.array)
      }
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    let rank = pass.cotangent.rank
    for index in 0..<pass.inputCount where pass.needsGradient(index) {
      pass.add(SliceView(selections: part(index, of: rank))(pass.cotangent), to: index)
    }
  }

  /// Where input `index` stands in a result of `rank` axes.
  private func part(_ index: Int, of rank: Int) -> [AxisSelection] {
    var part = [AxisSelection](repeating: .wholeAxis, count: rank)
    part[axis < 0 ? axis + rank : axis] = .position(index)
    return part
  }
}
