import BackpropArrays
import BackpropAutodiff

extension Optimizer {
  /// What is remembered from step to step, as arrays by name: each slot of each parameter, such as
  /// `hidden.weight.mean`, and the number of its updates, `hidden.weight.step` (`int64`, of shape
  /// `[]`).
  ///
  /// The names follow those of the model, and its grouping does not show in them. The settings
  /// (learning rate, weight decay, groups) are the program's and no part of the state.
  ///
  /// ```swift
  /// let state = optimizer.state
  /// // …, in another process, for the same model:
  /// try optimizer.restore(state)
  /// ```
  ///
  /// The arrays are values: later steps do not change them.
  public final var state: [String: NDArray] {
    var arrays: [String: NDArray] = [:]
    for group in owned {
      for (name, memory) in zip(group.names, group.memory) {
        arrays["\(name).step"] = NDArray(scalar: Int64(memory.stepCount))
        // None before the first update.
        for (slot, array) in zip(rule.slots, memory.slots) { arrays["\(name).\(slot)"] = array }
      }
    }
    return arrays
  }

  /// Goes on from a state: with the weights that belong to it, the steps that follow are those that
  /// the optimizer it was taken from would have taken, in every bit.
  ///
  /// - Throws: `OptimizerStateError` where the arrays are not those of this optimizer, which then
  ///   stays as it was.
  public final func restore(_ state: [String: NDArray]) throws(OptimizerStateError) {
    var reader = OptimizerStateReader(state, of: .optimizer)
    var restored = owned.map { Array($0.memory) }
    for group in owned.indices {
      for (index, name) in owned[group].names.enumerated() {
        if let count = reader.takeCount("\(name).step") { restored[group][index].stepCount = count }
        if restored[group][index].stepCount == 0 {
          restored[group][index].slots = []
          continue
        }
        let parameter = owned[group].parameters[index]
        let type = TensorType(parameter.shape, parameter.scalarType)
        restored[group][index].slots = rule.slots.compactMap { reader.take("\(name).\($0)", type) }
      }
    }
    try reader.finish()
    for (group, memory) in zip(owned, restored) {
      for index in memory.indices { group.memory[index] = memory[index] }
    }
  }
}

/// Takes arrays out of a state one by one, and notes what does not fit.
struct OptimizerStateReader {
  private var left: [String: NDArray]
  private var error: OptimizerStateError

  init(_ state: [String: NDArray], of owner: OptimizerStateError.Owner) {
    left = state
    error = OptimizerStateError(owner: owner)
  }

  /// The array of this name, where it is of this type.
  mutating func take(_ name: String, _ expected: TensorType) -> NDArray? {
    guard let array = left.removeValue(forKey: name) else {
      error.missing.append(name)
      return nil
    }
    let found = TensorType(array.shape, array.scalarType)
    if found != expected {
      error.misshapen.append(.init(name, expected: "\(expected)", found: "\(found)"))
      return nil
    }
    return array
  }

  /// The count of this name.
  mutating func takeCount(_ name: String) -> Int? {
    guard let count = take(name, TensorType([], .int64))?.scalars(as: Int64.self)[0] else {
      return nil
    }
    if count < 0 {
      error.misshapen.append(.init(name, expected: "a number of steps", found: "\(count)"))
    }
    return Int(count)
  }

  /// Throws if something did not fit, or is left.
  consuming func finish() throws(OptimizerStateError) {
    error.unexpected = left.keys.sorted()
    guard error == OptimizerStateError(owner: error.owner) else { throw error }
  }
}

/// A state that is not one of the optimizer, or of the averaged weights, that were to take it: of
/// another rule or another model.
public struct OptimizerStateError: Error, Equatable, CustomStringConvertible {
  /// An array that is not what its name says.
  public struct Mismatch: Equatable, Sendable {
    /// The name in the state.
    public let name: String
    /// What should be there, such as `float32 (784, 50)`.
    public let expected: String
    /// What is there.
    public let found: String

    init(_ name: String, expected: String, found: String) {
      self.name = name
      self.expected = expected
      self.found = found
    }
  }

  /// Whose state it should be.
  enum Owner: Sendable { case optimizer, averagedWeights }

  let owner: Owner
  /// The names that the optimizer has and the state has not, in the order of the parameters.
  public internal(set) var missing: [String] = []
  /// The names that the state has and the optimizer has not, sorted.
  public internal(set) var unexpected: [String] = []
  /// The arrays of a wrong shape or type.
  public internal(set) var misshapen: [Mismatch] = []

  init(owner: Owner) { self.owner = owner }

  public var description: String {
    let problems =
      missing.map { "'\($0)' is missing" } + unexpected.map { "'\($0)' is not expected" }
      + misshapen.map { "'\($0.name)' is \($0.found), expected \($0.expected)" }
    let list = "\n  " + problems.joined(separator: "\n  ") + "\n"
    return switch owner {
    case .optimizer:
      "cannot restore the optimizer: the state is not that of this rule and model." + list
        + "Make the optimizer by the rule, and for the model, that the state was taken from."
    case .averagedWeights:
      "cannot restore the averaged weights: the state is not that of this model." + list
        + "Make them for the model that the state was taken from."
    }
  }
}
