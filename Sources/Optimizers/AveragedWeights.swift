import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// An average of the weights that a model has had while it was trained, which often judges better than
/// the last of them.
///
/// It is kept beside the model and changes nothing in training; the model can be given the averages
/// for an evaluation or for good.
///
/// ```swift
/// let average = AveragedWeights(of: model, .exponential(decay: 0.999))
/// for step in 0..<1000 {
///   optimizer.update(using: loss(step).backward())
///   average.update()
/// }
/// let accuracy = average.inModel { accuracy(of: model, on: test) }
/// average.copyToModel()
/// try model.save(to: "model.safetensors")
/// ```
///
/// A training loop does the same by its `averaging`.
///
/// **Buffers.** As PyTorch's `AveragedModel`, it takes the buffers as the model has them at each
/// update, or averages them too where that is asked for; those of whole numbers are always taken. The
/// running statistics of batch norm are those of the model's own weights either way. Where they matter,
/// let the model see some training data after `copyToModel()`.
///
/// Source: Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging" (1992); Izmailov
/// et al., "Averaging Weights Leads to Wider Optima and Better Generalization" (2018) for the equal
/// average. PyTorch's `torch.optim.swa_utils.AveragedModel`.
public final class AveragedWeights {
  /// What an average is made of.
  public enum Kind: Sendable, Hashable {
    /// decay · average + (1 − decay) · weights at each update: the last ones count most, those of the
    /// last 1 / (1 − decay) updates or so.
    ///
    /// Warmed up, the decay is at most (1 + n) / (10 + n) after n updates, so that a short training
    /// does not remember its beginning: TensorFlow's `ExponentialMovingAverage(num_updates:)`.
    case exponential(decay: Double = 0.999, warmsUp: Bool = false)
    /// The mean of the weights at all updates, each of which counts alike: stochastic weight averaging
    /// (SWA). Begun late and updated once an epoch.
    case equal

    /// What the weights count in the update after `count` others. The first is taken whole.
    func share(after count: Int) -> Double {
      if count == 0 { return 1 }
      let n = Double(count)
      switch self {
      case .exponential(let decay, warmsUp: false): return 1 - decay
      case .exponential(let decay, warmsUp: true): return 1 - min(decay, (1 + n) / (10 + n))
      case .equal: return 1 / (n + 1)
      }
    }
  }

  /// What the average is made of.
  public let kind: Kind
  /// Whether buffers are averaged too, and not taken as they are.
  public let averagesBuffers: Bool
  /// How many weights the average is made of.
  public private(set) var updateCount = 0

  /// What is averaged.
  private enum Place {
    case parameter(Parameter)
    case buffer(Buffer)

    var array: NDArray {
      get {
        switch self {
        case .parameter(let parameter): parameter.array
        case .buffer(let buffer): buffer.array
        }
      }
      nonmutating set {
        switch self {
        case .parameter(let parameter): parameter.array = newValue
        case .buffer(let buffer): buffer.array = newValue
        }
      }
    }
  }

  private let names: [String]
  private let places: [Place]
  // The averages, at the positions of their places.
  private var arrays: [NDArray]

  /// An average that begins with the first update. Until then it is what the model has now.
  ///
  /// Traps if a decay is not from 0 to 1.
  ///
  /// - Parameters:
  ///   - model: whose weights to average. It is not kept, only its parameters and buffers.
  ///   - kind: what the average is made of.
  ///   - averagesBuffers: whether to average the buffers too.
  public init(of model: some Module, _ kind: Kind, averagesBuffers: Bool = false) {
    if case .exponential(let decay, _) = kind, !(0...1).contains(decay) {
      fatalError("AveragedWeights: a decay of \(decay); it is from 0 to 1")
    }
    self.kind = kind
    self.averagesBuffers = averagesBuffers
    var seen: Set<ObjectIdentifier> = []
    let parameters = model.namedParameters.filter {
      seen.insert(ObjectIdentifier($0.parameter)).inserted
    }
    let buffers = model.namedBuffers.filter { seen.insert(ObjectIdentifier($0.buffer)).inserted }
    names = parameters.map(\.name) + buffers.map(\.name)
    places = parameters.map { .parameter($0.parameter) } + buffers.map { .buffer($0.buffer) }
    arrays = places.map(\.array)
  }

  /// Takes the weights that the model has now into the average.
  public func update() {
    let share = kind.share(after: updateCount)
    updateCount += 1
    for (index, place) in places.enumerated() {
      let new = place.array
      if share < 1, isAveraged(place, new.scalarType) {
        // average + share · (new − average), in one pass.
        arrays[index].descend(new, rate: -share, decay: -1)
      } else {
        arrays[index] = new
      }
    }
  }

  private func isAveraged(_ place: Place, _ scalarType: ScalarType) -> Bool {
    if case .parameter = place { return true }
    return averagesBuffers && scalarType.isDifferentiable
  }

  /// What `body` gives while the model has the averages in the place of its own weights, which it has
  /// again afterwards. Before the first update they are its own.
  ///
  /// Others who use the model meanwhile see the averages too.
  public func inModel<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard updateCount > 0 else { return try body() }
    let own = places.map(\.array)
    copyToModel()
    defer { for (place, array) in zip(places, own) { place.array = array } }
    return try body()
  }

  /// Gives the model the averages for good.
  public func copyToModel() {
    guard updateCount > 0 else { return }
    for (place, array) in zip(places, arrays) { place.array = array }
  }

  // MARK: State

  /// The averages as arrays by name, such as `hidden.weight.average`, and `updates`, how many weights
  /// they are made of (`int64`, of shape `[]`).
  ///
  /// The arrays are values: later updates do not change them.
  public var state: [String: NDArray] {
    var state = ["updates": NDArray(scalar: Int64(updateCount))]
    for (name, array) in zip(names, arrays) { state[Self.key(name)] = array }
    return state
  }

  /// Goes on from a state of averages of this model or another of its form: the updates that follow
  /// give what they would have given there, in every bit.
  ///
  /// - Throws: `OptimizerStateError` where the arrays are not those of this model; the averages then
  ///   stay as they were.
  public func restore(_ state: [String: NDArray]) throws(OptimizerStateError) {
    var reader = OptimizerStateReader(state, of: .averagedWeights)
    let count = reader.takeCount("updates")
    let restored = zip(names, places).map { name, place in
      let array = place.array
      return reader.take(Self.key(name), TensorType(array.shape, array.scalarType))
    }
    try reader.finish()
    updateCount = count!
    arrays = restored.map { $0! }
  }

  private static func key(_ name: String) -> String { "\(name).average" }
}
