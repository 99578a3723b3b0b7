import BackpropArrays

extension Tensor {
  /// The axes in another order: axis i of the result is axis `order[i]` of this tensor. Without an
  /// order, the axes are reversed. Costs nothing: it is a view.
  ///
  /// ∂L/∂x is ∂L/∂y with its axes put back.
  public func transposed(_ order: [Int]? = nil) -> Tensor { Transpose(order: order)(self) }

  /// The matrix with rows and columns exchanged; of more axes, the last two are.
  public var matrixTransposed: Tensor {
    guard rank >= 2 else { return self }
    if rank == 2 { return transposed() }
    var order = Array(0..<rank)
    order.swapAt(rank - 1, rank - 2)
    return transposed(order)
  }
}

struct Transpose: TensorOperation {
  static let name = "transpose"
  let order: [Int]?

  var details: String { order.map { "\($0)" } ?? "" }

  func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray {
    if order != nil { _ = try NDArray.axisOrder(order, for: inputs[0].shape) }
    return inputs[0].array.transposed(order)
  }

  func backward(_ pass: inout BackwardPass) {
    guard let order else { return pass.add(pass.cotangent.transposed(), to: 0) }
    let rank = order.count
    var back = [Int](repeating: 0, count: rank)
    for (index, axis) in order.enumerated() { back[axis < 0 ? axis + rank : axis] = index }
    pass.add(pass.cotangent.transposed(back), to: 0)
  }

  static let samples = [
    GradientSample("matrix", [.numbers([3, 4])]) { $0[0].transposed() },
    GradientSample("three axes", [.numbers([2, 3, 4])]) { $0[0].transposed([1, -1, 0]) },
  ]
}
