import BackpropArrays

extension StateDictionary {
  /// The same arrays under other names, for a model that calls its layers differently.
  ///
  /// - Parameter newName: the new name for each; `nil` leaves the array out.
  /// - Throws: `WeightFileError` if two would have the same name.
  public func renamed(_ newName: (String) throws -> String?) throws -> StateDictionary {
    var result = StateDictionary(file: file, format: format)
    result.metadata = metadata
    // The names may be what told the layout.
    result.layout = layout
    var origins: [NameKey: String] = [:]
    var problems: [String] = []
    for entry in entries {
      guard let name = try newName(entry.name) else { continue }
      if let other = origins.updateValue(entry.name, forKey: NameKey(name)) {
        problems.append("renaming gives \(other) and \(entry.name) the same name, \(name)")
      }
      result.set(name, entry.stored)
    }
    guard problems.isEmpty else { throw WeightFileError(.mismatch(problems), file: file) }
    return result
  }

  /// The same arrays, without `prefix` where a name begins with it: `module.hidden.weight` becomes
  /// `hidden.weight`.
  ///
  /// - Throws: `WeightFileError` if two would have the same name.
  public func removingPrefix(_ prefix: String) throws -> StateDictionary {
    try replacingPrefix(prefix, with: "")
  }

  /// The same arrays, with `replacement` in the place of `prefix` where a name begins with it.
  ///
  /// - Throws: `WeightFileError` if two would have the same name.
  public func replacingPrefix(
    _ prefix: String, with replacement: String
  ) throws -> StateDictionary {
    try renamed { $0.hasPrefix(prefix) ? replacement + $0.dropFirst(prefix.count) : $0 }
  }

  /// The same arrays under other names, by rules; a name that no rule fits stays.
  ///
  /// ```swift
  /// let renamed = try state.renamed(by: [
  ///   RenamingRule("encoder.*.fc1.*", to: "blocks.*.input.*"),
  ///   RenamingRule("**.num_batches_tracked", to: nil),
  /// ])
  /// ```
  ///
  /// - Parameter rules: the first that fits a name is taken.
  /// - Throws: `WeightFileError` if two would have the same name.
  public func renamed(by rules: [RenamingRule]) throws -> StateDictionary {
    try renamed { name in
      for rule in rules { if let result = rule.applied(to: name) { return result } }
      return name
    }
  }
}
