import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// An array that a weight file holds of a model: a parameter or a buffer.
struct NamedWeight {
  let name: String
  let fileLayout: ParameterLayout
  private let holder: Holder

  private enum Holder {
    case parameter(Parameter)
    case buffer(Buffer)
  }

  init?(_ entry: ModuleEntry) {
    switch entry.content {
    case .parameter(let parameter): holder = .parameter(parameter)
    case .buffer(let buffer): holder = .buffer(buffer)
    case .module: return nil
    }
    name = entry.name
    fileLayout = entry.fileLayout
  }

  private init(name: String, of weight: NamedWeight) {
    self.name = name
    fileLayout = weight.fileLayout
    holder = weight.holder
  }

  /// The same array under another name.
  func named(_ name: String) -> NamedWeight { NamedWeight(name: name, of: self) }

  var array: NDArray {
    get {
      switch holder {
      case .parameter(let parameter): parameter.array
      case .buffer(let buffer): buffer.array
      }
    }
    nonmutating set {
      switch holder {
      case .parameter(let parameter): parameter.array = newValue
      case .buffer(let buffer): buffer.array = newValue
      }
    }
  }

  /// Equal for the names of one array that several modules hold.
  var identity: ObjectIdentifier {
    switch holder {
    case .parameter(let parameter): ObjectIdentifier(parameter)
    case .buffer(let buffer): ObjectIdentifier(buffer)
    }
  }
}

extension Module {
  /// What a weight file holds of this model, in its order.
  var namedWeights: [NamedWeight] { walk().compactMap(NamedWeight.init) }

  /// The same under the other names that files may have for them: see `fileAliases`.
  func aliases(of weights: [NamedWeight]) -> [NamedWeight] {
    let known = Dictionary(weights.map { ($0.name, $0) }) { first, _ in first }
    return namedModules.flatMap { path, module in
      func full(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
      return module.fileAliases.sorted { $0.key < $1.key }.map { alias, name in
        guard let weight = known[full(name)] else {
          fatalError(
            "\(type(of: module)): '\(alias)' is another name of '\(name)', which it does not hold")
        }
        return weight.named(full(alias))
      }
    }
  }
}
