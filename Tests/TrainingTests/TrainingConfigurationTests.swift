import Foundation
import Testing
import BackpropTraining

@Suite struct TrainingConfigurationTests {
  @Test func countsTheSmallerLastBatch() {
    var configuration = TrainingConfiguration()
    configuration.batchSize = 100
    for (count, steps) in [(100, 1), (101, 2), (60_000, 600)] {
      #expect(configuration.stepsPerEpoch(exampleCount: count) == steps)
      #expect(configuration.stepCount(exampleCount: count) == 10 * steps)
    }
    configuration.length = .steps(17)
    #expect(configuration.stepCount(exampleCount: 60_000) == 17)
  }

  @Test func refusesWhatMakesNoSense() {
    let changes: [(inout TrainingConfiguration) -> Void] = [
      { $0.hidden = [50, 0] }, { $0.hidden = [1_000_001] }, { $0.hidden = [65_536, 65_536] },
      { $0.batchSize = 0 }, { $0.batchSize = 101 }, { $0.learningRate = 0 },
      { $0.learningRate = -.infinity }, { $0.learningRate = .nan }, { $0.length = .epochs(0) },
      { $0.length = .steps(-1) }, { $0.length = .epochs(.max) }, { $0.weightDecay = -0.1 },
      { $0.weightDecay = .infinity }, { $0.clip = 0 }, { $0.dropout = 1 }, { $0.dropout = .nan },
      {
        $0.model = .leNet; $0.dropout = 0.5
      }, { $0.clip = .nan },
    ]
    for change in changes {
      var configuration = TrainingConfiguration()
      change(&configuration)
      #expect(throws: TrainingError.self) { try configuration.validate(exampleCount: 100) }
    }
    #expect(throws: TrainingError.emptyDataset("digits")) {
      try TrainingConfiguration().validate(exampleCount: 0)
    }
    #expect(throws: Never.self) { try TrainingConfiguration().validate(exampleCount: 100) }
  }

  @Test func errorsNameTheSettingAndTheRemedy() {
    let text = TrainingError.batchTooLarge(batchSize: 100, exampleCount: 60).description
    #expect(text.contains("100") && text.contains("take 60 or less"))
    var configuration = TrainingConfiguration()
    configuration.batchSize = 0
    let error = #expect(throws: TrainingError.self) { try configuration.validate(exampleCount: 9) }
    #expect(error!.description == "the setting 'batchSize' is 0, expected 1 or more")
  }

  @Test func makesTheOptimizerThatItNames() {
    var configuration = TrainingConfiguration()
    let model = configuration.makeModel(inputs: 4, classes: 2)
    for name in TrainingConfiguration.OptimizerName.allCases {
      configuration.optimizer = name
      configuration.learningRate = 0.125
      configuration.weightDecay = 0.25
      let optimizer = configuration.makeOptimizer(for: model)
      let type = name == .momentum ? "sgd" : name.rawValue
      #expect("\(Swift.type(of: optimizer))".lowercased() == type)
      #expect(optimizer.learningRate == 0.125 && optimizer.weightDecay == 0.25)
    }
  }

  @Test func schedulesAreForTheWholeRun() throws {
    func factors(_ name: TrainingConfiguration.ScheduleName) -> [Double]? {
      name.schedule(over: 8).map { schedule in (0..<8).map { schedule($0) } }
    }
    #expect(factors(.constant) == nil)
    #expect(factors(.linear) == [1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125])
    #expect(factors(.step) == [1, 1, 1, 1, 0.1, 0.1, 0.1 * 0.1, 0.1 * 0.1])
    let (cosine, cycle) = (try #require(factors(.cosine)), try #require(factors(.oneCycle)))
    #expect(cosine[0] == 1 && abs(cosine[4] - 0.5) < 1e-15)
    #expect(abs(cycle[0] - 1 / 25) < 1e-15 && abs(cycle[7] - 1 / 250_000) < 1e-15)
    for name in TrainingConfiguration.ScheduleName.allCases {
      #expect(name.schedule(over: 1)?(0).isFinite != false)
    }
  }

  @Test func readsBackFromJSON() throws {
    for length in [TrainingConfiguration.Length.epochs(3), .steps(9)] {
      var configuration = TrainingConfiguration()
      configuration.length = length
      configuration.hidden = [7, 5]
      configuration.optimizer = .adam
      configuration.model = .deepConvNet
      configuration.schedule = .oneCycle
      configuration.clip = length == .steps(9) ? nil : 0.5
      let data = try JSONEncoder().encode(configuration)
      #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: data) == configuration)
    }
    // Before there was a choice of models.
    let old = """
      {"dataset": "digits", "hidden": [50], "activation": "relu", "length": {"epochs": 10},
       "batchSize": 100, "optimizer": "sgd", "learningRate": 0.1, "seed": 0}
      """
    let read = try JSONDecoder().decode(TrainingConfiguration.self, from: Data(old.utf8))
    #expect(read == TrainingConfiguration())
    let data = try JSONEncoder().encode(TrainingConfiguration.Length.epochs(3))
    #expect(String(decoding: data, as: UTF8.self) == #"{"epochs":3}"#)
  }
}
