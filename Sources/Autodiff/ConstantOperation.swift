import BackpropArrays

/// An operation through which no gradient flows: its derivative is zero wherever it has one, as of
/// a comparison, or it gives positions, which have none.
///
/// It has a shape rule and runs on shapes alone like any other, but its result is always a constant:
/// nothing is recorded, and its inputs are let go of at once.
protocol ConstantOperation: TensorOperation {}

extension ConstantOperation {
  package func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  package func backward(_ pass: inout BackwardPass) {}

  /// Applies the operation to one tensor; the result is a constant.
  func callAsFunction(_ a: Tensor) -> Tensor { apply(self, a.detached) }

  /// Applies the operation to two tensors; the result is a constant.
  func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor { apply(self, a.detached, b.detached) }
}

// As any operation is applied, where that is not known to be a constant one.

private func apply(_ operation: some TensorOperation, _ a: Tensor) -> Tensor { operation(a) }

private func apply(_ operation: some TensorOperation, _ a: Tensor, _ b: Tensor) -> Tensor {
  operation(a, b)
}
