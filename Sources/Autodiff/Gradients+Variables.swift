extension Gradients {
  /// The variables that have a gradient, in the order in which they were made: parameters,
  /// and tensors that were marked with `requiringGradient()`.
  public var variables: [VariableID] {
    variableEntries.reversed().map { VariableID(number: $0.number) }
  }

  /// The gradients with respect to those of the parameters that have one, in the parameters' order.
  ///
  /// ```swift
  /// for (name, gradient) in gradients.gradients(withRespectTo: model.namedParameters) {
  ///   print(name, gradient.abs().max())
  /// }
  /// ```
  public func gradients(
    withRespectTo parameters: [(name: String, parameter: Parameter)]
  ) -> [(name: String, gradient: Tensor)] {
    parameters.compactMap { name, parameter in self[parameter].map { (name, $0) } }
  }

  /// Whether all of these gradients are with respect to some of `variables`, which stand by falling
  /// age. Looks at each once and makes nothing, so a loop can ask at every step.
  package func areWithRespect(toSome variables: [VariableID]) -> Bool {
    var next = 0
    for entry in entries {
      while next < variables.count, variables[next].number > entry.number { next += 1 }
      if next == variables.count || variables[next].number != entry.number {
        guard let intermediates, intermediates.contains(entry.number) else { return false }
      }
    }
    return true
  }

  /// The entries that belong to variables, by falling number.
  var variableEntries: [Entry] {
    guard let intermediates else { return entries }
    return entries.filter { !intermediates.contains($0.number) }
  }

  /// The same table with other gradients.
  func mapped(_ transform: (Tensor) -> Tensor) -> Gradients {
    Gradients(
      entries.map { Entry(number: $0.number, gradient: transform($0.gradient)) },
      intermediates: intermediates)
  }
}
