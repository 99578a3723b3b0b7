import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks
import BackpropOptimizers

/// The training loop: batch, loss, gradients, update, again and again, over data in a random order.
///
/// ```swift
/// let loop = TrainingLoop(model, optimizer, train, batchSize: 32) { batch, mode in
///   crossEntropy(logits: model(batch.inputs, mode), targets: batch.targets)
/// }
/// loop.evaluation = { ["accuracy": accuracy(of: model, on: validation)] }
/// try loop.run(epochs: 20)
/// ```
///
/// The closure computes the loss of a batch, from any batches and with any model; the mode goes to
/// the model. The loop does the rest, and may also be taken a step at a time (``step()``), paused,
/// told another learning rate (``control``), written down as a value in the middle of an epoch and
/// taken up again (``state``).
///
/// **Batches that do not fit into memory.** A step may take several batches (`accumulating`), one after
/// the other, and use their gradients together. Each counts by its number of examples, so for a loss
/// that is a mean over examples the step is that of one batch of all of them, but for rounding, also
/// where the last batch is smaller. At the end of an epoch a step has the batches that are left. What a
/// layer does with a batch as a whole, as batch norm does, it does with each part. A loss that is a sum
/// over examples becomes a mean of sums.
///
/// All that is drawn follows from the seed, so the same seed gives the same weights in every bit, on
/// any number of threads and however often the loop was interrupted.
public final class TrainingLoop<Data: Dataset> {
  /// What is trained.
  public let model: any Module
  /// What changes the model's parameters.
  public let optimizer: Optimizer
  /// What it is trained on.
  public let data: Data
  /// The number of examples in a batch. The last of an epoch may have fewer.
  public let batchSize: Int
  /// The number of batches in a step. The last of an epoch may have fewer.
  public let batchesPerStep: Int
  /// Whether each epoch has an order of its own.
  public let shuffles: Bool

  /// How far a step goes, before the schedule's factor. It may be changed at any time.
  public var learningRate: Double
  /// By what the learning rate is multiplied at each step; `nil` for nothing.
  public var schedule: Schedule?
  /// When to make the learning rate smaller for good; `nil` to leave it as it is.
  public var reduceOnPlateau: ReduceOnPlateau?
  /// What is done with the gradients before they are clipped and the optimizer sees them; `nil` for
  /// nothing: `loop.gradientTransform = { $0 * 0.5 }`.
  public var gradientTransform: ((Gradients) -> Gradients)?
  /// How large gradients may be; `nil` for as they are.
  public var clipping: GradientClipping?
  /// An average of the weights, which stands in the model's place while it is evaluated; `nil` for
  /// none.
  ///
  /// Training goes on with the model's own weights, and those are what observers find in it. To keep
  /// the average at the end: `loop.averaging?.weights.copyToModel()`. The best weights of early
  /// stopping are those that were evaluated, and so averages.
  public var averaging: WeightAveraging?
  /// What is worked out at the end of each epoch, by name; `nil` for nothing. It runs without
  /// recording.
  public var evaluation: (() throws -> [String: Double])?
  /// When to stop before the end, and which weights to keep; `nil` to go on to the end.
  public var earlyStopping: EarlyStopping?
  /// Where and how often to write checkpoints, from which a run that was cut off goes on; `nil` for
  /// none. See ``run(epochs:checkpoints:)``.
  public var checkpoints: Checkpoints?
  /// Is told of each epoch, after its evaluation: `loop.onEpoch = { print($0) }`.
  public var onEpoch: ((EpochReport) throws -> Void)?
  /// Those who are told all that happens.
  public var observers: [any TrainingObserver] = []
  /// By which other tasks pause or stop the loop, or change its learning rate.
  public let control = TrainingControl()

  let loss: (Data.Batch, Mode) throws -> Tensor
  /// Where the loop is, as far as it is no array.
  var progress: TrainingProgress
  /// The batches of this epoch, whose order is drawn when the first is asked for.
  private var batches: (any BatchSource<Data.Batch>)?
  /// The random numbers after this epoch's order.
  private var nextRandom: RandomSource
  /// The weights of the best epoch so far.
  var bestWeights: [String: NDArray]?

