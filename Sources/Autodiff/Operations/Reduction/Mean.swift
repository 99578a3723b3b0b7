import BackpropArrays

extension Tensor {
  /// The mean of all elements, or of those along `axes`, which disappear unless `keepDims`.
  ///
  /// ∂L/∂x = ∂L/∂y / n, repeated along the axes, where n elements went into each mean.
  public func mean(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    Mean(axes: axes, keepDims: keepDims)(self)
  }
  /// The mean along `axis`.
  public func mean(axis: Int, keepDims: Bool = false) -> Tensor {
    mean(axes: [axis], keepDims: keepDims)
  }
}

struct Mean: TensorOperation {
  static let name = "mean"
  let axes: [Int]?
  let keepDims: Bool

  var details: String { axes.map { "axes \($0)" } ?? "" }

  func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray {
    _ = try inputs[0].array.reductionShape(Self.name, axes)
    guard inputs[0].scalarType.isFloatingPoint else {
      throw ShapeError(
        Self.name, inputs.shapes, "the numbers are \(inputs[0].scalarType)",
        hint: "convert first, with cast(to: .float32)")
    }
    return inputs[0].array.mean(axes: axes, keepDims: keepDims)
  }

  func backward(_ pass: inout BackwardPass) {
    let share = Double(pass.cotangent.count) / Double(max(1, pass.input(0).count))
    pass.add((pass.cotangent * share).spread(over: pass.input(0), axes), to: 0)
  }

  static let samples = [
    GradientSample("all", [.numbers([3, 4])]) { $0[0].mean() },
    GradientSample("last axis", [.numbers([3, 4, 2])]) { $0[0].mean(axis: -1) },
    GradientSample("two axes, kept", [.numbers([3, 4, 2])]) {
      $0[0].mean(axes: [0, 2], keepDims: true)
    },
  ]
}
