import BackpropArrays
import BackpropAutodiff
import BackpropData
import Foundation
import BackpropNeuralNetworks
import Testing
import BackpropTraining

@Suite struct TrainerTests {
  /// Four examples of two pixels in two classes.
  static let dataset = ImageDataset(
    pixels: [0, 255, 255, 0, 51, 204, 204, 102], rows: 1, columns: 2, labels: [0, 1, 0, 1],
    classNames: ["a", "b"])

  static func configuration(_ length: TrainingConfiguration.Length) -> TrainingConfiguration {
    var result = TrainingConfiguration()
    result.hidden = []
    result.length = length
    result.batchSize = 4
    result.learningRate = 0.5
    return result
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
    var trainer = Trainer(
      model, train: Self.dataset, test: Self.dataset, configuration: Self.configuration(.steps(1)))
    let recorder = Recorder()
    trainer.observers = [recorder]
    _ = try trainer.run()

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
    var configuration = Self.configuration(.epochs(2))
    configuration.batchSize = 3
    var trainer = Trainer(
      Self.linear([1, 0, 0, 1]), train: Self.dataset, test: Self.dataset,
      configuration: configuration)
    let recorder = Recorder()
    trainer.observers = [recorder]
    let result = try trainer.run()
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
    #expect(!result.wasInterrupted)
    #expect(result.testAccuracy == recorder.epochs[1].testAccuracy)
    #expect(result.seconds == recorder.steps[3].seconds)
  }

  @Test func stopsAfterTheStepInWhichItIsAskedTo() throws {
    var trainer = Trainer(
      Self.linear([1, 0, 0, 1]), train: Self.dataset, test: Self.dataset,
      configuration: Self.configuration(.epochs(1000)))
    let recorder = Recorder()
    trainer.observers = [recorder]
    trainer.shouldStop = { recorder.steps.count == 5 }
    let result = try trainer.run()
    #expect(result.steps == 5)
    #expect(result.wasInterrupted)
    #expect(recorder.epochs.last?.step == 5)
    guard case .finished = recorder.events.last else {
      Issue.record("the end was not told")
      return
    }
  }

  @Test func stopsBeforeALossThatIsNoNumberSpoilsTheWeights() throws {
    let model = Self.linear([.infinity, 0, 0, 1])
    var trainer = Trainer(
      model, train: Self.dataset, test: Self.dataset, configuration: Self.configuration(.steps(3)))
    let recorder = Recorder()
    trainer.observers = [recorder]
    let error = try #require(throws: TrainingError.self) { try trainer.run() }
    guard case .diverged(let step, _, let place) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(step == 1)
    #expect(place.contains("layers.0") && place.contains("weight"))
    #expect(recorder.steps.isEmpty)
    #expect(model.layers[0].weight.array.scalars(as: Float.self) == [.infinity, 0, 0, 1])
  }

  @Test func theSameSeedGivesTheSameBits() throws {
    func weights(seed: UInt64) throws -> [[Float]] {
      var configuration = Self.configuration(.epochs(3))
      configuration.hidden = [5]
      configuration.batchSize = 2
      configuration.seed = seed
      let model = configuration.makeModel(inputs: 2, classes: 2)
      _ = try Trainer(
        model, train: Self.dataset, test: Self.dataset, configuration: configuration
      ).run()
      return model.parameters.map { $0.array.scalars() }
    }
    #expect(try weights(seed: 1) == weights(seed: 1))
    #expect(try weights(seed: 1) != weights(seed: 2))
  }
}
