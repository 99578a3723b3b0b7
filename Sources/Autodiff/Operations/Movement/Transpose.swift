import BackpropArrays

extension Tensor {
  /// The axes in another order: axis i of the result is axis `order[i]` of this tensor. Without an
  /// order, the axes are reversed. Costs nothing: it is a view.
  ///
  /// ∂L/∂x is ∂L/∂y with its axes put back.
  ///
  /// Traps if `order` does not name each axis once.
  public func transposed(_ order: [Int]? = nil) -> Tensor { Transpose(axes: .init(order))(self) }

  /// The matrix with rows and columns exchanged; of more axes, the last two are.
  public var matrixTransposed: Tensor { rank < 2 ? self : Transpose(axes: .lastTwo)(self) }
}

struct Transpose: ViewOperation {
  /// Which axes change places.
  enum Axes: Hashable {
    case reversed
    case lastTwo
    case order([Int])

    init(_ order: [Int]?) { self = order.map(Axes.order) ?? .reversed }
  }
  let axes: Axes

  var name: String { "transpose" }
  var details: String {
    switch axes {
    case .reversed: ""
    case .lastTwo: "last two axes"
    case .order(let order): "\(order)"
    }
  }

  func view(_ input: ArrayLayout) throws(ShapeError) -> ArrayLayout {
    switch axes {
    case .reversed: try input.transposed(nil)
    case .lastTwo: input.matrixTransposed
    case .order(let order): try input.transposed(order)
    }
  }

  func backward(_ pass: inout BackwardPass) {
    guard case .order(let order) = axes else { return pass.add(self(pass.cotangent), to: 0) }
    let rank = order.count
    var back = [Int](repeating: 0, count: rank)
    for (index, axis) in order.enumerated() { back[axis < 0 ? axis + rank : axis] = index }
    pass.add(pass.cotangent.transposed(back), to: 0)
  }
}
