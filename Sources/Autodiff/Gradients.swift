import BackpropArrays

/// The gradients of one result with respect to what it was computed from.
public struct Gradients: Sendable {
  struct Entry: Sendable {
    let number: UInt64
    var gradient: Tensor
  }

  // By falling node number, one a node.
  let entries: [Entry]
  // Which of them belong to intermediate results, where those were asked for. `nil` and not empty,
  // as every step would count references to an empty set.
  let intermediates: Set<UInt64>?

  init(_ entries: [Entry], intermediates: Set<UInt64>? = nil) {
    self.entries = entries
    self.intermediates = intermediates
  }

  /// The gradient with respect to `tensor`, of its shape, or `nil` if the result does not depend on
  /// it (or, for an intermediate result, was not asked to be kept).
  public func gradient(withRespectTo tensor: Tensor) -> Tensor? {
    tensor.settled.node.flatMap { gradient(number: $0.number) }
  }

  /// The gradient with respect to `tensor`. Traps if there is none.
  ///
  /// ```swift
  /// let gradients = loss.backward()
  /// weight -= gradients[weight] * 0.1
  /// ```
  public subscript(tensor: Tensor) -> Tensor {
    guard let gradient = gradient(withRespectTo: tensor) else {
      fatalError(
        "Gradients: none with respect to this tensor of shape \(tensor.shape). "
          + (tensor.requiresGradient
            ? "Either the result was not computed from it, or it is an intermediate result; those "
              + "are kept by backward(keepingIntermediates: true)"
            : "It is a constant; mark it with requiringGradient() before it is used"))
    }
    return gradient
  }

  /// The gradient with respect to a parameter, or `nil` if the result does not depend on it.
  public subscript(parameter: Parameter) -> Tensor? { gradient(number: parameter.number) }

  /// The gradient with respect to a variable, or `nil` if the result does not depend on it.
  public subscript(variable: VariableID) -> Tensor? { gradient(number: variable.number) }

  /// Calls `body` for each of the parameters that have a gradient, with its position among them and
  /// that gradient: what an optimizer goes through.
  package func forEach(
    of parameters: [Parameter], _ body: (Int, Parameter, NDArray) -> Void
  ) {
    // A model makes its parameters in the order in which it lists them, mostly; then each gradient
    // is found in front of the one before.
    var likely = entries.count - 1
    for index in parameters.indices {
      // Neither array changes meanwhile, so what they hold need not be counted.
      let parameter = Unmanaged.passUnretained(parameters[index])
      let number = parameter._withUnsafeGuaranteedRef { $0.number }
      if likely < 0 || entries[likely].number != number {
        guard let found = position(number: number) else { continue }
        likely = found
      }
      let gradient = Unmanaged.passUnretained(entries[likely].gradient.storage)
      parameter._withUnsafeGuaranteedRef { parameter in
        gradient._withUnsafeGuaranteedRef { body(index, parameter, NDArray(storage: $0)) }
      }
      likely -= 1
    }
  }

  /// Whether all numbers of all gradients are finite.
  package var areFinite: Bool {
    entries.allSatisfy { $0.gradient.allFinite }
  }

  package func gradient(number: UInt64) -> Tensor? {
    position(number: number).map { entries[$0].gradient }
  }

  private func position(number: UInt64) -> Int? {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].number > number { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].number == number ? low : nil
  }
}
