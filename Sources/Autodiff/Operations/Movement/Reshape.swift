import BackpropArrays

extension Tensor {
  /// The same elements under another shape, of which one length may be -1.
  ///
  /// ∂L/∂x is ∂L/∂y under x's shape.
  public func reshaped(to lengths: [Int]) -> Tensor {
    do throws(ShapeError) {
      return reshaped(to: try NDArray.resolve(lengths, for: shape))
    } catch { error.trap() }
  }
  /// The same elements under another shape.
  public func reshaped(to target: Shape) -> Tensor {
    target == shape ? self : Reshape(target: target)(self)
  }
  /// All elements as a vector.
  public func flattened() -> Tensor { reshaped(to: Shape([count])) }
  /// The tensor with a new axis of length 1 at `axis` (-1 puts it last).
  public func expandingDimension(at axis: Int) -> Tensor {
    reshaped(to: array.expandingDimension(at: axis).shape)
  }
  /// The tensor without its axes of length 1.
  public func squeezed() -> Tensor { reshaped(to: Shape(shape.filter { $0 != 1 })) }
}

struct Reshape: TensorOperation {
  static let name = "reshape"
  let target: Shape

  var details: String { "to \(target)" }

  func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray {
    _ = try NDArray.resolve(Array(target), for: inputs[0].shape)
    return inputs[0].array.reshaped(to: target)
  }

  func backward(_ pass: inout BackwardPass) {
    pass.add(pass.cotangent.reshaped(to: pass.input(0).shape), to: 0)
  }

  static let samples = [
    GradientSample("to one axis less", [.numbers([3, 4])]) { $0[0].reshaped(to: [-1]) },
    GradientSample("of a transposed matrix", [.numbers([3, 4])]) {
      $0[0].transposed().reshaped(to: [2, 6])
    },
  ]
}