  /// A loop that has not begun.
  ///
  /// Traps if `batchSize` is not positive.
  ///
  /// - Parameters:
  ///   - model: what is trained.
  ///   - optimizer: changes the model's parameters; its learning rate is the loop's.
  ///   - data: what to train on.
  ///   - batchSize: the number of examples in a batch.
  ///   - batchesPerStep: the number of batches whose gradients a step uses together.
  ///   - shuffles: whether each epoch has an order of its own; `false` for the data's order.
  ///   - seed: what all random numbers of the loop start from.
  ///   - loss: the loss of a batch, a single number, computed with the model in this mode.
  public init(
    _ model: some Module, _ optimizer: Optimizer, _ data: Data, batchSize: Int,
    accumulating batchesPerStep: Int = 1, shuffles: Bool = true, seed: UInt64 = 0,
    loss: @escaping (_ batch: Data.Batch, _ mode: Mode) throws -> Tensor
  ) {
    guard batchSize > 0 else {
      fatalError("TrainingLoop: a batch of \(batchSize) examples; it holds one at least")
    }
    guard batchesPerStep > 0 else {
      fatalError("TrainingLoop: a step of \(batchesPerStep) batches; it takes one at least")
    }
    self.model = model
    self.optimizer = optimizer
    self.data = data
    self.batchSize = batchSize
    self.batchesPerStep = batchesPerStep
    self.shuffles = shuffles
    self.loss = loss
    learningRate = optimizer.learningRate
    progress = TrainingProgress(
      seed: seed, batchSize: batchSize, batchesPerStep: batchesPerStep, exampleCount: data.count)
    nextRandom = progress.random
  }

  /// The number of steps in an epoch.
  public var stepsPerEpoch: Int { (batchesPerEpoch + batchesPerStep - 1) / batchesPerStep }
  private var batchesPerEpoch: Int { (data.count + batchSize - 1) / batchSize }
  /// The number of steps done.
  public var stepCount: Int { progress.step }
  /// The number of epochs that are complete.
  public var epochCount: Int { progress.epoch }
  /// The best epoch so far and the value of early stopping's metric in it; `nil` before the first,
  /// and without early stopping.
  public var best: (epoch: Int, value: Double)? { progress.best.map { ($0.epoch, $0.value) } }

  /// Takes one step: draws a batch, or as many as a step takes, computes their loss and the gradients,
  /// and lets the optimizer change the model. After the last batch of an epoch, the evaluation follows.
  ///
  /// - Throws: `TrainingError` for data without examples, a loss or a gradient that is no longer
  ///   a number, or a gradient for something that the optimizer does not own, with the model as it was
  ///   before the step; whatever the closures and the observers throw.
  @discardableResult
  public func step() throws -> StepReport {
    let clock = ContinuousClock()
    let start = clock.now
    if let rate = control.takeLearningRate() { learningRate = rate }
    try drawOrder()
    var (value, gradients) = try lossAndGradients(part: 0)
    for part in 1..<partCount {
      let (more, others) = try lossAndGradients(part: part)
      value += more
      gradients += others
    }
    if let gradientTransform { gradients = gradientTransform(gradients) }
    if let clipping { gradients = clipping(gradients) }
    optimizer.learningRate = learningRate * (schedule?(progress.step) ?? 1)
    optimizer.update(using: gradients)

    progress.step += 1
    averaging?.stepEnded(progress.step)
    progress.position += 1
    progress.lossSum += value
    progress.seconds += start.duration(to: clock.now).inSeconds
    progress.epochSeconds += start.duration(to: clock.now).inSeconds
    let report = StepReport(step: progress.step, loss: value, seconds: progress.seconds)
    try tell(.step(report))
    if progress.position == stepsPerEpoch { try endEpoch() }
    return report
  }

  /// The number of batches in the step that comes next.
  private var partCount: Int {
    min(batchesPerStep, batchesPerEpoch - progress.position * batchesPerStep)
  }

  /// The loss of one of the next step's batches, and its gradients, as parts of those of all.
  private func lossAndGradients(part: Int) throws -> (loss: Double, gradients: Gradients) {
    let first = progress.position * batchesPerStep
    let batch = try batches.unsafelyUnwrapped.batch(first + part)
    let mode = Mode.training(TrainingPass(seed: progress.seed, step: progress.step, part: part))
    let loss = try loss(batch, mode)
    let value = loss.item
    guard value.isFinite else {
      // Before the update, which would spread the damage over all weights.
      let place = try firstNonFinite(in: model, mode) { try self.loss(batch, $0) }
      throw TrainingError.diverged(divergence(to: value, batch, index: first + part, at: place))
    }
    let share = Double(examples(in: first + part)) / Double(examples(in: first, partCount))
    let cotangent =
      share == 1
      ? nil : Tensor(NDArray(repeating: share, shape: loss.shape, scalarType: loss.scalarType))
    let gradients = loss.backward(from: cotangent)
    guard optimizer.owns(allOf: gradients) else { throw try unowned(gradients, batch, mode) }
    // A walk over as many numbers as the model has weights, next to nothing beside the one over the
    // examples that made them.
    guard gradients.areFinite else {
      throw TrainingError.diverged(
        divergence(
          to: value, batch, index: first + part, at: firstNonFiniteGradient(in: model, gradients)))
    }
    return (value * share, gradients)
  }

