import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropPlots
import Testing
@testable import BackpropTraining

@Suite struct LearningRateSweepTests {
  /// A loop over ten examples, of which each loss is a² / 2, so that steps of rate r multiply a by 1 − r.
  private func parabola(_ a: Parameter) -> TrainingLoop<ListDataset<Int>> {
    let group = ModuleGroup(["a": a])
    return TrainingLoop(
      group, SGD(for: group, learningRate: 0.5), ListDataset(Array(0..<10)), batchSize: 2, seed: 1
    ) { _, _ in a.tensor.squared().sum() * 0.5 }
  }

  @Test func stepsGrowByOneFactorAndTheLossesAreThoseOfTheSteps() throws {
    let a = Parameter(NDArray([1.0], scalarType: .float64))
    let sweep = try parabola(a).findLearningRate(from: 0.001, to: 1, steps: 4, smoothing: 0.5)
    let rates = [0.001, 0.01, 0.1, 1]
    var (value, mean, left) = (1.0, 0.0, 1.0)
    #expect(sweep.points.count == 4 && !sweep.hasDiverged)
    for (point, rate) in zip(sweep.points, rates) {
      let loss = value * value / 2
      mean = mean / 2 + loss / 2
      left /= 2
      #expect(abs(point.learningRate - rate) < 1e-12 * rate)
      #expect(abs(point.loss - loss) < 1e-12)
      #expect(abs(point.smoothedLoss - mean / (1 - left)) < 1e-12)
      value *= 1 - rate
    }
  }

  @Test func everythingIsAsItWas() throws {
    var random = RandomSource(seed: 3)
    let model = MultilayerPerceptron([2, 5, 2], using: &random)
    func loop() -> TrainingLoop<ImageDataset> {
      let loop = TrainingLoop(
        model, Adam(for: model, learningRate: 0.01), TrainingLoopTests.dataset, batchSize: 3,
        seed: 4
      ) { crossEntropy(logits: model($0.images, $1), targets: $0.labels) }
      loop.averaging = .everyStep(AveragedWeights(of: model, .equal))
      return loop
    }
    let first = loop()
    let recorder = TrainingLoopTests.Recorder()
    first.observers = [recorder]
    var evaluations = 0
    first.evaluation = {
      evaluations += 1
      return ["a": 1]
    }
    first.earlyStopping = EarlyStopping(on: "a", .largest, patience: 1)
    // In the middle of an epoch.
    try first.run(steps: 3)
    let (state, events) = (first.state, recorder.events.count)
    let (rate, counted) = (first.learningRate, evaluations)
    let sweep = try first.findLearningRate(steps: 30)
    #expect(try first.findLearningRate(steps: 30) == sweep)
    #expect(sweep.points.count > 10)
    #expect(recorder.events.count == events && evaluations == counted)
    #expect(first.learningRate == rate && first.observers.count == 1)
    #expect(first.evaluation != nil && first.earlyStopping != nil && first.averaging != nil)
    // It goes on as if nothing had been.
    let rest = try (0..<5).map { _ in try first.step().loss }
    try first.restore(state)
    let same = try (0..<5).map { _ in try first.step().loss }
    #expect(rest == same)
  }

  @Test func errorsPutEverythingBackToo() throws {
    struct Enough: Error {}
    let a = Parameter(NDArray([2.0], scalarType: .float64))
    let loop = parabola(a)
    #expect(throws: Enough.self) {
      try loop.findLearningRate(steps: 10) { if $0.learningRate > 0.001 { throw Enough() } }
    }
    #expect(a.array.doubles == [2] && loop.stepCount == 0 && loop.learningRate == 0.5)
  }

  @Test func aLossThatGrowsEndsTheSweep() throws {
    let a = Parameter(NDArray([1.0], scalarType: .float64))
    let sweep = try parabola(a).findLearningRate(
      from: 0.01, to: 1e6, steps: 60, smoothing: 0)
    #expect(sweep.hasDiverged && sweep.points.count < 60)
    let losses = sweep.points.map(\.smoothedLoss)
    #expect(losses.last! > 4 * losses.min()!)
    // Steps of a parabola of curvature 1 help up to a rate of 2, most at 1.
    let suggestion = try #require(sweep.suggestion)
    #expect(suggestion > 0.05 && suggestion < 1)
    #expect(try #require(sweep.rateOfLowestLoss) < 3)
    // To numbers that are none: of that step nothing is kept.
    let wild = Parameter(NDArray([Float(1)]))
    let end = try parabola(wild).findLearningRate(
      from: 3, to: 1e30, steps: 20, divergence: .infinity)
    #expect(end.hasDiverged && end.points.allSatisfy { $0.loss.isFinite })
    #expect(wild.array.doubles == [1])
  }

  @Test func aLossThatIsNoNumberFromTheBeginningIsAnError() {
    let a = Parameter(NDArray([Float.nan]))
    #expect(throws: TrainingError.self) { try parabola(a).findLearningRate() }
  }

  @Test func theSuggestionIsWhereTheLossFallsFastest() throws {
    func sweep(_ losses: [Double]) -> LearningRateSweep {
      let rate = { (index: Int) in 1e-5 * Double(sign: .plus, exponent: index, significand: 1) }
      return LearningRateSweep(
        points: losses.enumerated().map {
          LearningRateSweep.Point(learningRate: rate($0), loss: $1, smoothedLoss: $1)
        }, hasDiverged: false)
    }
    let rates = sweep([2, 2, 1.9, 1.7, 1, 0.6, 0.5, 0.7, 3])
    #expect(abs(try #require(rates.suggestion) - 16e-5) < 1e-15)
    #expect(abs(rates.rateOfLowestLoss! - 64e-5) < 1e-18)
    #expect(sweep([1, 2, 3, 4]).suggestion == nil)
    #expect(sweep([1, 1]).suggestion == nil && sweep([]).rateOfLowestLoss == nil)
    #expect(Figure(learningRateSweep: rates).svg().contains("suggestion"))
    #expect(!Figure(learningRateSweep: sweep([1, 2])).svg().contains("suggestion"))
  }

  /// Batches that differ much before the loss falls, and after.
  @Test(arguments: 0..<20) func noiseIsNotTakenForAFall(_ seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    let points = (0..<100).map { step -> LearningRateSweep.Point in
      let fall = min(max(Double(step - 55) / 25, 0), 1)
      let loss = 1 - 0.8 * fall + (step > 85 ? Double(step - 85) * 0.5 : 0)
      let noisy = loss + 0.15 * random.normal()
      return LearningRateSweep.Point(
        learningRate: Double(step + 1), loss: noisy, smoothedLoss: noisy)
    }
    let rate = try #require(LearningRateSweep(points: points, hasDiverged: false).suggestion)
    #expect((51...85).contains(rate), "\(rate)")
  }

  @Test func mistakesEndTheProgram() async {
    await #expect(processExitsWith: .failure) {
      let group = ModuleGroup(["a": Parameter(NDArray([Float(1)]))])
      let loop = TrainingLoop(group, SGD(for: group), ListDataset([1]), batchSize: 1) { _, _ in
        Tensor(1.0)
      }
      _ = try? loop.findLearningRate(from: 1, to: 0.1)
    }
  }
}
