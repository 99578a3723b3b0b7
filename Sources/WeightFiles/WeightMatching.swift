import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// Compares the parameters of a model with the arrays of a file, and changes nothing.
struct WeightMatching {
  /// What fits and what does not.
  private(set) var report = WeightReport()
  /// The numbers for the parameters that the file has, in the order and type of memory.
  private(set) var values: [(parameter: Parameter, array: NDArray)] = []

  init(_ model: any Layer, _ state: StateDictionary, layout: WeightLayout) {
    let arrays = Dictionary(uniqueKeysWithValues: state.entries.map { ($0.name, $0.array) })
    let named = model.namedParameters
    // A parameter that layers share has several names.
    var order: [ObjectIdentifier] = []
    var names: [ObjectIdentifier: [String]] = [:]
    for (name, parameter) in named {
      let identity = ObjectIdentifier(parameter)
      if names[identity] == nil { order.append(identity) }
      names[identity, default: []].append(name)
    }
    let parameters = Dictionary(
      named.map { (ObjectIdentifier($0.parameter), $0.parameter) }, uniquingKeysWith: { a, _ in a })
    for identity in order {
      match(
        parameters[identity]!, names[identity]!, arrays, layout,
        declared: { model.fileLayout(of: $0) })
    }
    let known = Set(named.map(\.name))
    report.unexpected = state.entries.filter { !known.contains($0.name) }.map {
      .init(name: $0.name, shape: $0.array.shape)
    }
    NearNames.suggest(in: &report)
  }

  private mutating func match(
    _ parameter: Parameter, _ names: [String], _ arrays: [String: NDArray], _ layout: WeightLayout,
    declared: (String) -> ParameterLayout
  ) {
    let present = names.filter { arrays[$0] != nil }
    if present.isEmpty {
      let shape = layout.turned(parameter.shape, declared(names[0]))
      report.missing.append(.init(name: names[0], shape: shape))
      return
    }
    var candidates: [NDArray] = []
    for name in present {
      let array = arrays[name]!
      let misfit = WeightReport.Misfit(
        name: name, found: array.shape,
        expected: layout.turned(parameter.shape, declared(name)), scalarType: array.scalarType)
      if misfit.found != misfit.expected {
        report.misshapen.append(misfit)
      } else if !array.scalarType.isFloatingPoint {
        report.wrongTypes.append(misfit)
      } else {
        candidates.append(
          layout.turned(array, declared(name)).cast(to: parameter.scalarType).contiguous())
      }
    }
    // One of a parameter's names that does not fit spoils the others: which is right is unknown.
    guard candidates.count == present.count else { return }
    guard candidates.dropFirst().allSatisfy({ Self.haveSameBits($0, candidates[0]) }) else {
      report.contradictions.append(present)
      return
    }
    report.loaded += present
    values.append((parameter, candidates[0]))
  }

  private static func haveSameBits(_ a: NDArray, _ b: NDArray) -> Bool {
    a.withContiguousBytes { left in b.withContiguousBytes { right in left.elementsEqual(right) } }
  }
}
