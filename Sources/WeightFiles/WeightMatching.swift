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
    let named = model.namedWeights
    // One that modules share has several names, and so may one in a foreign file.
    let weights = named + model.aliases(of: named)
    var order: [ObjectIdentifier] = []
    var alike: [ObjectIdentifier: [NamedWeight]] = [:]
    for weight in weights {
      if alike[weight.identity] == nil { order.append(weight.identity) }
      alike[weight.identity, default: []].append(weight)
    }
    for identity in order { match(alike[identity]!, state, layout) }
    let known = Set(weights.map { NameKey($0.name) })
    report.unexpected = state.entries.filter { !known.contains(NameKey($0.name)) }.map {
      .init(name: $0.name, shape: $0.shape)
    }
    NearNames.suggest(in: &report)
  }

  /// Looks for the one array that goes by these names in the model.
  private mutating func match(
    _ weights: [NamedWeight], _ state: StateDictionary, _ layout: WeightLayout
  ) {
    let (shape, scalarType) = (weights[0].array.shape, weights[0].array.scalarType)
    let present = weights.compactMap { weight in
      state.entry(weight.name).map { (weight: weight, entry: $0) }
    }
    if present.isEmpty {
      report.missing.append(
        .init(name: weights[0].name, shape: layout.turned(shape, weights[0].fileLayout)))
      return
    }
    var candidates: [NDArray] = []
    for (weight, entry) in present {
      let misfit = WeightReport.Misfit(
        name: weight.name, found: entry.shape,
        expected: layout.turned(shape, weight.fileLayout), scalarType: entry.scalarType)
      if misfit.found != misfit.expected {
        report.misshapen.append(misfit)
      } else if entry.scalarType.isFloatingPoint != scalarType.isFloatingPoint {
        report.wrongTypes.append(misfit)
      } else {
        candidates.append(
          layout.turned(entry.array, weight.fileLayout).cast(to: scalarType).contiguous()
            .withOwnMemory)
      }
    }
    // One of a parameter's names that does not fit spoils the others: which is right is unknown.
    guard candidates.count == present.count else { return }
    guard candidates.dropFirst().allSatisfy({ Self.haveSameBits($0, candidates[0]) }) else {
      report.contradictions.append(present.map(\.weight.name))
      return
    }
    report.loaded += present.map(\.weight.name)
    values.append((weights[0], candidates[0]))
  }

  private static func haveSameBits(_ a: NDArray, _ b: NDArray) -> Bool {
    a.withContiguousBytes { left in b.withContiguousBytes { right in left.elementsEqual(right) } }
  }
}
