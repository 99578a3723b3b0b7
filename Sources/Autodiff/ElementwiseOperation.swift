import BackpropArrays
import CBackpropKernels

/// An operation that one loop computes element by element, and that therefore can be put together
/// with others, see `fused { }`.
package protocol ElementwiseOperation: TensorOperation {
  /// What computes it, of the inputs in their order and then of ``number``.
  var loop: ElementwiseLoop { get }
  /// A number that it takes beside its inputs, of their type.
  var number: Double? { get }
  /// Whether its loop, block by block, gives the same for these inputs as the operation.
  func canBePutOff(with inputs: Inputs) -> Bool
}

extension ElementwiseOperation {
  package var number: Double? { nil }
  package func canBePutOff(with inputs: Inputs) -> Bool { true }
}

/// An element-wise operation on one tensor.
protocol UnaryOperation: ElementwiseOperation, KernelOperation {
  static var kernel: bp_unary { get }
}

extension UnaryOperation {
  package var loop: ElementwiseLoop { .unary(Self.kernel) }

  @inline(__always)
  package func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.withArray(0) { x throws(ShapeError) in
      let (shape, scalarType) = (x.storage.shape, x.storage.scalarType)
      _ = try bp_unary_loop(scalarType.code, Self.kernel).orNoKernel(name, [shape], scalarType)
      return TensorType(shape, scalarType)
    }
  }

  @inline(__always)
  package func compute(_ pass: inout ForwardPass) {
    pass.inputs.withArray(0) { x in
      pass.withOutput { Elementwise.unary(Self.kernel, x, into: $0) }
    }
  }
}

/// An element-wise operation on two tensors.
protocol PairOperation: ElementwiseOperation, KernelOperation {
  /// Writes what it computes of two arrays to `result`, which may be the first.
  func run(_ a: NDArray, _ b: NDArray, into result: NDArray)
}

extension PairOperation {
  @inline(__always)
  package func compute(_ pass: inout ForwardPass) {
    pass.inputs.withArrays(0, 1) { a, b in
      pass.withOutput { run(a, b, into: $0) }
    }
  }
}

/// An element-wise operation on two tensors, with broadcasting.
protocol BinaryOperation: PairOperation {
  static var kernel: bp_binary { get }
}

extension BinaryOperation {
  package var loop: ElementwiseLoop { .binary(Self.kernel) }

  @inline(__always)
  package func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.withArrays(0, 1) { a, b throws(ShapeError) in
      TensorType(try NDArray.arithmeticShape(Self.kernel, name, a, b), a.storage.scalarType)
    }
  }

  @inline(__always)
  func run(_ a: NDArray, _ b: NDArray, into result: NDArray) {
    Elementwise.binary(Self.kernel, a, b, into: result)
  }
}

// MARK: - Numbers of the source

extension BinaryOperation {
  /// The operation on a tensor and a number of the source, which takes the tensor's type and so
  /// never changes the type of a result. A whole type takes whole numbers only.
  @inline(__always)
  func callAsFunction(_ a: Tensor, _ b: Double) -> Tensor {
    do throws(ShapeError) { return self(a, try literal(b, beside: a)) } catch {
      return a.failing(error)
    }
  }

  /// The operation on a number of the source and a tensor, whose type the number takes.
  @inline(__always)
  func callAsFunction(_ a: Double, _ b: Tensor) -> Tensor {
    do throws(ShapeError) { return self(try literal(a, beside: b), b) } catch {
      return b.failing(error)
    }
  }

  @inline(__always)
  private func literal(_ value: Double, beside tensor: Tensor) throws(ShapeError) -> Tensor {
    Tensor(
      array: try NDArray(
        literal: value, tensor.scalarType, for: Self.kernel, name, beside: tensor.shape),
      node: nil)
  }
}

// MARK: - Gradients in place

extension BackwardPass {
  /// Adds `operation` of the cotangent and `other` to the gradient with respect to input `index`:
  /// in the cotangent's memory where nothing else holds it, so it is the last that an operation
  /// does with the cotangent. `other` broadcasts to the cotangent and not the other way.
  @inline(__always)
  mutating func addInPlace(_ operation: some PairOperation, with other: Tensor, to index: Int) {
    if isRecording { return add(operation(cotangent, other), to: index) }
    var gradient = takeCotangent()
    guard gradient.hasOwnMemory() else { return add(operation(gradient, other), to: index) }
    let array = NDArray(storage: gradient.storage)
    operation.run(array, NDArray(storage: other.storage), into: array)
    add(gradient, to: index)
  }

  /// Adds what `compute` makes of the cotangent to the gradient with respect to input `index`: in the
  /// cotangent's memory where nothing else holds it. The last that an operation does with the
  /// cotangent, and only for gradients that are not being recorded.
  ///
  /// - Parameter compute: is given the cotangent, and where to write a result of its shape, which may
  ///   be the same memory.
  @inline(__always)
  mutating func addInPlace(
    to index: Int, _ compute: (_ cotangent: NDArray, _ result: NDArray) -> Void
  ) {
    var gradient = takeCotangent()
    if gradient.hasOwnMemory() {
      let array = NDArray(storage: gradient.storage)
      compute(array, array)
      return add(gradient, to: index)
    }
    let result = NDArray(uninitialized: gradient.shape, gradient.scalarType)
    compute(NDArray(storage: gradient.storage), result)
    add(Tensor(array: result, node: nil), to: index)
  }
}
