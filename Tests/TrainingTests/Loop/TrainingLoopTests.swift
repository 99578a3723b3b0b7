import BackpropArrays
import BackpropAutodiff
import BackpropData
import Foundation
import BackpropNeuralNetworks
import BackpropOptimizers
import Testing
@testable import BackpropTraining

@Suite struct TrainingLoopTests {
  /// Four examples of two pixels in two classes.
  static let dataset = ImageDataset(
    pixels: [0, 255, 255, 0, 51, 204, 204, 102], rows: 1, columns: 2, labels: [0, 1, 0, 1],
    classNames: ["a", "b"])

  /// A loop that classifies these examples.
  static func loop(
    _ model: some Layer, batchSize: Int = 4, seed: UInt64 = 0, learningRate: Double = 0.5
  ) -> TrainingLoop<ImageDataset> {
    let loop = TrainingLoop(
      model, SGD(for: model, learningRate: learningRate), dataset, batchSize: batchSize,
      seed: seed
    ) { batch, mode in
      crossEntropy(logits: model(batch.images, mode), targets: batch.labels)
    }
    loop.evaluation = { ["accuracy": accuracy(of: model, on: dataset)] }
    return loop
  }

  /// Remembers what it is told.
  final class Recorder: TrainingObserver {
    var events: [TrainingEvent] = []
    func receive(_ event: TrainingEvent) { events.append(event) }

    var steps: [StepReport] {
      events.compactMap { if case .step(let report) = $0 { report } else { nil } }
    }
    var epochs: [EpochReport] {
      events.compactMap { if case .epoch(let report) = $0 { report } else { nil } }
    }
  }

  static func linear(_ weight: [Float]) -> MultilayerPerceptron {
    MultilayerPerceptron(
      [
        Linear(
          weight: NDArray(weight, shape: [2, 2]), bias: NDArray([Float(0), 0]))
      ], activation: .relu)
  }

  @Test func aStepIsGradientDescentOnTheMeanCrossEntropy() throws {
    let start: [Float] = [0.5, -0.25, 1, 0.75]
    let model = Self.linear(start)
    let recorder = Recorder()
    let loop = Self.loop(model)
    loop.observers = [recorder]
    try loop.run(steps: 1)

    // The same by hand: dL/dz = (softmax(z) - onehot) / n, dL/dW = x^T dL/dz, in double precision.
    let examples: [(x: [Double], label: Int)] = [
      ([0, 1], 0), ([1, 0], 1), ([0.2, 0.8], 0), ([0.8, 0.4], 1),
    ]
    var (weight, bias, loss) = (start.map(Double.init), [0.0, 0.0], 0.0)
    var (weightGradient, biasGradient) = ([0.0, 0, 0, 0], [0.0, 0.0])
    for (x, label) in examples {
      let z = (0..<2).map { x[0] * weight[$0] + x[1] * weight[2 + $0] }
      let total = z.map { exp($0) }.reduce(0, +)
      loss -= (z[label] - log(total)) / 4
      for j in 0..<2 {
        let gradient = (exp(z[j]) / total - (j == label ? 1 : 0)) / 4
        biasGradient[j] += gradient
        for i in 0..<2 { weightGradient[2 * i + j] += x[i] * gradient }
      }
    }
    for i in 0..<4 { weight[i] -= 0.5 * weightGradient[i] }
    for j in 0..<2 { bias[j] -= 0.5 * biasGradient[j] }

    let parameters = model.namedParameters.map { $0.parameter.array.scalars(as: Float.self) }
    for (found, expected) in zip(parameters[0] + parameters[1], weight + bias) {
      #expect(abs(Double(found) - expected) < 1e-6)
    }
    #expect(abs(recorder.steps[0].loss - loss) < 1e-6)
  }

