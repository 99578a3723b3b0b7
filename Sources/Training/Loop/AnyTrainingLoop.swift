import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropOptimizers

/// A ``TrainingLoop``, whatever its data are: all of it that does not speak of batches.
public protocol AnyTrainingLoop: AnyObject {
  /// What is trained.
  var model: any Module { get }
  /// What changes the model's parameters.
  var optimizer: Optimizer { get }
  /// The number of examples in a batch. The last of an epoch may have fewer.
  var batchSize: Int { get }
  /// The number of steps in an epoch.
  var stepsPerEpoch: Int { get }
  /// The number of steps done.
  var stepCount: Int { get }
  /// The number of epochs that are complete.
  var epochCount: Int { get }
  /// The best epoch so far and the value of early stopping's metric in it.
  var best: (epoch: Int, value: Double)? { get }

  /// How far a step goes, before the schedule's factor.
  var learningRate: Double { get set }
  /// By what the learning rate is multiplied at each step; `nil` for nothing.
  var schedule: Schedule? { get set }
  /// When to make the learning rate smaller for good; `nil` to leave it as it is.
  var reduceOnPlateau: ReduceOnPlateau? { get set }
  /// What is done with the gradients before they are clipped; `nil` for nothing.
  var gradientTransform: ((Gradients) -> Gradients)? { get set }
  /// How large gradients may be; `nil` for as they are.
  var clipping: GradientClipping? { get set }
  /// An average of the weights, which is evaluated in their place; `nil` for none.
  var averaging: WeightAveraging? { get set }
  /// What is worked out at the end of each epoch, by name; `nil` for nothing.
  var evaluation: (() throws -> [String: Double])? { get set }
  /// When to stop before the end; `nil` to go on to the end.
  var earlyStopping: EarlyStopping? { get set }
  /// Where and how often to write checkpoints; `nil` for none.
  var checkpoints: Checkpoints? { get set }
  /// Is told of each epoch, after its evaluation.
  var onEpoch: ((EpochReport) throws -> Void)? { get set }
  /// Those who are told all that happens.
  var observers: [any TrainingObserver] { get set }
  /// By which other tasks steer the loop.
  var control: TrainingControl { get }

  /// Where the loop is, to be taken up again.
  var state: TrainingState { get }
  /// Goes on from a state; see ``TrainingLoop/restore(_:)``.
  func restore(_ state: TrainingState) throws
  /// Goes on from the last checkpoint of a folder that is whole; see ``TrainingLoop/resume(from:)``.
  @discardableResult func resume(from folder: String) throws -> Resumption
  /// Takes one step; see ``TrainingLoop/step()``.
  @discardableResult func step() throws -> StepReport
  /// Trains until so many epochs are done in all.
  @discardableResult func run(epochs: Int) throws -> TrainingResult
  /// Trains until so many epochs are done in all, and writes checkpoints on the way.
  @discardableResult func run(epochs: Int, checkpoints: Checkpoints) throws -> TrainingResult
  /// Trains until so many steps are done in all.
  @discardableResult func run(steps: Int) throws -> TrainingResult
}

extension TrainingLoop: AnyTrainingLoop {}
