import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks
import BackpropTraining
import Testing

@Suite struct PictureClassificationTests {
  /// Pictures of two pixels; one in five is of the second class, and not all can be told by the pixels.
  private func pictures(_ count: Int, seed: UInt64 = 1) -> ImageDataset {
    var random = RandomSource(seed: seed)
    let labels = (0..<count).map { UInt8($0 % 5 == 0 ? 1 : 0) }
    let pixels = labels.flatMap { label -> [UInt8] in
      let value = UInt8(60 + 60 * Int(label) + Int(random.below(120)))
      return [value, 255 - value]
    }
    return ImageDataset(
      pixels: pixels, rows: 1, columns: 2, labels: labels, classNames: ["usual", "rare"])
  }

  private func configuration() -> TrainingConfiguration {
    var configuration = TrainingConfiguration()
    configuration.hidden = [4]
    configuration.batchSize = 20
    configuration.seed = 3
    configuration.learningRate = 0.5
    return configuration
  }

  private func task(_ configuration: TrainingConfiguration) throws -> PictureClassification {
    try PictureClassification(
      configuration, train: pictures(200), test: pictures(100, seed: 2), title: "Two pixels")
  }

  @Test func aPartIsKeptBackAndDecides() throws {
    var configuration = configuration()
    let plain = try task(configuration)
    #expect(plain.metrics == ["trainAccuracy", "testAccuracy"])
    #expect(plain.goal == MetricGoal("testAccuracy", .largest) && plain.examples.count == 200)
    configuration.validation = 0.25
    let task = try task(configuration)
    #expect(task.metrics == ["trainAccuracy", "validationAccuracy", "testAccuracy"])
    #expect(task.goal == MetricGoal("validationAccuracy", .largest))
    #expect(task.examples.count == 150 && task.validation.count == 50)
    let classes = pictures(200).classes
    #expect(task.validation.positions.count { classes[Int($0)] == 1 } == 10)
    #expect(Set(task.examples.positions).isDisjoint(with: task.validation.positions))
    let values = task.evaluate()
    #expect(values["validationAccuracy"] == accuracy(of: task.network, on: task.validation))
    #expect(try task.summary().contains("150 pictures to train with, 50 to decide by, 100 to test"))
    // The seed of the run draws it.
    #expect(try self.task(configuration).validation.positions == task.validation.positions)
    configuration.seed = 4
    #expect(try self.task(configuration).validation.positions != task.validation.positions)
  }

  /// What the result says is what the weights do that the model has at the end.
  @Test func theBestWeightsComeBackWithTheirMetrics() throws {
    var configuration = configuration()
    configuration.validation = 0.25
    configuration.patience = 2
    configuration.length = .epochs(200)
    configuration.learningRate = 2
    let task = try task(configuration)
    let training = try ConfiguredTraining(configuration, task)
    var values: [Double] = []
    training.loop.onEpoch = { values.append($0.metrics["validationAccuracy"]!) }
    let result = try training.run()
    #expect(result.end == .stoppedEarly && values.count < 200)
    #expect(result.metrics["validationAccuracy"] == values.max()!)
    #expect(values.firstIndex(of: values.max()!)! + 3 == values.count)
    #expect(result.metrics == task.evaluate())
  }

  @Test func balancedWeightsFindRareClasses() throws {
    func recallOfTheRare(_ weighting: ClassWeighting) throws -> Double {
      var configuration = configuration()
      configuration.classWeights = weighting
      configuration.length = .epochs(30)
      let task = try task(configuration)
      try ConfiguredTraining(configuration, task).run()
      return evaluate(task.network, on: task.test).metrics.confusion.recall(of: 1)
    }
    let (plain, balanced) = (try recallOfTheRare(.none), try recallOfTheRare(.balanced))
    #expect(balanced > plain + 0.1, "\(plain), \(balanced)")
  }

  @Test func settingsThatMakeNoSenseAreErrors() throws {
    for (validation, patience) in [(0.0, nil), (1, nil), (.nan, nil), (nil, 3), (0.1, 0)]
      as [(Double?, Int?)]
    {
      var configuration = configuration()
      configuration.validation = validation
      configuration.patience = patience
      #expect(throws: TrainingError.self) { try configuration.validate(exampleCount: .max) }
    }
    // What is left is too little for a batch.
    var configuration = configuration()
    configuration.validation = 0.95
    #expect(throws: TrainingError.self) { try task(configuration) }
  }
}