  @Test func tellsEverythingInOrder() throws {
    let recorder = Recorder()
    let loop = Self.loop(Self.linear([1, 0, 0, 1]), batchSize: 3)
    loop.observers = [recorder]
    let result = try loop.run(epochs: 2)
    let kinds = recorder.events.map { event in
      switch event {
      case .started: "started"
      case .step: "step"
      case .epoch: "epoch"
      case .finished: "finished"
      }
    }
    // Four examples are a batch of three and one of one.
    #expect(
      kinds == ["started", "step", "step", "epoch", "step", "step", "epoch", "finished"])
    #expect(recorder.steps.map(\.step) == [1, 2, 3, 4])
    #expect(recorder.epochs.map(\.epoch) == [1, 2])
    for (index, epoch) in recorder.epochs.enumerated() {
      let losses = recorder.steps[2 * index..<2 * index + 2].map(\.loss)
      #expect(abs(epoch.loss - (losses[0] + losses[1]) / 2) < 1e-12)
    }
    #expect(result.steps == 4)
    #expect(result.end == .completed)
    #expect(result.metrics == recorder.epochs[1].metrics)
    #expect(result.seconds == recorder.steps[3].seconds)
  }

  /// Steers a loop from within.
  private final class Steering: TrainingObserver {
    let action: (StepReport) -> Void
    init(_ action: @escaping (StepReport) -> Void) { self.action = action }
    func receive(_ event: TrainingEvent) {
      if case .step(let report) = event { action(report) }
    }
  }

  @Test func aClosureIsToldOfEachEpoch() throws {
    let recorder = Recorder()
    let loop = Self.loop(Self.linear([1, 0, 0, 1]), batchSize: 3)
    loop.observers = [recorder]
    var told: [EpochReport] = []
    loop.onEpoch = { told.append($0) }
    try loop.run(steps: 5)
    #expect(told == recorder.epochs && told.count == 3)
  }

  @Test func anEpochDescribesItself() {
    func description(_ loss: Double, _ metrics: [String: Double] = [:]) -> String {
      EpochReport(epoch: 3, step: 9, loss: loss, metrics: metrics, stepsPerSecond: 1).description
    }
    #expect(
      description(0.12345, ["top 5": 1, "accuracy": 0.97])
        == "epoch 3: loss 0.1235, accuracy 0.9700, top 5 1.0000")
    #expect(description(0.0012345) == "epoch 3: loss 0.001235")
    #expect(description(0.09999999) == "epoch 3: loss 0.1000")
    #expect(description(-12.5) == "epoch 3: loss -12.5000")
    #expect(description(2.5e-7) == "epoch 3: loss 2.5e-07")
    #expect(description(.nan) == "epoch 3: loss nan")
  }

  @Test func stopsAfterTheStepInWhichItIsAskedTo() throws {
    let recorder = Recorder()
    let loop = Self.loop(Self.linear([1, 0, 0, 1]), batchSize: 2)
    let control = loop.control
    loop.observers = [recorder, Steering { if $0.step == 5 { control.stop() } }]
    let result = try loop.run(epochs: 1000)
    #expect(result.steps == 5)
    #expect(result.end == .interrupted)
    #expect(recorder.epochs.last?.step == 5)
    #expect(result.metrics == recorder.epochs.last?.metrics)
    guard case .finished = recorder.events.last else {
      Issue.record("the end was not told")
      return
    }
  }

  /// A pause leaves the loop in the middle of an epoch; the next run goes on as if nothing had been.
  @Test func pausesAndGoesOn() throws {
    let (whole, paused) = (Self.linear([1, 0, 0, 1]), Self.linear([1, 0, 0, 1]))
    try Self.loop(whole, batchSize: 1).run(epochs: 3)
    let recorder = Recorder()
    let loop = Self.loop(paused, batchSize: 1)
    let control = loop.control
    loop.observers = [recorder, Steering { if $0.step == 6 { control.pause() } }]
    #expect(try loop.run(epochs: 3).end == .paused)
    #expect(loop.stepCount == 6 && loop.epochCount == 1 && recorder.epochs.count == 1)
    #expect(try loop.run(epochs: 3).end == .completed)
    #expect(weights(of: paused) == weights(of: whole))
    #expect(recorder.epochs.map(\.epoch) == [1, 2, 3])
  }

  /// One step at a time is the same as a run.
  @Test func canBeTakenStepByStep() throws {
    let (run, stepped) = (Self.linear([1, 0, 0, 1]), Self.linear([1, 0, 0, 1]))
    try Self.loop(run, batchSize: 3).run(steps: 5)
    let loop = Self.loop(stepped, batchSize: 3)
    for step in 1...5 { #expect(try loop.step().step == step) }
    #expect(weights(of: stepped) == weights(of: run))
    #expect(loop.epochCount == 2)
  }

  @Test func anotherRateWhileItRuns() throws {
    let model = Self.linear([1, 0, 0, 1])
    let loop = Self.loop(model)
    try loop.step()
    let before = weights(of: model)
    loop.control.setLearningRate(0)
    try loop.step()
    #expect(weights(of: model) == before)
    #expect(loop.learningRate == 0)
    loop.learningRate = 0.1
    loop.schedule = Schedule { _ in 0.5 }
    try loop.step()
    #expect(loop.optimizer.learningRate == 0.05)
  }

  @Test func gradientsCanBeChangedBeforeTheyAreUsed() throws {
    let model = Self.linear([1, 0, 0, 1])
    let loop = Self.loop(model)
    let before = weights(of: model)
    loop.gradientTransform = { $0 * 0 }
    try loop.step()
    #expect(weights(of: model) == before)
  }

  @Test func stopsBeforeALossThatIsNoNumberSpoilsTheWeights() throws {
    let model = Self.linear([.infinity, 0, 0, 1])
    let recorder = Recorder()
    let loop = Self.loop(model)
    loop.observers = [recorder]
    let error = try #require(throws: TrainingError.self) { try loop.run(steps: 3) }
    guard case .diverged(let step, _, let place) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(step == 1)
    #expect(place == "Linear(2 -> 2), 'layers.0' has a weight that is not finite")
    #expect(recorder.steps.isEmpty)
    #expect(model.layers[0].weight.array.scalars(as: Float.self) == [.infinity, 0, 0, 1])
  }

  @Test func theSameSeedGivesTheSameBits() throws {
    func trained(seed: UInt64) throws -> [[Float]] {
      var random = RandomSource(seed: seed)
      let model = MultilayerPerceptron([2, 5, 2], using: &random)
      try Self.loop(model, batchSize: 2, seed: seed).run(epochs: 3)
      return weights(of: model)
    }
    #expect(try trained(seed: 1) == trained(seed: 1))
    #expect(try trained(seed: 1) != trained(seed: 2))
  }

  private func weights(of model: some Module) -> [[Float]] {
    model.parameters.map { $0.array.scalars() }
  }

  // MARK: Parameters that nobody owns

  /// A layer that only the closure holds would silently learn nothing.
  @Test func aGradientThatNobodyOwnsIsAnError() throws {
    let model = Self.linear([1, 0, 0, 1])
    let hidden = Linear(weight: .ones([2, 2]))
    let loop = TrainingLoop(
      model, SGD(for: model), Self.dataset, batchSize: 4
    ) { batch, mode in
      crossEntropy(logits: model(hidden(batch.images, mode), mode), targets: batch.labels)
    }
    let before = weights(of: model)
    let error = try #require(throws: TrainingError.self) { try loop.step() }
    #expect(error == .unownedGradients(["'weight' of shape (2, 2)"]))
    #expect(weights(of: model) == before)
    // Frozen, it is meant to stay as it is.
    hidden.isTrainable = false
    #expect(throws: Never.self) { try loop.step() }
  }

  // MARK: Early stopping

  @Test func stopsWhenAMetricGetsNoBetterAndBringsBackTheBest() throws {
    let model = Self.linear([1, 0, 0, 1])
    let loop = Self.loop(model)
    var history: [(value: Double, weights: [[Float]])] = []
    let values = [0.5, 0.4, 0.45, 0.35, 0.36, 0.35, 0.9, 0.1]
    loop.evaluation = {
      history.append((values[history.count], self.weights(of: model)))
      return ["error": history.last!.value]
    }
    loop.earlyStopping = EarlyStopping(on: "error", .smallest, patience: 3)
    let result = try loop.run(epochs: 100)
    #expect(result.end == .stoppedEarly)
    #expect(loop.epochCount == 7)
    #expect(weights(of: model) == history[3].weights)
    #expect(loop.best! == (4, 0.35))
    loop.earlyStopping = EarlyStopping(on: "accuracy", .largest, patience: 3)
    #expect(throws: TrainingError.unknownMetric("accuracy", known: ["loss", "error"])) {
      try loop.run(epochs: 100)
    }
  }

  @Test func changesThatAreTooSmallDoNotCount() {
    let stopping = EarlyStopping(on: "x", .largest, patience: 1, minimumChange: 0.1)
    let isBetter: (Double, Double?) -> Bool = { value, best in
      stopping.isBetter(value, than: best.map { .init(metric: "x", epoch: 1, value: $0) })
    }
    #expect(isBetter(.nan, nil))
    #expect(isBetter(1, .nan))
    #expect(isBetter(.nan, 1) == false)
    #expect(isBetter(1.05, 1) == false)
    #expect(isBetter(1.2, 1))
  }

  // MARK: Averages

  /// The evaluation sees what an average by hand gives, and training goes on as without.
  @Test func averagesAreEvaluatedInTheModelsPlace() throws {
    func run(
      _ averaging: (MultilayerPerceptron) -> WeightAveraging?
    ) throws -> (evaluated: [[[Float]]], last: [[Float]], loop: TrainingLoop<ImageDataset>) {
      let model = Self.linear([1, 0, 0, 1])
      let loop = Self.loop(model, batchSize: 3)
      var evaluated: [[[Float]]] = []
      loop.evaluation = {
        evaluated.append(self.weights(of: model))
        return [:]
      }
      loop.averaging = averaging(model)
      try loop.run(epochs: 4)
      return (evaluated, weights(of: model), loop)
    }
    let plain = try run { _ in nil }
    let averages = [WeightAveraging.everyStep, WeightAveraging.everyEpoch].map { every in
      { (model: MultilayerPerceptron) in every(AveragedWeights(of: model, .equal), 1) }
    }
    let (steps, epochs) = (try run(averages[0]), try run(averages[1]))
    #expect(steps.last == plain.last && epochs.last == plain.last)
    #expect(epochs.loop.averaging?.weights.updateCount == 3)
    #expect(steps.loop.averaging?.weights.updateCount == 7)

    // By hand: two steps an epoch, of which the first is left out.
    let model = Self.linear([1, 0, 0, 1])
    let loop = Self.loop(model, batchSize: 3)
    let average = AveragedWeights(of: model, .equal)
    for step in 1...8 {
      try loop.step()
      if step > 1 { average.update() }
      guard step % 2 == 0 else { continue }
      #expect(steps.evaluated[step / 2 - 1] == average.inModel { weights(of: model) })
    }
    // The mean of the weights after the second epoch and those after it.
    #expect(epochs.evaluated[0] == plain.evaluated[0] && epochs.evaluated[1] == plain.evaluated[1])
    let own = plain.evaluated.map { Array($0.joined()) }
    for (index, found) in epochs.evaluated[3].joined().enumerated() {
      #expect(abs(found - (own[1][index] + own[2][index] + own[3][index]) / 3) < 1e-6)
    }
    epochs.loop.averaging?.weights.copyToModel()
    #expect(weights(of: epochs.loop.model) == epochs.evaluated[3])
  }

  /// What was evaluated as best is brought back.
  @Test func theBestWeightsAreAverages() throws {
    let model = Self.linear([1, 0, 0, 1])
    let loop = Self.loop(model)
    var evaluated: [[[Float]]] = []
    loop.evaluation = {
      evaluated.append(self.weights(of: model))
      return ["error": [3, 2, 5, 6][evaluated.count - 1]]
    }
    loop.averaging = .everyStep(AveragedWeights(of: model, .exponential(decay: 0.5)))
    loop.earlyStopping = EarlyStopping(on: "error", .smallest, patience: 2)
    try loop.run(epochs: 10)
    #expect(evaluated.count == 4)
    #expect(weights(of: model) == evaluated[1])
  }

  // MARK: Any batches

  @Test func dataMayBeAnything() throws {
    // y = 2 x1 - x2 + 0.5 from sequences of several lengths: what counts is their sum.
    let sequences: [(terms: [Double], sum: Double)] = (1...20).map { n in
      let terms = (0..<n % 4 + 1).map { Double(n * 7 % 5 + $0) / 5 }
      return (terms, terms.reduce(0, +))
    }
    let slope = Parameter(.zeros([]), named: "slope")
    let group = ModuleGroup(["slope": slope])
    let loop = TrainingLoop(
      group, SGD(for: group, learningRate: 0.05), ListDataset(sequences), batchSize: 5
    ) { batch, _ in
      let errors = batch.map { (slope.tensor * $0.terms.reduce(0, +) - 3 * $0.sum).squared() }
      return Tensor.stack(errors).mean()
    }
    try loop.run(epochs: 30)
    #expect(abs(slope.array.doubles[0] - 3) < 1e-3)
  }

  @Test func anEmptyDataSetIsAnError() {
    let empty = TrainingLoop(
      ModuleGroup([:]), SGD(for: ModuleGroup([:])), ListDataset([Int]()), batchSize: 1
    ) { _, _ in Tensor(1.0) }
    #expect(throws: TrainingError.self) { try empty.step() }
    #expect(throws: TrainingError.self) { try empty.run(epochs: 1) }
  }
}
