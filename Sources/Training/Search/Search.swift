import BackpropArrays

/// A search for good settings of a training: many trainings that differ in a few settings, by a grid or at
/// random, and which of them was best by a metric.
///
/// ```swift
/// var search = Search(TrainingConfiguration(), goal: MetricGoal("testAccuracy", .largest))
/// try search.space.add("learning-rate", values: ["0.01", "0.1"])
/// try search.space.add("hidden", values: ["50", "100"])
/// let folder = try SearchFolder("searches/first", search)
/// let results = try folder.run(parallel: 2)
/// print(results.table())
/// ```
///
/// Which trials there are, and every bit of their results, follows from this value alone.
///
/// Source of the advice to draw at random where there are many settings: J. Bergstra, Y. Bengio, "Random
/// Search for Hyper-Parameter Optimization", JMLR 13 (2012).
public struct Search: Codable, Sendable, Hashable {
  /// The settings that all trials have.
  public var configuration: TrainingConfiguration
  /// The settings that they differ in.
  public var space = SearchSpace()
  /// How many trials are drawn at random; `nil` for each combination of the space once.
  public var randomTrials: Int?
  /// By which metric trials are compared.
  public var goal: MetricGoal
  /// Settings that follow the optimizer of a trial, as long as the space does not say them: `learning-rate`
  /// and `weight-decay`, unless they were asked for.
  public var followingOptimizer = ["learning-rate", "weight-decay"]

  /// A search that has nothing to try yet.
  ///
  /// - Parameters:
  ///   - configuration: the settings that all trials have.
  ///   - goal: by which metric trials are compared.
  public init(_ configuration: TrainingConfiguration, goal: MetricGoal) {
    self.configuration = configuration
    self.goal = goal
  }

  /// One training of a search.
  public struct Trial: Sendable, Hashable {
    /// The number of the trial, from 1.
    public let number: Int
    /// The settings that are its own, by name.
    public let settings: [String: String]
    /// All its settings.
    public let configuration: TrainingConfiguration
  }

  /// All trials, in order.
  ///
  /// Of lists alone, a search at random draws each combination at most once, and so all of them where more
  /// are asked for.
  ///
  /// - Throws: `TrainingError.invalidSetting` for a space that is empty or too large, or a range in a grid;
  ///   for settings that make no sense together.
  public func trials() throws(TrainingError) -> [Trial] {
    var trials: [Trial] = []
    for (index, settings) in try allSettings().enumerated() {
      trials.append(
        Trial(
          number: index + 1, settings: settings, configuration: try configuration(with: settings)))
    }
    return trials
  }

  private func allSettings() throws(TrainingError) -> [[String: String]] {
    if space.dimensions.isEmpty {
      throw .invalidSetting("grid", found: "nothing", expected: "settings to try")
    }
    if let randomTrials {
      guard (1...1_000_000).contains(randomTrials) else {
        throw .invalidSetting("random", found: "\(randomTrials)", expected: "1 to 1000000")
      }
      if let count = space.gridCount {
        var random = Self.random(configuration.seed, 0)
        return random.permutation(of: count).prefix(randomTrials).map {
          space.gridSettings(Int($0))
        }
      }
      // Each trial draws from a list of its own, so more trials are the same ones and others.
      return (1...randomTrials).map { number in
        var random = Self.random(configuration.seed, UInt64(number))
        return space.randomSettings(using: &random)
      }
    }
    for dimension in space.dimensions {
      if case .range = dimension.values {
        throw .invalidSetting(
          "range", found: "'\(dimension.name)' in a grid", expected: "a number of random trials")
      }
    }
    guard let count = space.gridCount else {
      throw .invalidSetting(
        "grid", found: "more than a million combinations", expected: "fewer, or some at random")
    }
    return (0..<count).map(space.gridSettings)
  }

  /// All settings of a trial.
  private func configuration(
    with settings: [String: String]
  ) throws(TrainingError) -> TrainingConfiguration {
    var result = configuration
    // The optimizer first: it brings others along.
    if let optimizer = settings["optimizer"] {
      try result.set("optimizer", to: optimizer)
      if !followingOptimizer.contains("learning-rate") {
        result.learningRate = configuration.learningRate
      }
      if !followingOptimizer.contains("weight-decay") {
        result.weightDecay = configuration.weightDecay
      }
    }
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) where name != "optimizer" {
      try result.set(name, to: value)
    }
    try result.validate(exampleCount: .max)
    return result
  }

  // Apart from the streams that a program gives its own numbers, which are small.
  private static func random(_ seed: UInt64, _ number: UInt64) -> RandomSource {
    RandomSource(seed: seed, stream: 0x7365_6172_6368_0000 &+ number &* 0x9e37_79b9_7f4a_7c15)
  }
}
