import BackpropArrays

extension Tensor {
  /// Tensors one after the other along an existing axis: NumPy's `concatenate`, PyTorch's `cat`.
  ///
  /// The gradient with respect to each tensor is its part of ∂L/∂y.
  ///
  /// ```swift
  /// Tensor.concatenate([a, b], axis: 1)     // (2, 3) and (2, 5) -> (2, 8)
  /// ```
  ///
  /// Traps if there are no tensors, there is no such axis, or their shapes differ in another axis
  /// or their types do.
  public static func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    let lengths = tensors.map { tensor in
      tensor.shape.normalizedAxis(axis).map { tensor.shape[$0] } ?? 0
    }
    return Concatenate(axis: axis, lengths: lengths)(tensors)
  }
}

struct Concatenate: KernelOperation {
  let axis: Int
  /// How much of the axis each input takes: a constant input's shape is not kept for the gradient.
  let lengths: [Int]

  var name: String { "concatenate" }
  var details: String { "axis \(axis)" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.requireOneType(name)
    var shape = inputs[0].shape
    guard let index = shape.normalizedAxis(axis) else {
      throw ShapeError(
        name, inputs.shapes, "there is no axis \(axis) among \(shape.rank) axes",
        hint: shape.rank == 0 ? "single numbers are joined by stack" : nil)
    }
    for input in inputs.dropFirst() {
      var other = input.shape
      guard other.rank == shape.rank else {
        throw ShapeError(
          name, inputs.shapes, "the tensors differ in the number of axes",
          hint: "tensors of one shape are put along a new axis by stack")
      }
      let length = other[index]
      other[index] = shape[index]
      guard other == shape else {
        throw ShapeError(
          name, inputs.shapes, "the tensors differ along an axis other than \(axis)")
      }
      guard let sum = shape[index].added(byCounting: length) else {
        throw ShapeError(name, inputs.shapes, "axis \(axis) would be longer than can be counted")
      }
      shape[index] = sum
    }
    guard shape.hasCountableElements else {
      throw ShapeError(name, inputs.shapes, "more elements than can be counted")
    }
    return TensorType(shape, inputs[0].scalarType)
  }

  func compute(_ pass: inout ForwardPass) {
    let inputs = pass.inputs
    pass.withOutput { output in
      for (part, input) in zip(parts(of: output.shape), inputs) {
        output.view(part).overwrite(with: input.array)
      }
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    for (index, part) in parts(of: pass.cotangent.shape).enumerated()
    where pass.needsGradient(index) {
      pass.add(SliceView(selections: part)(pass.cotangent), to: index)
    }
  }

  /// Where each input stands in a result of `shape`.
  private func parts(of shape: Shape) -> [[AxisSelection]] {
    var part = [AxisSelection](repeating: .wholeAxis, count: shape.rank)
    let index = axis < 0 ? axis + shape.rank : axis
    var start = 0
    return lengths.map { length in
      part[index] = .slice(from: start, to: start + length, by: 1)
      start += length
      return part
    }
  }
}
