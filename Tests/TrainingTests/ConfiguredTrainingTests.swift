import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropFiles
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTestSupport
import BackpropTraining
import Foundation
import Testing

@Suite struct ConfiguredTrainingTests {
  private static func configuration() -> TrainingConfiguration {
    var configuration = TrainingConfiguration()
    configuration.hidden = [5]
    configuration.batchSize = 3
    configuration.length = .epochs(4)
    configuration.seed = 7
    return configuration
  }

  private static func training(_ configuration: TrainingConfiguration) throws -> ConfiguredTraining<
    TrainingConfiguration
  > {
    let data = TrainingLoopTests.dataset
    return try ConfiguredTraining(
      configuration,
      PictureClassification(configuration, train: data, test: data, title: "Four pictures"))
  }

  private func weights(_ module: any Module) -> [[Float]] {
    module.parameters.map { $0.array.scalars() }
  }

  /// The same as by hand.
  @Test func trainsWhatTheConfigurationSays() throws {
    var configuration = Self.configuration()
    configuration.optimizer = .adamw
    configuration.learningRate = 0.02
    configuration.weightDecay = 0.3
    configuration.schedule = .cosine
    configuration.clip = 0.5
    configuration.activation = .tanh
    let training = try Self.training(configuration)
    #expect(training.stepCount == 8)
    let summary = try training.task.summary()
    #expect(summary.hasPrefix("Four pictures: 4 pictures to train with, 4 to test with"))
    let result = try training.run()
    #expect(result.steps == 8 && result.metrics.keys.sorted() == ["testAccuracy", "trainAccuracy"])

    var random = RandomSource(seed: 7)
    let model = MultilayerPerceptron([2, 5, 2], activation: .tanh, using: &random)
    let loop = TrainingLoop(
      model, AdamW(for: model, learningRate: 0.02, weightDecay: 0.3), TrainingLoopTests.dataset,
      batchSize: 3, seed: 7
    ) { batch, mode in
      crossEntropy(logits: model(batch.images, mode), targets: batch.labels)
    }
    loop.schedule = .cosine(over: 8)
    loop.clipping = .norm(0.5)
    try loop.run(epochs: 4)
    #expect(weights(training.task.model) == weights(model))
  }

  @Test func leavesAFolderIfAskedTo() throws {
    try withTemporaryFolder { path in
      let training = try Self.training(Self.configuration())
      let folder = try training.begin(in: path + "/run")
      try training.run()
      #expect(File.exists(folder.weightsPath))
      let classifier = try Classifier(contentsOf: folder.weightsPath)
      #expect(classifier.classNames == ["a", "b"] && classifier.dataset == "digits")
      #expect(weights(classifier.model) == weights(training.task.model))
    }
  }

  /// Wherever it was cut off, what is in the folder at the end is that of a run that was not.
  @Test func goesOnInItsFolder() throws {
    try withTemporaryFolder { path in
      var configuration = Self.configuration()
      configuration.optimizer = .adam
      configuration.checkpointEvery = 3
      let whole = try Self.training(configuration)
      let unbroken = try whole.begin(in: path + "/whole")
      try whole.run()
      for kill in 1...8 {
        let place = "\(path)/\(kill)"
        do {
          let first = try Self.training(configuration)
          try first.begin(in: place)
          first.loop.observers.append(CheckpointsTests.Killer(after: kill))
          #expect(throws: CheckpointsTests.Killed.self) { try first.run() }
        }
        #expect(try RunFolder.result(of: place) == nil)
        let read: TrainingConfiguration = try RunFolder.configuration(of: place)
        #expect(read == configuration)
        let second = try Self.training(read)
        let (folder, resumption) = try second.resume(in: place)
        #expect(resumption.step == (kill <= 3 ? nil : kill <= 6 ? 3 : 6))
        try second.run()
        #expect(try File.read(folder.weightsPath) == File.read(unbroken.weightsPath))
        let (a, b) = (folder.reports, unbroken.reports)
        #expect(a.map(\.epoch) == [1, 2, 3, 4] && a.map(\.loss) == b.map(\.loss))
        #expect(a.map(\.metrics) == b.map(\.metrics))
        #expect(try RunFolder.result(of: place)?.end == .completed)
      }
    }
  }

  @Test func refusesWhatMakesNoSense() throws {
    var configuration = Self.configuration()
    configuration.dataset = "cats"
    let error = #expect(throws: TrainingError.self) { try ConfiguredTraining(configuration) }
    #expect(error?.description.contains("expected digits, mnist, fashion-mnist") == true)
    configuration = Self.configuration()
    configuration.batchSize = 5
    #expect(throws: TrainingError.batchTooLarge(batchSize: 5, exampleCount: 4)) {
      try Self.training(configuration)
    }
  }

  /// Houses by their size: any data, any loss.
  private struct Line: TrainingTask {
    let examples = TensorDataset(
      inputs: Tensor([[0.0], [1], [2], [3]]), targets: Tensor([[1.0], [3], [5], [7]]))
    let linear = Linear(weight: .zeros([1, 1]), bias: .zeros([1]))
    var model: any Module { linear }
    let metrics = ["trainError"]
    let goal = MetricGoal("trainError", .smallest)
    let metadata: [String: String] = [:]

    func loss(of batch: TensorDataset.Batch, _ mode: Mode) -> Tensor {
      meanSquaredError(predictions: linear(batch.inputs, mode), targets: batch.targets)
    }
    func evaluate() -> [String: Double] {
      ["trainError": loss(of: examples.batch([0, 1, 2, 3]), .inference).item]
    }
    func summary() -> String { "a line" }
  }

  @Test func theTaskMayBeAnyOther() throws {
    var configuration = Self.configuration()
    configuration.length = .steps(200)
    let training = try ConfiguredTraining(configuration, Line())
    #expect(try training.run().metrics["trainError"]! < 1e-3)
  }
}
