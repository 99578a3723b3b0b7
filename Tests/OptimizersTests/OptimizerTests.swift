import BackpropArrays
import BackpropAutodiff
import Foundation
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTestSupport
import Testing

/// Steps compared with PyTorch's, from Tests/Fixtures/make_optimizer_fixtures.py.
@Suite struct OptimizerTests {
  private struct Fixture: Decodable {
    var steps: [Int]
    var sampled: [[Int]]
    /// By name and type, the sampled elements after each of the steps.
    var cases: [String: [String: [[Double]]]]
  }

  /// With the settings that the fixture's script gives them by the same names.
  private static let optimizers: [String: @Sendable (Parameters) -> Optimizer] = [
    "SGD": { SGD(for: $0, learningRate: 0.1) },
    "SGD, decay": { SGD(for: $0, learningRate: 0.05, weightDecay: 0.3) },
    "momentum": { SGD(for: $0, learningRate: 0.1, momentum: 0.9) },
    "momentum, decay": {
      SGD(for: $0, learningRate: 0.05, momentum: 0.5, weightDecay: 0.3)
    },
    "momentum, dampening": {
      SGD(for: $0, learningRate: 0.05, momentum: 0.9, dampening: 0.3, weightDecay: 0.1)
    },
    "Nesterov": { SGD(for: $0, learningRate: 0.1, momentum: 0.9, nesterov: true) },
    "Nesterov, decay": {
      SGD(for: $0, learningRate: 0.05, momentum: 0.7, nesterov: true, weightDecay: 0.2)
    },
    "Adam": { Adam(for: $0) },
    "Adam, settings": {
      Adam(
        for: $0, learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.3)
    },
    "AMSGrad": { Adam(for: $0, amsgrad: true) },
    "AMSGrad, settings": {
      Adam(
        for: $0, learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.3,
        amsgrad: true)
    },
    "AdamW": { AdamW(for: $0) },
    "AdamW, settings": {
      AdamW(
        for: $0, learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.3)
    },
    "AdamW, AMSGrad": {
      AdamW(for: $0, learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, amsgrad: true)
    },
    "AdaGrad": { AdaGrad(for: $0) },
    "AdaGrad, settings": {
      AdaGrad(
        for: $0, learningRate: 0.1, learningRateDecay: 0.01, initialSum: 0.5, epsilon: 1e-3,
        weightDecay: 0.1)
    },
    "RMSProp": { RMSProp(for: $0) },
    "RMSProp, settings": {
      RMSProp(for: $0, learningRate: 0.02, alpha: 0.9, epsilon: 1e-3, weightDecay: 0.1)
    },
    "RMSProp, centered": { RMSProp(for: $0, epsilon: 1e-2, centered: true) },
    "RMSProp, momentum": { RMSProp(for: $0, learningRate: 0.001, momentum: 0.9) },
    "RMSProp, centered, momentum": {
      RMSProp(
        for: $0, learningRate: 0.001, alpha: 0.9, momentum: 0.8, centered: true, weightDecay: 0.1)
    },
    "AdaDelta": { AdaDelta(for: $0) },
    "AdaDelta, settings": {
      AdaDelta(for: $0, learningRate: 0.5, rho: 0.8, epsilon: 1e-4, weightDecay: 0.1)
    },
    "NAdam": { NAdam(for: $0) },
    "NAdam, settings": {
      NAdam(
        for: $0, learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, momentumDecay: 0.1,
        weightDecay: 0.3)
    },
    "NAdam, decoupled": { NAdam(for: $0, weightDecay: 0.3, decouplesWeightDecay: true) },
    "RAdam": { RAdam(for: $0) },
    "RAdam, settings": {
      RAdam(
        for: $0, learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.3)
    },
    "RAdam, decoupled": { RAdam(for: $0, weightDecay: 0.3, decouplesWeightDecay: true) },
    "Lion": { Lion(for: $0) },
    "Lion, settings": {
      Lion(for: $0, learningRate: 0.01, beta1: 0.8, beta2: 0.95, weightDecay: 0.3)
    },
  ]

  /// Differences are as parts of the largest weight.
  @Test(arguments: [(ScalarType.float64, 1e-10), (.float32, 1e-5)])
  func stepsAreThoseOfPyTorch(type: ScalarType, tolerance: Double) throws {
    let fixture = try Fixtures.decode(Fixture.self, from: "optimizers.json")
    #expect(fixture.cases.keys.sorted() == Self.optimizers.keys.sorted())
    // The gradients do not depend on the weights, so all take turns at one model.
    let numbers = GivenNumbers(type)
    let model = numbers.model()
    var runs = Self.optimizers.map { (name: $0, optimizer: $1(model), weights: numbers.start) }
    for step in 1...fixture.steps.last! {
      let gradients = numbers.gradients(of: model, step: step)
      for index in runs.indices {
        let run = runs[index]
        for (parameter, array) in zip(model.all, run.weights) { parameter.array = array }
        run.optimizer.update(using: gradients)
        runs[index].weights = model.all.map(\.array)
      }
      guard let row = fixture.steps.firstIndex(of: step) else { continue }
      for (name, _, weights) in runs {
        let found = zip(weights.map(\.doubles), fixture.sampled).flatMap { values, indices in
          indices.map { values[$0] }
        }
        let expected = try #require(fixture.cases[name]?["\(type)"])[row]
        let largest = expected.map { abs($0) }.max()!
        let difference = zip(found, expected).map { abs($0 - $1) }.max()! / largest
        #expect(difference <= tolerance, "\(name), \(type), step \(step): \(difference)")
      }
    }
  }

  @Test func learningRateMayChangeBetweenSteps() {
    let model = Parameters(all: [Parameter(NDArray([1, 2], scalarType: .float64))])
    for (_, makeOptimizer) in Parameters.optimizers {
      let optimizer = makeOptimizer(model)
      optimizer.learningRate = 0
      let before = model.all[0].array.doubles
      optimizer.update(using: model.loss([[1, 1]]).backward())
      #expect(model.all[0].array.doubles == before)
      optimizer.learningRate = 0.1
      optimizer.update(using: model.loss([[1, 1]]).backward())
      #expect(model.all[0].array.doubles != before)
    }
  }

  /// A tensor taken from a parameter before a step keeps its value.
  @Test func stepsDoNotShowInEarlierValues() {
    let model = Parameters(all: [Parameter(NDArray([1, 2], scalarType: .float64))])
    let before = model.all[0].tensor
    SGD(for: model, learningRate: 1).update(using: model.loss([[1, 1]]).backward())
    #expect(before.doubles == [1, 2])
    #expect(model.all[0].array.doubles == [0, 1])
  }

  /// The mean of equal gradients is their size, and what rounding leaves of the variance may be below
  /// zero.
  @Test func aVarianceBelowZeroIsNone() {
    for scale in [1, 0.3, 0.7, 1e-3] {
      let model = Parameters(all: [Parameter(NDArray([1, 2, 3] as [Float]))])
      let optimizer = RMSProp(for: model, alpha: 0.5, epsilon: 1, centered: true)
      for _ in 0..<100 {
        optimizer.update(using: model.loss([[scale, -1.1 * scale, 1.7 * scale]]).backward())
      }
      #expect(Tensor(model.all[0].array).allFinite, "\(scale)")
    }
  }
}
