import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks

/// What is to be learned: examples, a model for them, the loss of a batch, and how the model is judged.
///
/// A ``TrainingConfiguration`` names one by its data set; ``ConfiguredTraining`` trains it. Pictures in
/// classes are ``PictureClassification``. One of one's own:
///
/// ```swift
/// struct PricesOfHouses: TrainingTask {
///   let summary = "houses: 1000 to learn from, 200 to test with"
///   let examples: TensorDataset, test: TensorDataset
///   let model: any Layer
///   let exampleShape: Shape = [13]
///   let metrics = ["trainError", "testError"]
///   let goal = MetricGoal("testError", .smallest)
///   let metadata: [String: String] = [:]
///
///   func loss(of batch: TensorDataset.Batch, _ mode: Mode) -> Tensor {
///     meanSquaredError(predictions: model(batch.inputs, mode), targets: batch.targets)
///   }
///   func evaluate() -> [String: Double] { … }
/// }
/// ```
public protocol TrainingTask {
  /// The examples that are learned from.
  associatedtype Examples: Dataset

  /// A line for people: what the data are, and how many.
  var summary: String { get }
  /// What is learned from.
  var examples: Examples { get }
  /// What is trained.
  var model: any Layer { get }
  /// The shape of one example as the model takes it, without the batch.
  var exampleShape: Shape { get }
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
}

/// A metric, and which of its values is best.
public struct MetricGoal: Sendable, Hashable {
  /// What the evaluation calls it; `loss` is the mean loss of an epoch's batches.
  public var metric: String
  /// Which of its values is best.
  public var direction: EarlyStopping.Direction

  /// The largest or smallest value of `metric`.
  public init(_ metric: String, _ direction: EarlyStopping.Direction) {
    self.metric = metric
    self.direction = direction
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
