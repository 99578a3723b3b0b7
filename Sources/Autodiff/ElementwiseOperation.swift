import BackpropArrays
import CBackpropKernels

/// An operation that one kernel computes element by element from one tensor.
protocol UnaryOperation: KernelOperation {
  static var kernel: bp_unary { get }
}

extension UnaryOperation {
  func outputShape(_ inputs: Inputs) throws(ShapeError) -> Shape {
    guard inputs[0].scalarType.isFloatingPoint else {
      throw ShapeError(
        Self.name, inputs.shapes, "the numbers are \(inputs[0].scalarType)",
        hint: "convert first, with cast(to: .float32)")
    }
    return inputs[0].shape
  }

  @inline(__always)
  func compute(_ inputs: Inputs, into output: NDArray) {
    inputs.withArray(0) { Elementwise.unary(Self.kernel, $0, into: output) }
  }
}

/// An operation that one kernel computes element by element from two tensors, with broadcasting.
protocol BinaryOperation: KernelOperation {
  static var kernel: bp_binary { get }
}

extension BinaryOperation {
  @inline(__always)
  func outputShape(_ inputs: Inputs) throws(ShapeError) -> Shape {
    try inputs.withArrays(0, 1) { a, b throws(ShapeError) in
      try NDArray.arithmeticShape(Self.kernel, Self.name, a, b)
    }
  }

  @inline(__always)
  func compute(_ inputs: Inputs, into output: NDArray) {
    inputs.withArrays(0, 1) { Elementwise.binary(Self.kernel, $0, $1, into: output) }
  }
}

extension Tensor {
  /// A number as a constant of this tensor's type, so that it never changes the type of a result.
  func constant(_ value: Double) -> Tensor { Tensor(NDArray(scalar: value, scalarType)) }
}
