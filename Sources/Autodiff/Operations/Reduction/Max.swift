import BackpropArrays

extension Tensor {
  /// The largest element, or the largest along `axes`, which disappear unless `keepDims`.
  ///
  /// The gradient goes to the largest element; where several are equally large, each gets an equal
  /// share, as in JAX and PyTorch's `amax`.
  public func max(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    Max(axes: axes, keepDims: keepDims)(self)
  }
  /// The largest element along `axis`.
  public func max(axis: Int, keepDims: Bool = false) -> Tensor {
    max(axes: [axis], keepDims: keepDims)
  }
}

struct Max: TensorOperation {
  static let name = "max"
  let axes: [Int]?
  let keepDims: Bool

  var details: String { axes.map { "axes \($0)" } ?? "" }

  func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray {
    _ = try inputs[0].array.reductionShape(Self.name, axes, needsElements: true)
    return inputs[0].array.max(axes: axes, keepDims: keepDims)
  }

  func backward(_ pass: inout BackwardPass) {
    let input = pass.input(0)
    let largest = pass.output.detached.spread(over: input, axes)
    let isLargest = (input.detached .== largest).cast(to: input.scalarType)
    let winners = isLargest.sum(axes: axes, keepDims: true)
    pass.add(
      pass.cotangent.spread(over: input, axes) * (isLargest / winners), to: 0)
  }

  static let samples = [
    GradientSample("all", [.numbers([3, 4])]) { $0[0].max() },
    GradientSample("first axis", [.numbers([3, 4])]) { $0[0].max(axis: 0) },
    GradientSample("last axis, kept", [.numbers([3, 4])]) { $0[0].max(axis: 1, keepDims: true) },
  ]
}
