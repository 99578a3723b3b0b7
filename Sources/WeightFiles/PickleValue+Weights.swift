import BackpropFiles

// MARK: - All arrays

extension PickleValue {
  /// All arrays in it, however deep they lie, each with the keys and positions that lead to it, joined
  /// by points: `model.hidden.weight`, `optimizer.state.0.exp_avg`. An array that is all there is has
  /// the name "".
  ///
  /// - Throws: `WeightFileError` if two would have the same name, or if the names would be very long
  ///   for what is in the value (64 MiB), as in files that are made to fill the memory.
  public func flattened() throws(WeightFileError) -> [(name: String, array: StoredArray)] {
    try flattened(nameByteLimit: 1 << 26, byteLimit: .max)
  }

  /// The same, with limits on the bytes of all names and of all arrays, those that occur again counted
  /// again.
  func flattened(
    nameByteLimit: Int, byteLimit: Int
  ) throws(WeightFileError) -> [(name: String, array: StoredArray)] {
    var collector = ArrayCollector(nameByteLimit: nameByteLimit, byteLimit: byteLimit)
    try collector.collect(self)
    return collector.arrays
  }

  /// A key as it stands in a name: that of the member at `index` of a dictionary.
  fileprivate func keyText(at index: Int) -> String {
    switch self {
    case .none: "None"
    case .bool(let value): value ? "True" : "False"
    case .int(let value): String(value)
    case .float(let value): String(value)
    case .string(let text): text
    default: "#\(index)"
    }
  }
}

/// Gathers the arrays of a value.
private struct ArrayCollector {
  let nameByteLimit: Int
  let byteLimit: Int
  var arrays: [(name: String, array: StoredArray)] = []
  /// The keys that lead to where it is.
  private var path: [String] = []
  private var names: Set<NameKey> = []
  private var nameByteCount = 0
  private var byteCount = 0

  init(nameByteLimit: Int, byteLimit: Int) {
    self.nameByteLimit = nameByteLimit
    self.byteLimit = byteLimit
  }

  mutating func collect(_ value: PickleValue) throws(WeightFileError) {
    switch value {
    case .array(let array): try add(array)
    case .list(let values), .tuple(let values):
      for (index, value) in values.enumerated() where value.mayHoldArrays {
        path.append(String(index))
        try collect(value)
        path.removeLast()
      }
    case .dictionary(let members):
      for (index, member) in members.enumerated() where member.value.mayHoldArrays {
        path.append(member.key.keyText(at: index))
        try collect(member.value)
        path.removeLast()
      }
    default: break
    }
  }

  private mutating func add(_ array: StoredArray) throws(WeightFileError) {
    // The name, before it is made, and what a list has to hold for each.
    nameByteCount += path.reduce(64) { $0 + $1.utf8.count + 1 }
    byteCount += array.content.count
    if nameByteCount > nameByteLimit || byteCount > byteLimit {
      throw WeightFileError(
        .limitExceeded("it holds the same arrays or keys again and again in other places"))
    }
    let name = path.joined(separator: ".")
    if !names.insert(NameKey(name)).inserted {
      throw WeightFileError(.invalid("two of its arrays are called '\(name)'"))
    }
    arrays.append((name, array))
  }
}

extension PickleValue {
  fileprivate var mayHoldArrays: Bool {
    switch self {
    case .array, .list, .tuple, .dictionary: true
    default: false
    }
  }
}

// MARK: - Weights among other things

extension PickleValue {
  /// Where training programs keep the weights in a checkpoint, beside the optimizer's state and other
  /// things. Nothing else is called so.
  private static let sureKeys = ["state_dict", "model_state_dict"]
  /// The same, but a part of a model may be called so as well.
  private static let usualKeys = ["model", "module", "net", "network", "weights", "params"]

  /// The part of a checkpoint that is the weights of a model.
  ///
  /// - Parameter key: the keys that lead to it, joined by points; `nil` looks for a dictionary of
  ///   arrays: all of it, the one under a key by which weights are usually kept, the only one that
  ///   there is, or the arrays that lie among other things.
  /// - Throws: `WeightFileError` that lists what is there, if that is none or several.
  func weights(under key: String?) throws(WeightFileError) -> PickleValue {
    try weights(under: key, steps: 4)
  }

