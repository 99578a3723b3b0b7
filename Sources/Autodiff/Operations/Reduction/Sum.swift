import BackpropArrays

extension Tensor {
  /// The sum of all elements, or of those along `axes`, which disappear unless `keepDims`.
  ///
  /// ∂L/∂x = ∂L/∂y, repeated along the axes that were summed.
  public func sum(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    Sum(axes: axes, keepDims: keepDims)(self)
  }
  /// The sum along `axis`.
  public func sum(axis: Int, keepDims: Bool = false) -> Tensor {
    sum(axes: [axis], keepDims: keepDims)
  }

  /// The sum over the axes along which a tensor of `target` would be repeated to reach this shape:
  /// broadcasting backwards.
  func sum(to target: Shape) -> Tensor {
    let added = rank - target.rank
    var axes = Array(0..<added)
    for axis in 0..<target.rank where target[axis] == 1 && shape[axis + added] != 1 {
      axes.append(axis + added)
    }
    return sum(axes: axes, keepDims: true).reshaped(to: target)
  }
}

struct Sum: TensorOperation {
  static let name = "sum"
  let axes: [Int]?
  let keepDims: Bool

  var details: String { axes.map { "axes \($0)" } ?? "" }

  func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray {
    _ = try inputs[0].array.reductionShape(Self.name, axes)
    return inputs[0].array.sum(axes: axes, keepDims: keepDims)
  }

  func backward(_ pass: inout BackwardPass) {
    pass.add(pass.cotangent.spread(over: pass.input(0), axes), to: 0)
  }

  static let samples = [
    GradientSample("all", [.numbers([3, 4])]) { $0[0].sum() },
    GradientSample("first axis", [.numbers([3, 4, 2])]) { $0[0].sum(axis: 0) },
    GradientSample("middle axis, kept", [.numbers([3, 4, 2])]) {
      $0[0].sum(axis: 1, keepDims: true)
    },
    GradientSample("two axes", [.numbers([3, 4, 2])]) { $0[0].sum(axes: [0, -1]) },
  ]
}

extension Tensor {
  /// This gradient by a reduction of `input` over `axes`, repeated to the input's shape.
  func spread(over input: Tensor, _ axes: [Int]?) -> Tensor {
    do throws(ShapeError) {
      let kept = try input.array.reductionShape("reduction", axes).kept
      return reshaped(to: kept).broadcast(to: input.shape)
    } catch { error.trap() }
  }
}