  /// The number of examples in `count` batches of an epoch.
  private func examples(in batch: Int, _ count: Int = 1) -> Int {
    min((batch + count) * batchSize, data.count) - batch * batchSize
  }

  /// Draws the order of the epoch if that has not been done.
  private func drawOrder() throws {
    guard batches == nil else { return }
    guard data.count > 0 else { throw TrainingError.emptyDataset("\(Data.self)") }
    nextRandom = progress.random
    batches = data.source(of: pass(using: &nextRandom))
  }

  // MARK: Epochs

  private func endEpoch() throws {
    averaging?.epochEnded(progress.epoch + 1)
    let report = try epochReport(number: progress.epoch + 1)
    progress.epoch += 1
    progress.startEpoch(nextRandom)
    batches = nil
    if let reduceOnPlateau {
      learningRate = reduceOnPlateau.learningRate(
        after: try report.requiredValue(of: reduceOnPlateau.metric), from: learningRate,
        &progress.plateau)
    }
    if let earlyStopping {
      let value = try report.requiredValue(of: earlyStopping.metric)
      if earlyStopping.isBetter(value, than: best(of: earlyStopping)) {
        progress.best = .init(
          metric: earlyStopping.metric, epoch: progress.epoch, value: value,
          metrics: report.metrics)
        bestWeights = withAverages { model.trainingWeights }
      }
    }
    progress.lastReport = report
    try tell(.epoch(report))
  }

  /// The report of the epoch as far as it got.
  func epochReport(number: Int) throws -> EpochReport {
    let metrics = try withoutGradient { try withAverages { try evaluation?() ?? [:] } }
    return EpochReport(
      epoch: number, step: progress.step, loss: progress.lossSum / Double(progress.position),
      metrics: metrics, stepsPerSecond: Double(progress.position) / progress.epochSeconds)
  }

  /// What `body` gives while the model has the averages, if there are any.
  private func withAverages<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let averaging else { return try body() }
    return try averaging.weights.inModel(body)
  }

  /// The best epoch so far, if it is by the metric that is watched now.
  private func best(of earlyStopping: EarlyStopping) -> TrainingProgress.Best? {
    progress.best.flatMap { $0.metric == earlyStopping.metric ? $0 : nil }
  }

  /// Whether the early stopping has seen enough.
  var hasStoppedImproving: Bool {
    guard let earlyStopping, let best = best(of: earlyStopping) else { return false }
    return progress.epoch - best.epoch >= earlyStopping.patience
  }

  func tell(_ event: TrainingEvent) throws {
    for observer in observers { try observer.receive(event) }
    if case .epoch(let report) = event { try onEpoch?(report) }
  }

  /// Goes on from elsewhere.
  func go(to progress: TrainingProgress) {
    self.progress = progress
    batches = nil
    nextRandom = progress.random
  }

  // MARK: What went wrong

  /// What is known of a loss that is no number, or of one whose gradients are none.
  private func divergence(
    to loss: Double, _ batch: Data.Batch, index: Int, at place: NonFinitePlace?
  ) -> Divergence {
    var random = progress.random
    let positions = pass(using: &random).positions(of: index)
    let rate = progress.step == 0 ? learningRate * (schedule?(0) ?? 1) : optimizer.learningRate
    return Divergence(
      step: progress.step + 1, epoch: progress.epoch + 1, batch: index + 1, positions: positions,
      damagedExample: damagedExample(batch, at: positions), loss: loss, learningRate: rate,
      place: place)
  }

  private func unowned(
    _ gradients: Gradients, _ batch: Data.Batch, _ mode: Mode
  ) throws -> TrainingError {
    // The graph is gone; another one knows what its variables are called.
    let buffers = model.namedBuffers.map { ($0.buffer, $0.buffer.array) }
    defer { for (buffer, array) in buffers { buffer.array = array } }
    let labels = try loss(batch, mode).variableLabels
    return .unownedGradients(
      optimizer.unowned(in: gradients).map { variable in
        let shape = gradients[variable]!.shape
        return labels[variable].map { "'\($0)' of shape \(shape)" } ?? "one of shape \(shape)"
      })
  }
}
