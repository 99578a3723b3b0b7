import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks

/// What is to be learned: examples, a model for them, the loss of a batch, and how the model is judged.
///
/// A ``RunConfiguration`` makes one, and ``ConfiguredTraining`` trains it. Pictures in classes are
/// ``PictureClassification``. One of one's own:
///
/// ```swift
/// struct PricesOfHouses: TrainingTask {
///   let examples: TensorDataset, test: TensorDataset
///   let network: MultilayerPerceptron
///   var model: any Module { network }
///   let metrics = ["trainError", "testError"]
///   let goal = MetricGoal("testError", .smallest)
///   let metadata: [String: String] = [:]
///
///   func loss(of batch: TensorDataset.Batch, _ mode: Mode) -> Tensor {
///     meanSquaredError(predictions: network(batch.inputs, mode), targets: batch.targets)
///   }
///   func evaluate() -> [String: Double] { … }
///   func summary() -> String { "houses: \(examples.count) to learn from" }
/// }
/// ```
public protocol TrainingTask {
  /// The examples that are learned from.
  associatedtype Examples: Dataset

  /// What is learned from.
  var examples: Examples { get }
  /// What is trained.
  var model: any Module { get }
  /// What ``evaluate()`` gives, in the order in which it is told: `["trainAccuracy", "testAccuracy"]`.
  var metrics: [String] { get }
  /// The metric by which the model is judged.
  var goal: MetricGoal { get }
  /// Texts that go with the weights, by which they can be used again.
  var metadata: [String: String] { get }

  /// The loss of a batch, a single number, computed with the model in this mode.
  func loss(of batch: Examples.Batch, _ mode: Mode) throws -> Tensor

  /// How the model does now, by name.
  func evaluate() throws -> [String: Double]

  /// Lines for people: what the data are, how many, and what the model is.
  func summary() throws -> String
}

extension TrainingTask {
  /// What is told at the end: the goal, and where that is of data that were kept back, the same of the test
  /// data.
  package var finalMetrics: [String] {
    let test = "test" + goal.metric.dropFirst("validation".count)
    return goal.metric.hasPrefix("validation") && metrics.contains(test)
      ? [goal.metric, test] : [goal.metric]
  }
}

/// A metric, and which of its values is best.
public struct MetricGoal: Sendable, Hashable, Codable {
  /// What the evaluation calls it; `loss` is the mean loss of an epoch's batches.
  public var metric: String
  /// Which of its values is best.
  public var direction: EarlyStopping.Direction

  /// The largest or smallest value of `metric`.
  public init(_ metric: String, _ direction: EarlyStopping.Direction) {
    self.metric = metric
    self.direction = direction
  }

  /// The goal that the name of a metric tells: the smallest where it has the words loss, error, RMSE and the
  /// like, and the largest of anything else.
  public init(named metric: String) {
    let small = ["loss", "error", "rmse", "mse", "mae", "perplexity", "bits", "deviation"]
    let name = metric.lowercased()
    self.init(metric, small.contains { name.contains($0) } ? .smallest : .largest)
  }

  /// Whether a value is better than the best so far. A NaN is better than nothing only.
  ///
  /// - Parameters:
  ///   - value: the value.
  ///   - best: the best so far; `nil` for none.
  ///   - minimumChange: by how much it must be better to count.
  func isBetter(_ value: Double, than best: Double?, by minimumChange: Double = 0) -> Bool {
    guard let best else { return true }
    if best.isNaN { return !value.isNaN }
    switch direction {
    case .smallest: return value < best - minimumChange
    case .largest: return value > best + minimumChange
    }
  }
}
