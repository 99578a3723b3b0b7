import Arrays

/// The gradients of one result, by what it was computed from.
public struct Gradients: Sendable {
  struct Entry: Sendable {
    let number: UInt64
    let gradient: Tensor
  }

  // By falling node number, the order in which the backward pass finishes them.
  private let entries: [Entry]

  init(_ entries: [Entry]) { self.entries = entries }

  /// The gradient by `tensor`, of its shape, or `nil` if the result does not depend on it (or, for
  /// an intermediate result, was not asked to be kept).
  public func gradient(by tensor: Tensor) -> Tensor? {
    tensor.node.flatMap { gradient(number: $0.number) }
  }

  /// The gradient by `tensor`. Traps if there is none.
  ///
  /// ```swift
  /// let gradients = loss.backward()
  /// weight -= gradients[weight] * 0.1
  /// ```
  public subscript(tensor: Tensor) -> Tensor {
    guard let gradient = gradient(by: tensor) else {
      fatalError(
        "Gradients: none by this tensor of shape \(tensor.shape). "
          + (tensor.requiresGradient
            ? "Either the result was not computed from it, or it is an intermediate result; those "
              + "are kept by backward(keepingIntermediates: true)"
            : "It is a constant; mark it with requiringGradient() before it is used"))
    }
    return gradient
  }

  /// The gradient by a parameter, or `nil` if the result does not depend on it.
  public subscript(parameter: Parameter) -> Tensor? { gradient(number: parameter.node.number) }

  func gradient(number: UInt64) -> Tensor? {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].number > number { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].number == number ? entries[low].gradient : nil
  }
}
