import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropWeightFiles

extension Optimizer {
  /// What PyTorch's optimizers call what ours remember: the names of each slot, whatever the rule.
  private static let pyTorchNames: [String: [String]] = [
    "mean": ["exp_avg", "grad_avg"], "square": ["exp_avg_sq", "square_avg"],
    "largestSquare": ["max_exp_avg_sq"], "velocity": ["momentum_buffer"], "squareSum": ["sum"],
    "squareChange": ["acc_delta"],
  ]

  /// Goes on from the state of an optimizer of PyTorch of the same rule: with the weights of the same
  /// checkpoint, the steps that follow are those that PyTorch would have taken, but for rounding.
  ///
  /// ```swift
  /// let checkpoint = try PyTorchFile.read("checkpoint.pt")
  /// try model.load(from: "checkpoint.pt", key: "model")
  /// try optimizer.restore(fromPyTorch: checkpoint["optimizer"]!, for: model)
  /// ```
  ///
  /// PyTorch numbers the parameters, in the order in which the optimizer got them. They are those of
  /// `names`; or if that is `nil` those that the checkpoint names, which it does if the optimizer was
  /// made with `named_parameters()`; or the parameters of the model in its order. The settings
  /// (learning rate, betas, groups) are the program's, and no part of what is restored.
  ///
  /// - Parameters:
  ///   - state: what `optimizer.state_dict()` gave.
  ///   - model: the model that this optimizer was made for.
  ///   - names: what the parameters are called in `model`, in the order of the groups that PyTorch's
  ///     optimizer had.
  /// - Throws: `WeightFileError` if the state is none or of other parameters, and
  ///   `OptimizerStateError` if it is of another rule. The optimizer then stays as it was.
  public final func restore(
    fromPyTorch state: PickleValue, for model: some Module, names: [String]? = nil
  ) throws {
    guard case .list(let groups) = state["param_groups"], let entries = state["state"] else {
      throw WeightFileError(
        .unclear("it is not what optimizer.state_dict() gives: that has 'state' and 'param_groups'")
      )
    }
    let numbers = groups.flatMap { $0["params"]?.listValue ?? [] }.compactMap(\.intValue)
    var parameters: [String: Parameter] = [:]
    var order: [String] = []
    var seen: Set<ObjectIdentifier> = []
    for (name, parameter) in model.namedParameters
    where seen.insert(ObjectIdentifier(parameter)).inserted {
      parameters[name] = parameter
      order.append(name)
    }
    let theirs = groups.flatMap { $0["param_names"]?.listValue ?? [] }.compactMap(\.stringValue)
    let names = names ?? (theirs.count == numbers.count ? theirs : order)
    guard names.count == numbers.count else {
      throw WeightFileError(
        .mismatch([
          "the state is of \(numbers.count) parameters, and there are \(names.count): "
            + names.joined(separator: ", ")
        ]))
    }

    var arrays: [String: NDArray] = [:]
    for name in order { arrays["\(name).step"] = NDArray(scalar: Int64(0)) }
    var problems: [String] = []
    for (number, name) in zip(numbers, names) {
      guard let parameter = parameters[name] else {
        problems.append("'\(name)' is no parameter of the model")
        continue
      }
      // What was never updated has no entry.
      guard let entry = entries[number] else { continue }
      var slots: [String: NDArray] = [:]
      for slot in rule.slots {
        let found = Self.pyTorchNames[slot]?.lazy.compactMap { entry[$0]?.arrayValue }.first
        guard let found else { continue }
        let array = model.array(ofFile: found.array, like: name).cast(to: parameter.scalarType)
        if array.shape == parameter.shape {
          slots["\(name).\(slot)"] = array
        } else {
          problems.append(
            "the state of parameter \(number) is of shape \(found.shape), and \(name) is "
              + "\(parameter.shape) in memory")
        }
      }
      // Gradient descent counts no steps, and has no velocity before the first.
      let steps =
        entry["step"]?.arrayValue?.array.item ?? entry["step"]?.doubleValue
        ?? (slots.isEmpty ? 0 : 1)
      guard steps >= 0, steps < 1e15 else {
        problems.append("the state of parameter \(number) is after \(steps) steps")
        continue
      }
      if steps == 0 { continue }
      arrays["\(name).step"] = NDArray(scalar: Int64(steps))
      arrays.merge(slots) { _, new in new }
    }
    guard problems.isEmpty else { throw WeightFileError(.mismatch(problems)) }
    try restore(arrays)
  }
}

extension PickleValue {
  /// The values of a list or tuple.
  fileprivate var listValue: [PickleValue]? {
    switch self {
    case .list(let values), .tuple(let values): values
    default: nil
    }
  }
}
