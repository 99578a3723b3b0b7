import BackpropArrays
import BackpropNeuralNetworks

extension Layer {
  /// The parameters by name, as they are now.
  public var stateDictionary: StateDictionary {
    var result = StateDictionary()
    for (name, parameter) in namedParameters { result.set(name, parameter.array) }
    return result
  }

  /// Replaces all parameters by those of `state`: each name must be there, with the right shape,
  /// and no other. Numbers of another floating-point type are converted.
  ///
  /// - Throws: `WeightFileError` that lists what is missing, unexpected or of the wrong shape; no
  ///   parameter is then changed.
  public func load(_ state: StateDictionary) throws {
    let wanted = namedParameters
    let names = Set(wanted.map(\.name))
    var problems: [String] = []
    for (name, parameter) in wanted {
      guard let array = state[name] else {
        problems.append("missing: \(name) \(parameter.shape)")
        continue
      }
      if array.shape != parameter.shape {
        problems.append("\(name) is \(array.shape), expected \(parameter.shape)")
      } else if !array.scalarType.isFloatingPoint {
        problems.append("\(name) is \(array.scalarType), expected floating-point numbers")
      }
    }
    for entry in state.entries where !names.contains(entry.name) {
      problems.append("unexpected: \(entry.name) \(entry.array.shape)")
    }
    guard problems.isEmpty else {
      throw WeightFileError(.mismatch(problems), file: state.file)
    }
    for (name, parameter) in wanted {
      parameter.array = state[name]!.cast(to: parameter.scalarType)
    }
  }

  /// Replaces all parameters by those of a weight file; see ``load(_:)``.
  public func load(from path: String) throws { try load(StateDictionary(contentsOf: path)) }

  /// Writes the parameters to a safetensors file: whole or not at all.
  ///
  /// - Throws: `FileError`.
  public func save(to path: String, metadata: [String: String] = [:]) throws {
    var state = stateDictionary
    state.metadata = metadata
    try state.write(to: path)
  }
}
