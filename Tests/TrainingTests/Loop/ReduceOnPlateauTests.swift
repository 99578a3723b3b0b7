import BackpropTestSupport
import Testing

@testable import BackpropTraining

/// Rates compared with PyTorch's, from Tests/Fixtures/make_schedule_fixtures.py.
@Suite struct ReduceOnPlateauTests {
  private struct Fixture: Decodable {
    var values: [Double]
    var rates: [Double]
  }

  private static let reductions: [String: ReduceOnPlateau] = [
    "default": ReduceOnPlateau(of: "x", .smallest),
    "impatient": ReduceOnPlateau(of: "x", .smallest, factor: 0.5, patience: 0),
    "cooling down": ReduceOnPlateau(of: "x", .smallest, factor: 0.5, patience: 1, cooldown: 4),
    "absolute": ReduceOnPlateau(
      of: "x", .smallest, factor: 0.3, patience: 2, threshold: .absolute(0.1),
      minimumLearningRate: 0.02),
    "largest": ReduceOnPlateau(
      of: "x", .largest, factor: 0.7, patience: 1, threshold: .relative(0.01)),
    "largest, absolute": ReduceOnPlateau(
      of: "x", .largest, factor: 0.7, patience: 1, threshold: .absolute(0.2)),
  ]

  @Test func ratesAreThoseOfPyTorch() throws {
    let fixture = try Fixtures.decode([String: Fixture].self, from: "plateaus.json")
    #expect(fixture.keys.sorted() == Self.reductions.keys.sorted())
    for (name, expected) in fixture {
      let reduction = try #require(Self.reductions[name])
      var (rate, progress) = (1.0, ReduceOnPlateau.Progress())
      for (epoch, value) in expected.values.enumerated() {
        rate = reduction.learningRate(after: value, from: rate, &progress)
        #expect(
          abs(rate - expected.rates[epoch]) <= 1e-14 * rate,
          "\(name), epoch \(epoch): \(rate), not \(expected.rates[epoch])")
      }
      #expect(rate < 1, "\(name)")
    }
  }

  @Test func aMetricThatIsNoNumberIsNeverBetter() {
    let reduction = ReduceOnPlateau(of: "x", .smallest, factor: 0.5, patience: 1)
    var (rate, progress) = (1.0, ReduceOnPlateau.Progress())
    let rates = [Double.nan, .nan, 3, .nan, 2, .nan, .nan].map { value in
      rate = reduction.learningRate(after: value, from: rate, &progress)
      return rate
    }
    #expect(rates == [1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25])
  }

  /// A rate that someone has set below the least one stays there.
  @Test func aRateNeverRises() {
    let reduction = ReduceOnPlateau(of: "x", .largest, patience: 0, minimumLearningRate: 0.1)
    var progress = ReduceOnPlateau.Progress()
    let rates = [1.0, 1, 1].map { reduction.learningRate(after: $0, from: 0.01, &progress) }
    #expect(rates == [0.01, 0.01, 0.01])
  }

  @Test func theLoopTakesTheReducedRate() throws {
    let loop = TrainingLoopTests.loop(TrainingLoopTests.linear([1, 0, 0, 1]), learningRate: 0.5)
    var values = [3.0, 2, 2.5, 2, 1, 1.5, 2][...]
    loop.evaluation = { ["error": values.removeFirst()] }
    loop.reduceOnPlateau = ReduceOnPlateau(of: "error", .smallest, factor: 0.5, patience: 1)
    let rates = try (0..<7).map { _ in
      try loop.step()
      return loop.learningRate
    }
    #expect(rates == [0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125])
    #expect(loop.optimizer.learningRate == 0.25)
    loop.evaluation = nil
    #expect(throws: TrainingError.unknownMetric("error", known: ["loss"])) { try loop.step() }
  }
}
