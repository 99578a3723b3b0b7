import BackpropArrays

extension Tensor {
  /// The tensor repeated along axes of length 1, and along new axes in front, to `target`: NumPy's
  /// `broadcast_to`. Costs nothing: it is a view.
  ///
  /// ∂L/∂x is the sum of ∂L/∂y over the axes along which x was repeated.
  public func broadcast(to target: Shape) -> Tensor {
    target == shape ? self : BroadcastTo(target: target)(self)
  }
}

struct BroadcastTo: TensorOperation {
  static let name = "broadcast"
  let target: Shape

  var details: String { "to \(target)" }

  func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray {
    guard Shape.broadcast(inputs[0].shape, target) == target else {
      throw ShapeError.broadcast(Self.name, inputs[0].shape, target)
    }
    return inputs[0].array.broadcast(to: target)
  }

  func backward(_ pass: inout BackwardPass) { pass.add(pass.cotangent, to: 0) }

  static let samples = [
    GradientSample("a row to a matrix", [.numbers([4])]) { $0[0].broadcast(to: [3, 4]) },
    GradientSample("a column", [.numbers([3, 1])]) { $0[0].broadcast(to: [2, 3, 4]) },
  ]
}
