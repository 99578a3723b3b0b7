import BackpropArrays
import CBackpropKernels

/// An operation that says where along an axis an extreme stands.
protocol PositionOperation: KernelOperation, ConstantOperation {
  /// Which axis; `nil` for all elements in row-major order.
  var axis: Int? { get }
  static var kernel: bp_reduction { get }
}

extension PositionOperation {
  package var details: String { axis.map { "axis \($0)" } ?? "" }

  package func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let shape = inputs[0].shape
    guard let axis else {
      guard shape.elementCount > 0 else {
        throw ShapeError(name, [shape], "an empty array has no \(name)")
      }
      return TensorType(.scalar, .int64)
    }
    guard let index = shape.normalizedAxis(axis) else {
      throw ShapeError(name, [shape], "there is no axis \(axis) among \(shape.rank) axes")
    }
    guard shape[index] > 0 else {
      throw ShapeError(name, [shape], "axis \(axis) is empty and has no \(name)")
    }
    return TensorType(shape.removing(axis: index), .int64)
  }

  package func compute(_ pass: inout ForwardPass) {
    let input = pass.input(0)
    guard let axis, let index = input.shape.normalizedAxis(axis) else {
      return pass.withOutput {
        Reduction.positions(Self.kernel, input.flattened().contiguous(), into: $0)
      }
    }
    var order = Array(0..<input.rank)
    order.append(order.remove(at: index))
    let rows = input.transposed(order).contiguous()
    pass.withOutput { Reduction.positions(Self.kernel, rows, into: $0) }
  }
}
