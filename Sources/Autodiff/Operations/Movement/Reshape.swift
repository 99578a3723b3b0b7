import BackpropArrays

extension Tensor {
  /// The same elements under another shape, of which one length may be -1: it is worked out from
  /// the others.
  ///
  /// ∂L/∂x is ∂L/∂y under x's shape.
  ///
  /// ```swift
  /// images.reshaped(to: [-1, 784])     // (60000, 28, 28) -> (60000, 784)
  /// ```
  ///
  /// Traps if the new shape does not hold as many elements, or a length is negative, except for one
  /// -1.
  public func reshaped(to lengths: [Int]) -> Tensor { Reshape(target: .lengths(lengths))(self) }
  /// The same elements under another shape.
  ///
  /// Traps if the new shape does not hold as many elements.
  public func reshaped(to target: Shape) -> Tensor {
    target == shape ? self : Reshape(target: .shape(target))(self)
  }
  /// All elements as a vector.
  public func flattened() -> Tensor { rank == 1 ? self : reshaped(to: [-1]) }

  /// The same elements with all axes from `axis` on as one.
  ///
  /// ```swift
  /// images.flattened(from: 1)          // (64, 16, 14, 14) -> (64, 3136)
  /// ```
  ///
  /// - Parameter axis: the first of the axes that become one, at most the rank: then an axis of
  ///   length 1 is added.
  public func flattened(from axis: Int) -> Tensor { Reshape(target: .flat(from: axis))(self) }
}

/// A view of a tensor that lies contiguous, a copy of any other.
struct Reshape: TensorOperation {
  enum Target: Hashable {
    case shape(Shape)
    case lengths([Int])
    case flat(from: Int)
  }
  let target: Target

  var name: String { "reshape" }
  var details: String {
    switch target {
    case .shape(let shape): "to \(shape)"
    case .lengths(let lengths): "to (\(lengths.map(String.init).joined(separator: ", ")))"
    case .flat(let axis): "flat from axis \(axis)"
    }
  }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let shape = inputs[0].shape
    switch target {
    case .shape(let target) where target.checkedElementCount == shape.elementCount:
      return TensorType(target, inputs[0].scalarType)
    case .shape(let target):
      return TensorType(try NDArray.resolve(Array(target), for: shape), inputs[0].scalarType)
    case .lengths(let lengths):
      return TensorType(try NDArray.resolve(lengths, for: shape), inputs[0].scalarType)
    case .flat(let axis):
      guard (0...shape.rank).contains(axis) else {
        throw ShapeError(name, [shape], "there is no axis \(axis) to flatten from")
      }
      guard let length = Shape(shape.dropFirst(axis)).checkedElementCount else {
        throw ShapeError(name, [shape], "the axes hold more elements than can be counted")
      }
      return TensorType(Shape(shape.prefix(axis) + [length]), inputs[0].scalarType)
    }
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    pass.input(0).reshaped(to: try resultType(pass.inputs).shape)
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    pass.add(pass.cotangent.reshaped(to: pass.inputType(0).shape), to: 0)
  }
}
