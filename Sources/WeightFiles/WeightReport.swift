import BackpropArrays

/// How the arrays of a weight file fit the parameters of a model.
public struct WeightReport: Equatable, Sendable, CustomStringConvertible {
  /// An array that cannot be the parameter of its name.
  public struct Misfit: Equatable, Sendable {
    /// The name.
    public let name: String
    /// The shape in the file.
    public let found: Shape
    /// The shape that it must have in the file.
    public let expected: Shape
    /// The type of its numbers.
    public let scalarType: ScalarType

    /// Whether the file has it with its last two axes in each other's place.
    public var isTransposed: Bool { found != expected && found == expected.matrixTransposed }
  }

  /// A parameter or an array without a counterpart.
  public struct Unmatched: Equatable, Sendable {
    /// The name.
    public let name: String
    /// The shape in a file.
    public let shape: Shape
    /// The name without counterpart on the other side that differs from it by a few letters, if
    /// there is one.
    public var nearName: String?
  }

  /// The names under which parameters got their numbers, in the model's order.
  public internal(set) var loaded: [String] = []
  /// Parameters that the file does not have.
  public internal(set) var missing: [Unmatched] = []
  /// Arrays that the model does not have.
  public internal(set) var unexpected: [Unmatched] = []
  /// Arrays of another shape.
  public internal(set) var misshapen: [Misfit] = []
  /// Arrays of something else than floating-point numbers.
  public internal(set) var wrongTypes: [Misfit] = []
  /// The names of a parameter that is shared and for which the file has different numbers.
  public internal(set) var contradictions: [[String]] = []
  /// What all missing names begin with in the file: `module.`, as PyTorch's `DataParallel` writes.
  public internal(set) var extraPrefix: String?

  /// Whether each parameter has its array and each array its parameter.
  public var isComplete: Bool { problems.isEmpty }

  /// What does not fit, a line each.
  public var problems: [String] {
    func near(_ item: Unmatched) -> String { item.nearName.map { "; is it \($0)?" } ?? "" }
    var lines = misshapen.map { item in
      "misshapen: \(item.name) is \(item.found), expected \(item.expected)"
        + (item.isTransposed ? ", its transpose" : "")
    }
    lines += wrongTypes.map {
      "wrong type: \($0.name) is \($0.scalarType), expected "
        + ($0.scalarType.isFloatingPoint ? "whole numbers" : "floating-point numbers")
    }
    lines += contradictions.map {
      "contradiction: \($0.joined(separator: " and ")) are one parameter, and differ"
    }
    lines += missing.map { "missing: \($0.name) \($0.shape)\(near($0))" }
    lines += unexpected.map { "unexpected: \($0.name) \($0.shape)" }
    return lines
  }

  /// How to mend it, as far as it shows.
  public var hints: [String] {
    var hints: [String] = []
    if !misshapen.isEmpty && misshapen.allSatisfy(\.isTransposed) {
      hints.append(
        "The shapes fit with the other layout: if the file has its weights so, say layout: "
          + ".inputsOutputs for (inputs, outputs) or .outputsInputs for (outputs, inputs).")
    }
    if let extraPrefix {
      hints.append("The names fit after removingPrefix(\"\(extraPrefix)\").")
    }
    return hints
  }

  /// What was loaded and what does not fit.
  public var description: String {
    (["\(loaded.count) loaded"] + problems + hints).joined(separator: "\n")
  }
}
