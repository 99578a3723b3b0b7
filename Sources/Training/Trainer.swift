import BackpropArrays
import BackpropAutodiff
import BackpropOptimizers
import BackpropData
import BackpropNeuralNetworks

/// The training loop: mini-batch, forward, loss, backward, update, again and again, with an
/// evaluation after each pass over the data.
///
/// ```swift
/// var trainer = Trainer(model, train: train, test: test, configuration: configuration)
/// trainer.observers = [progressBar, runFolder]
/// let result = try trainer.run()
/// ```
///
/// Batches are drawn from the configuration's seed alone, so that the same configuration gives the
/// same weights in every bit, on any number of threads.
public struct Trainer<Model: Layer> {
  /// Those who are told what happens.
  public var observers: [any TrainingObserver] = []
  /// Asked after every step; training stops when it says true.
  public var shouldStop: () -> Bool = { false }

  private let model: Model
  private let train: ImageDataset
  private let test: ImageDataset
  private let configuration: TrainingConfiguration

  /// A loop that trains `model`, which gives one number a class, on `train`.
  public init(
    _ model: Model, train: ImageDataset, test: ImageDataset, configuration: TrainingConfiguration
  ) {
    self.model = model
    self.train = train
    self.test = test
    self.configuration = configuration
  }

  /// Trains.
  ///
  /// - Throws: `TrainingError` for a configuration that makes no sense or a loss that is no longer a
  ///   number; whatever an observer throws.
  public func run() throws -> TrainingResult {
    try configuration.validate(exampleCount: train.count)
    let plan = TrainingPlan(
      stepCount: configuration.stepCount(exampleCount: train.count),
      stepsPerEpoch: configuration.stepsPerEpoch(exampleCount: train.count))
    try tell(.started(plan))

    // Stream 0 made the weights; the order of the data has one of its own.
    var random = RandomSource(seed: configuration.seed, stream: 1)
    let optimizer = configuration.makeOptimizer(for: model)
    let clock = ContinuousClock()
    var (step, epoch, seconds, accuracy) = (0, 0, 0.0, 0.0)
    var isInterrupted = false
    while step < plan.stepCount, !isInterrupted {
      epoch += 1
      let epochStart = (step: step, seconds: seconds)
      var lossSum = 0.0
      let shuffling = clock.now
      let batches = train.batches(of: configuration.batchSize, shuffledUsing: &random)
      seconds += shuffling.duration(to: clock.now).inSeconds
      for index in 0..<min(batches.count, plan.stepCount - step) {
        let start = clock.now
        let batch = batches[index]
        let mode = Mode.training(seed: configuration.seed, step: step)
        let loss = crossEntropy(logits: model(batch.images, mode), targets: batch.labels)
        let value = loss.item
        guard value.isFinite else {
          // Before the update, which would spread the damage over all weights.
          throw TrainingError.diverged(
            step: step + 1, loss: value, place: place(of: batch, step: step))
        }
        optimizer.update(using: loss.backward())
        seconds += start.duration(to: clock.now).inSeconds
        step += 1
        lossSum += value
        try tell(.step(StepReport(step: step, loss: value, seconds: seconds)))
        if shouldStop() {
          isInterrupted = true
          break
        }
      }
      accuracy = evaluate(model, on: test).accuracy
      let steps = Double(step - epochStart.step)
      try tell(
        .epoch(
          EpochReport(
            epoch: epoch, step: step, loss: lossSum / steps,
            trainAccuracy: evaluate(model, on: train).accuracy, testAccuracy: accuracy,
            stepsPerSecond: steps / (seconds - epochStart.seconds))))
    }
    let result = TrainingResult(
      steps: step, seconds: seconds, testAccuracy: accuracy, wasInterrupted: isInterrupted)
    try tell(.finished(result))
    return result
  }

  private func place(of batch: Batch, step: Int) -> String {
    let mode = Mode.training(seed: configuration.seed, step: step)
    return firstNonFinite(in: model, mode) {
      crossEntropy(logits: model(batch.images, $0), targets: batch.labels)
    } ?? "all numbers are finite when the step is done once more"
  }

  private func tell(_ event: TrainingEvent) throws {
    for observer in observers { try observer.receive(event) }
  }
}

extension TrainingConfiguration {
  /// The optimizer that the configuration names.
  public func makeOptimizer(for model: some Layer) -> Optimizer {
    switch optimizer {
    case .sgd: SGD(for: model, learningRate: learningRate)
    case .momentum: SGD(for: model, learningRate: learningRate, momentum: 0.9)
    case .adam: Adam(for: model, learningRate: learningRate)
    }
  }

  /// The network that the configuration describes, for examples of `inputs` numbers in `classes`
  /// classes. Its weights come from the seed.
  public func makeModel(inputs: Int, classes: Int) -> MultilayerPerceptron {
    var random = RandomSource(seed: seed)
    return MultilayerPerceptron(
      [inputs] + hidden + [classes], activation: activation, using: &random)
  }
}
