/// The names that evaluations give their metrics, `testAccuracy` or `testRMSE`, as they are told.
enum MetricNames {
  /// The words of a name: `test`, `accuracy`.
  static func words(_ name: String) -> [String] {
    var words = [""]
    var previous: Character = "A"
    for character in name {
      if character.isUppercase && !previous.isUppercase { words.append("") }
      words[words.count - 1] += character.lowercased()
      previous = character
    }
    return words
  }

  /// The name of a member of JSON: `test_accuracy`.
  static func key(_ name: String) -> String { words(name).joined(separator: "_") }

  /// A metric by its words: `test accuracy 0.9790`.
  static func text(_ name: String, _ value: Double) -> String {
    words(name).joined(separator: " ") + formatted(" %.4f", value)
  }

  /// Metrics of one kind side by side, each with the data that it is of first: `accuracy: train
  /// 0.9912, test 0.9790`.
  ///
  /// - Parameters:
  ///   - names: which metrics, in order.
  ///   - values: their values.
  static func table(_ names: [String], _ values: [String: Double]) -> String {
    var kinds: [(kind: String, values: [String])] = []
    for name in names {
      let words = words(name)
      let kind = words.dropFirst().joined(separator: " ")
      let number: Double = values[name] ?? .nan
      let value = words[0] + formatted(" %.4f", number)
      if let last = kinds.indices.last, kinds[last].kind == kind {
        kinds[last].values.append(value)
      } else {
        kinds.append((kind, [value]))
      }
    }
    return kinds.map { kind, values in
      (kind.isEmpty ? "" : kind + ": ") + values.joined(separator: ", ")
    }.joined(separator: "  ")
  }
}
