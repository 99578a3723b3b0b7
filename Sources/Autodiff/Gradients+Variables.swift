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
