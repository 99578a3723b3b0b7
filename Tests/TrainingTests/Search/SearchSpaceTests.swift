import BackpropArrays
import Foundation
import Testing
@testable import BackpropTraining

@Suite struct SearchSpaceTests {
  private func search(_ configuration: TrainingConfiguration = TrainingConfiguration()) -> Search {
    Search(configuration, goal: MetricGoal("testAccuracy", .largest))
  }

  @Test func aGridIsEachCombinationOnce() throws {
    var search = search()
    try search.space.add("learning-rate", values: ["0.01", "0.1"])
    try search.space.add("hidden", values: ["50", "100", "20+10"])
    #expect(search.space.gridCount == 6)
    let trials = try search.trials()
    #expect(trials.map(\.number) == Array(1...6))
    #expect(
      trials.map { $0.settings["learning-rate"]! } == ["0.01", "0.01", "0.01", "0.1", "0.1", "0.1"])
    #expect(trials.map(\.configuration.hidden) == [[50], [100], [20, 10], [50], [100], [20, 10]])
    #expect(trials[5].configuration.learningRate == 0.1)
  }

  @Test func anOptimizerBringsItsUsualRate() throws {
    var configuration = TrainingConfiguration()
    configuration.learningRate = 0.7
    var search = search(configuration)
    try search.space.add("optimizer", values: ["sgd", "adamw"])
    #expect(try search.trials().map(\.configuration.learningRate) == [0.1, 0.001])
    #expect(try search.trials().map(\.configuration.weightDecay) == [0, 0.01])
    search.followingOptimizer = []
    #expect(try search.trials().map(\.configuration.learningRate) == [0.7, 0.7])
    #expect(try search.trials().map(\.configuration.weightDecay) == [0, 0])
    // What the space says goes before.
    search.followingOptimizer = ["learning-rate", "weight-decay"]
    try search.space.add("learning-rate", values: ["0.3"])
    #expect(try search.trials().map(\.configuration.learningRate) == [0.3, 0.3])
  }

  @Test func rangesAreDrawnFrom() throws {
    var search = search()
    search.randomTrials = 400
    try search.space.add(
      "learning-rate", SearchSpace.Range(from: 1e-4, to: 1e-1, scale: .log))
    try search.space.add("dropout", SearchSpace.Range(from: 0, to: 0.5))
    try search.space.add("batch-size", SearchSpace.Range(from: 10, to: 12))
    try search.space.add("activation", values: ["relu", "tanh"])
    #expect(search.space.gridCount == nil)
    let trials = try search.trials()
    let rates = trials.map(\.configuration.learningRate)
    #expect(rates.allSatisfy { (1e-4...1e-1).contains($0) })
    // Each of three orders of magnitude has about a third: standard deviation 9.4.
    for exponent in -4..<(-1) {
      let low = Double("1e\(exponent)")!
      let found = rates.count { $0 >= low && $0 < 10 * low }
      #expect(abs(found - 133) < 45, "\(exponent): \(found)")
    }
    let dropouts = trials.map { $0.configuration.dropout! }
    #expect(dropouts.allSatisfy { (0...0.5).contains($0) })
    #expect(abs(dropouts.reduce(0, +) / 400 - 0.25) < 0.03)
    #expect(Set(trials.map(\.configuration.batchSize)) == [10, 11, 12])
    #expect(Set(trials.map(\.configuration.activation)) == [.relu, .tanh])
    // Four digits, as they stand in the text.
    #expect(trials.allSatisfy { $0.settings["learning-rate"]!.count { $0.isNumber } <= 9 })
    // The same trials again, and with more of them, these first.
    #expect(try search.trials() == trials)
    search.randomTrials = 500
    #expect(Array(try search.trials().prefix(400)) == trials)
    search.configuration.seed = 1
    #expect(try search.trials()[0].settings != trials[0].settings)
  }

  @Test func listsAloneAreDrawnWithoutRepeating() throws {
    var search = search()
    try search.space.add("hidden", values: ["10", "20", "30"])
    try search.space.add("activation", values: ["relu", "tanh"])
    search.randomTrials = 4
    let trials = try search.trials()
    #expect(Set(trials.map(\.settings)).count == 4)
    search.randomTrials = 100
    #expect(Set(try search.trials().map(\.settings)).count == 6)
    #expect(Array(try search.trials().prefix(4)) == trials)
  }

  @Test func numbersOfARangeHaveFourDigits() throws {
    let range = try SearchSpace.Range(from: 1e-4, to: 1e-1, scale: .log)
    #expect(range.text(at: 0, whole: false) == "0.0001")
    #expect(range.text(at: 1, whole: false) == "0.1")
    #expect(range.text(at: 0.5, whole: false) == "0.003162")
    #expect(try SearchSpace.Range(from: -1, to: 1).text(at: 0.25, whole: false) == "-0.5")
    #expect(
      try SearchSpace.Range(from: 0, to: 1e9).text(at: 1.0 / 3, whole: false) == "333300000.0")
    #expect(try SearchSpace.Range(from: 1, to: 9).text(at: 0.49, whole: true) == "5")
    #expect(
      try SearchSpace.Range(from: 0.00012344, to: 1).text(at: 0, whole: false) == "0.00012344")
  }

  /// However far it reaches, a range gives texts, which settings take or refuse.
  @Test func farRangesAreRefusedInGoodOrder() throws {
    let far: [(String, Double, Double, SearchSpace.Range.Scale)] = [
      ("epochs", 1, 1e300, .linear), ("epochs", 1, 1e300, .log), ("seed", -1e308, 1e308, .linear),
      ("clip", -1e308, 1e308, .linear),
    ]
    for (name, low, high, scale) in far {
      var search = search()
      search.randomTrials = 50
      try search.space.add(name, SearchSpace.Range(from: low, to: high, scale: scale))
      #expect(throws: TrainingError.self, "\(name)") { try search.trials() }
    }
    let small = try SearchSpace.Range(
      from: .leastNonzeroMagnitude, to: .leastNormalMagnitude, scale: .log)
    #expect(Double(small.text(at: 0.5, whole: false))! > 0)
  }

  @Test func whatIsReadIsChecked() throws {
    let damaged = [
      #"{"name": "hidden", "values": []}"#, #"{"name": "hidden", "values": ["x"]}"#,
      #"{"name": "depth", "values": ["1"]}"#, #"{"name": "hidden"}"#,
      #"{"name": "clip", "range": {"from": 2, "to": 1, "scale": "linear"}}"#,
      #"{"name": "clip", "range": {"from": 0, "to": 1, "scale": "log"}}"#,
      #"{"name": "model", "range": {"from": 0, "to": 1, "scale": "linear"}}"#,
      #"{"name": "clip", "values": ["1"]}, {"name": "clip", "values": ["2"]}"#,
    ]
    for text in damaged {
      #expect(throws: DecodingError.self, "\(text)") {
        try JSONDecoder().decode(
          SearchSpace.self, from: Data(#"{"dimensions": [\#(text)]}"#.utf8))
      }
    }
  }

  @Test func mistakesAreErrors() throws {
    var space = SearchSpace()
    try space.add("hidden", values: ["10"])
    #expect(throws: TrainingError.self) { try space.add("hidden", values: ["20"]) }
    #expect(throws: TrainingError.self) { try space.add("depth", values: ["20"]) }
    #expect(throws: TrainingError.self) { try space.add("clip", values: []) }
    #expect(throws: TrainingError.self) { try space.add("clip", values: ["1", "1"]) }
    #expect(throws: TrainingError.self) { try space.add("clip", values: ["1", "x"]) }
    let range = try SearchSpace.Range(from: 1, to: 2)
    #expect(throws: TrainingError.self) { try space.add("optimizer", range) }
    #expect(space.dimensions.count == 1)
    #expect(throws: TrainingError.self) { try SearchSpace.Range(from: 2, to: 1) }
    #expect(throws: TrainingError.self) { try SearchSpace.Range(from: 0, to: 1, scale: .log) }
    #expect(throws: TrainingError.self) { try SearchSpace.Range(from: 0, to: .infinity) }
    #expect(throws: TrainingError.self) { try SearchSpace.Range(from: .nan, to: 1) }

    var search = search()
    #expect(throws: TrainingError.self) { try search.trials() }
    try search.space.add("clip", range)
    #expect(throws: TrainingError.self) { try search.trials() }
    search.randomTrials = 0
    #expect(throws: TrainingError.self) { try search.trials() }
    search.randomTrials = 1
    #expect(try search.trials().count == 1)
    // Settings that make no sense together.
    try search.space.add("model", values: ["lenet"])
    try search.space.add("dropout", values: ["0.5"])
    #expect(throws: TrainingError.self) { try search.trials() }
  }

  @Test func aSearchIsWrittenAndRead() throws {
    var search = search()
    search.randomTrials = 3
    try search.space.add("clip", SearchSpace.Range(from: 1, to: 2, scale: .log))
    try search.space.add("hidden", values: ["10", "20"])
    let text = try JSONEncoder().encode(search)
    let read = try JSONDecoder().decode(Search.self, from: text)
    #expect(read == search)
    #expect(try read.trials() == search.trials())
  }
}
