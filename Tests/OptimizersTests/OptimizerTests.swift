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
    struct Case: Decodable {
      struct Options: Decodable {
        var lr: Double
        var weightDecay: Double?
        var momentum: Double?
        var nesterov: Bool?
        var betas: [Double]?
        var eps: Double?
      }
      var optimizer: String
      var options: Options
      var steps: [[[Double]]]
    }
    var shapes: [[Int]]
    var start: [[Double]]
    var gradients: [[[Double]?]]
    var cases: [Case]

    static func read() throws -> Fixture {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try Fixtures.decode(from: "optimizers.json", decoder: decoder)
    }
  }

  private func optimizer(_ fixture: Fixture.Case, for model: Parameters) -> Optimizer {
    let options = fixture.options
    if fixture.optimizer == "Adam" {
      return Adam(
        for: model, learningRate: options.lr, beta1: options.betas?[0] ?? 0.9,
        beta2: options.betas?[1] ?? 0.999, epsilon: options.eps ?? 1e-8,
        weightDecay: options.weightDecay ?? 0)
    }
    if fixture.optimizer == "AdamW" {
      return AdamW(
        for: model, learningRate: options.lr, beta1: options.betas?[0] ?? 0.9,
        beta2: options.betas?[1] ?? 0.999, epsilon: options.eps ?? 1e-8,
        weightDecay: options.weightDecay ?? 0.01)
    }
    return SGD(
      for: model, learningRate: options.lr, momentum: options.momentum ?? 0,
      nesterov: options.nesterov ?? false, weightDecay: options.weightDecay ?? 0)
  }

  @Test func stepsAreThoseOfPyTorch() throws {
    let fixture = try Fixture.read()
    #expect(fixture.cases.count == 10)
    for (type, tolerance) in [(ScalarType.float64, 1e-13), (.float32, 2e-6)] {
      for fixtureCase in fixture.cases {
        let model = Parameters(
          all: zip(fixture.shapes, fixture.start).map {
            Parameter(NDArray($1, shape: Shape($0), scalarType: .float64).cast(to: type))
          })
        let optimizer = optimizer(fixtureCase, for: model)
        for (step, gradients) in fixture.gradients.enumerated() {
          optimizer.update(using: model.loss(gradients).backward())
          for (parameter, expected) in zip(model.all, fixtureCase.steps[step]) {
            let difference = zip(parameter.array.doubles, expected).map { abs($0 - $1) }.max()!
            #expect(
              difference <= tolerance,
              "\(fixtureCase.optimizer) \(fixtureCase.options) \(type) step \(step): \(difference)")
          }
        }
      }
    }
  }

  @Test func learningRateMayChangeBetweenSteps() {
    let model = Parameters(all: [Parameter(NDArray([1, 2], scalarType: .float64))])
    let optimizers = [
      SGD(for: model), SGD(for: model, momentum: 0.5), Adam(for: model), AdamW(for: model),
    ]
    for optimizer in optimizers {
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
}
