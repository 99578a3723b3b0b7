import BackpropArrays

extension Tensor {
  /// The tensor repeated along axes of length 1, and along new axes in front, to `target`: NumPy's
  /// `broadcast_to`. Costs nothing: it is a view.
  ///
  /// ∂L/∂x is the sum of ∂L/∂y over the axes along which x was repeated.
  ///
  /// Traps if the shape does not broadcast to `target`.
  public func broadcast(to target: Shape) -> Tensor {
    target == shape ? self : BroadcastTo(target: target)(self)
  }
}

struct BroadcastTo: ViewOperation {
  let target: Shape

  var name: String { "broadcast" }
  var details: String { "to \(target)" }

  func view(_ input: ArrayLayout) throws(ShapeError) -> ArrayLayout {
    try input.broadcast(to: target)
  }

  func backward(_ pass: inout BackwardPass) { pass.add(pass.cotangent, to: 0) }
}
