import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The elements of `a` where `condition` is true and those of `b` elsewhere, with broadcasting of
  /// all three: NumPy's and PyTorch's `where`.
  ///
  /// The gradient of each element goes to the side it was taken from, and the other side's numbers
  /// do not come into it, be they infinite or NaN.
  ///
  /// ```swift
  /// Tensor.where(x .> 0, x, 0.01 * x)           // a leaky relu
  /// Tensor.where(x .> 0, x, 0).squareRoot()
  /// ```
  ///
  /// Traps if the shapes do not broadcast, the types of `a` and `b` differ, or `condition` is not
  /// `bool`.
  ///
  /// - Parameters:
  ///   - condition: of type `bool`, as comparisons give it.
  ///   - a: the numbers where it is true.
  ///   - b: the numbers where it is false, of the type of `a`.
  public static func `where`(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
    Where()(condition, a, b)
  }
  /// The elements of `a` where `condition` is true and a number elsewhere, which takes their type.
  ///
  /// Traps if the shapes do not broadcast, `condition` is not `bool`, or the type of `a` cannot
  /// hold `b`.
  ///
  /// - Parameters:
  ///   - condition: of type `bool`.
  ///   - a: the numbers where it is true.
  ///   - b: the number elsewhere.
  public static func `where`(_ condition: Tensor, _ a: Tensor, _ b: Double) -> Tensor {
    do throws(ShapeError) { return Where()(condition, a, try Where.literal(b, beside: a)) } catch {
      return a.failing(error)
    }
  }
  /// A number where `condition` is true, which takes the type of `b`, and the elements of `b`
  /// elsewhere.
  ///
  /// Traps if the shapes do not broadcast, `condition` is not `bool`, or the type of `b` cannot
  /// hold `a`.
  ///
  /// - Parameters:
  ///   - condition: of type `bool`.
  ///   - a: the number where it is true.
  ///   - b: the numbers elsewhere.
  public static func `where`(_ condition: Tensor, _ a: Double, _ b: Tensor) -> Tensor {
    do throws(ShapeError) { return Where()(condition, try Where.literal(a, beside: b), b) } catch {
      return b.failing(error)
    }
  }
}

struct Where: ElementwiseOperation, KernelOperation {
  var name: String { "where" }
  var loop: ElementwiseLoop { .selection }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let condition = inputs[0].type
    guard condition.scalarType == .bool else {
      throw ShapeError(
        name, inputs.shapes, "the condition is \(condition.scalarType), not bool",
        hint: "make a condition with a comparison such as x .> 0")
    }
    return try inputs.withArrays(1, 2) { a, b throws(ShapeError) in
      let values = try NDArray.broadcastShape(name, a, b)
      guard let shape = Shape.broadcast(condition.shape, values) else {
        throw ShapeError.broadcast(name, condition.shape, values)
      }
      return TensorType(shape, a.scalarType)
    }
  }

  func compute(_ pass: inout ForwardPass) {
    let (condition, a, b) = (pass.input(0), pass.input(1), pass.input(2))
    pass.withOutput { Elementwise.select(condition, a, b, into: $0) }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    let (condition, g) = (pass.input(0), pass.cotangent)
    if pass.needsGradient(1) { pass.add(Tensor.where(condition, g, 0), to: 1) }
    if pass.needsGradient(2) { pass.add(Tensor.where(condition, 0, g), to: 2) }
  }

  /// A number of the source as the other side's type.
  fileprivate static func literal(
    _ value: Double, beside tensor: Tensor
  ) throws(ShapeError) -> Tensor {
    Tensor(try NDArray(literal: value, tensor.scalarType, "where", beside: tensor.shape))
  }
}
