extension Gradients {
  /// The length of all gradients with respect to variables, taken as one vector: √(Σ gᵢ²).
  ///
  /// Infinite or NaN where a gradient is.
  public var norm: Double { Self.norm(of: variableEntries.map(\.gradient)) }

  /// The length of the gradients with respect to these parameters, taken as one vector: √(Σ gᵢ²). A
  /// parameter without a gradient adds nothing.
  ///
  /// ```swift
  /// gradients.norm(of: model.hidden.parameters)
  /// ```
  public func norm(of parameters: [Parameter]) -> Double {
    Self.norm(of: parameters.compactMap { self[$0] })
  }

  /// These gradients, all scaled by one factor so that their ``norm`` is at most `largest`, and the
  /// norm that was found before.
  ///
  /// The factor is min(1, largest / (norm + 10⁻⁶)), so the direction stays. Where it is 1, the
  /// gradients are those that they were in every bit.
  ///
  /// ```swift
  /// let (gradients, norm) = loss.backward().clipped(toNorm: 1)
  /// guard norm.isFinite else { throw … }
  /// optimizer.update(using: gradients)
  /// ```
  ///
  /// Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks"
  /// (2013), as PyTorch's `clip_grad_norm_`.
  ///
  /// Traps if `largest` is negative.
  public func clipped(toNorm largest: Double) -> (gradients: Gradients, norm: Double) {
    guard largest >= 0 else {
      fatalError("Gradients.clipped: a norm is at least 0, and \(largest) is asked for")
    }
    let norm = norm
    let factor = largest / (norm + 1e-6)
    // A NaN passes on, as it does in all arithmetic; the caller sees it in the norm.
    return (factor >= 1 ? self : self * factor, norm)
  }

  /// These gradients, with every number brought into `range`, as PyTorch's `clip_grad_value_`. NaN
  /// stays NaN.
  ///
  /// ```swift
  /// optimizer.update(using: loss.backward().clipped(to: -1...1))
  /// ```
  public func clipped(to range: ClosedRange<Double>) -> Gradients {
    mapped { $0.maximum(range.lowerBound).minimum(range.upperBound) }
  }

  private static func norm(of gradients: [Tensor]) -> Double {
    gradients.reduce(0) { $0 + squareSum($1.detached) }.squareRoot()
  }

  private static func squareSum(_ gradient: Tensor) -> Double {
    let sum = gradient.squared().sum().item
    // The squares of a float32 leave its range long before the numbers themselves do.
    if gradient.scalarType == .float64 || (sum.isFinite && sum > 1e-30) { return sum }
    return gradient.cast(to: .float64).squared().sum().item
  }
}