  /// - Parameter steps: in how many dictionaries it may look for another.
  private func weights(under key: String?, steps: Int) throws(WeightFileError) -> PickleValue {
    if let key {
      guard let part = self[path: key[...]] else {
        throw WeightFileError(.unclear("it holds nothing under '\(key)'; it holds \(contents)"))
      }
      if part.census.arrays == 0 {
        throw WeightFileError(
          .unclear("what it holds under '\(key)' has no arrays; it holds \(contents)"))
      }
      return part
    }
    let census = self.census
    guard case .dictionary(let members) = self else {
      if census.arrays > 0 && census.others == 0 { return self }
      throw unclear
    }
    if steps == 0 { throw unclear }
    for key in Self.sureKeys {
      if let part = self[key], part.census.arrays > 0 {
        return try part.weights(under: nil, steps: steps - 1)
      }
    }
    if census.others == 0 {
      if members.count == 1, case .string(let key) = members[0].key, Self.usualKeys.contains(key),
        case .dictionary = members[0].value
      {
        return members[0].value
      }
      return self
    }
    for key in Self.usualKeys {
      if let part = self[key], case .dictionary = part, part.census.arrays > 0 {
        return try part.weights(under: nil, steps: steps - 1)
      }
    }
    let single = members.filter { $0.value.arrayValue != nil }
    let parts = members.filter { member in
      let census = member.value.census
      return member.value.arrayValue == nil && census.arrays > 0 && census.others == 0
    }
    if single.isEmpty && parts.count == 1 { return parts[0].value }
    if parts.isEmpty && !single.isEmpty { return .dictionary(single) }
    throw unclear
  }

  private var unclear: WeightFileError {
    if census.arrays == 0 {
      return WeightFileError(.unclear("it holds no arrays; it holds \(contents)"))
    }
    return WeightFileError(
      .unclear(
        "it does not show what the weights are: it holds \(contents). Say which: "
          + "StateDictionary(contentsOf: path, key: \"…\")"))
  }

  /// The value to which keys and positions lead that are joined by points. Keys may have points in
  /// them.
  private subscript(path path: Substring) -> PickleValue? {
    if let found = self[String(path)] ?? Int(path).flatMap({ self[$0] }) { return found }
    var end = path.endIndex
    while let point = path[..<end].lastIndex(of: ".") {
      let first = path[..<point]
      if let part = self[String(first)] ?? Int(first).flatMap({ self[$0] }),
        let found = part[path: path[path.index(after: point)...]]
      {
        return found
      }
      end = point
    }
    return nil
  }

  /// How many arrays there are in it, and how many values that are neither arrays nor hold them.
  private var census: (arrays: Int, others: Int) {
    switch self {
    case .array: (1, 0)
    case .list(let values), .tuple(let values): Self.census(of: values)
    case .dictionary(let members): Self.census(of: members.lazy.map(\.value))
    default: (0, 1)
    }
  }

  private static func census(of values: some Sequence<PickleValue>) -> (arrays: Int, others: Int) {
    values.reduce(into: (0, 0)) { sum, value in
      let (arrays, others) = value.census
      sum.0 += arrays
      sum.1 += others
    }
  }

  // MARK: In words

  /// What it is, in a few words: "a number".
  private var title: String {
    let (arrays, _) = census
    return switch self {
    case .none: "None"
    case .bool: "a truth value"
    case .int, .wideInt, .float: "a number"
    case .string: "a text"
    case .bytes: "bytes"
    case .array(let array): "an array of shape \(array.shape)"
    case .set: "a set"
    case .list where arrays > 0, .tuple where arrays > 0, .dictionary where arrays > 0:
      arrays == 1 ? "1 array" : "\(arrays) arrays"
    case .list, .tuple: "a list"
    case .dictionary: "a dictionary"
    }
  }

  /// What it holds, in words.
  private var contents: String {
    guard case .dictionary(let members) = self, !members.isEmpty else { return title }
    let shown = members.prefix(20).enumerated().map { index, member in
      "'\(member.key.keyText(at: index).shortened(to: 60))' (\(member.value.title))"
    }
    return shown.joined(separator: ", ")
      + (members.count > shown.count ? " and \(members.count - shown.count) more" : "")
  }
}
