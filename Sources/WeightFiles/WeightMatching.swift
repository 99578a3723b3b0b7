import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// Compares the parameters of a model with the arrays of a file, and changes nothing.
struct WeightMatching {
  /// What fits and what does not.
  private(set) var report = WeightReport()
  /// The numbers for the parameters that the file has, in the order and type of memory.
  private(set) var values: [(weight: NamedWeight, array: NDArray)] = []

  init(_ model: any Module, _ state: StateDictionary, layout: WeightLayout) {
    let arrays = Dictionary(uniqueKeysWithValues: state.entries.map { ($0.name, $0.array) })
    let named = model.namedWeights
    // One that modules share has several names, and so may one in a foreign file.
    let weights = named + model.aliases(of: named)
    var order: [ObjectIdentifier] = []
    var alike: [ObjectIdentifier: [NamedWeight]] = [:]
    for weight in weights {
      if alike[weight.identity] == nil { order.append(weight.identity) }
      alike[weight.identity, default: []].append(weight)
    }
    for identity in order { match(alike[identity]!, arrays, layout) }
    let known = Set(weights.map(\.name))
    report.unexpected = state.entries.filter { !known.contains($0.name) }.map {
      .init(name: $0.name, shape: $0.array.shape)
    }
    NearNames.suggest(in: &report)
  }

  /// Looks for the one array that goes by these names in the model.
  private mutating func match(
    _ weights: [NamedWeight], _ arrays: [String: NDArray], _ layout: WeightLayout
  ) {
    let (shape, scalarType) = (weights[0].array.shape, weights[0].array.scalarType)
    let present = weights.filter { arrays[$0.name] != nil }
    if present.isEmpty {
      report.missing.append(
        .init(name: weights[0].name, shape: layout.turned(shape, weights[0].fileLayout)))
      return
    }
    var candidates: [NDArray] = []
    for weight in present {
      let array = arrays[weight.name]!
      let misfit = WeightReport.Misfit(
        name: weight.name, found: array.shape,
        expected: layout.turned(shape, weight.fileLayout), scalarType: array.scalarType)
      if misfit.found != misfit.expected {
        report.misshapen.append(misfit)
      } else if array.scalarType.isFloatingPoint != scalarType.isFloatingPoint {
        report.wrongTypes.append(misfit)
      } else {
        candidates.append(
          layout.turned(array, weight.fileLayout).cast(to: scalarType).contiguous())
      }
    }
    // One of a parameter's names that does not fit spoils the others: which is right is unknown.
    guard candidates.count == present.count else { return }
    guard candidates.dropFirst().allSatisfy({ Self.haveSameBits($0, candidates[0]) }) else {
      report.contradictions.append(present.map(\.name))
      return
    }
    report.loaded += present.map(\.name)
    values.append((weights[0], candidates[0]))
  }

  private static func haveSameBits(_ a: NDArray, _ b: NDArray) -> Bool {
    a.withContiguousBytes { left in b.withContiguousBytes { right in left.elementsEqual(right) } }
  }
}
