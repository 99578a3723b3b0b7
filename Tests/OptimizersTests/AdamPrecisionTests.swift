import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Foundation
import Testing

@testable import BackpropOptimizers

/// What a step computes of its settings is as exact as the type of the numbers allows.
@Suite struct AdamPrecisionTests {
  /// One number, whose gradient is 1.
  private struct One: Layer {
    let weight = Parameter(NDArray([0] as [Float]))
    func forward(_ input: Tensor, _ mode: Mode) -> Tensor { weight.tensor * input }

    func step(_ optimizer: Adam) {
      optimizer.update(using: self(Tensor.ones([1])).sum().backward())
    }
  }

  /// 1 − β₂ is 1e-8, though β₂ itself is 1 as a float32.
  @Test func decayNearOne() {
    let model = One()
    model.step(Adam(for: model, learningRate: 0.001, beta2: 0.99999999))
    #expect(model.weight.array.scalars() == [-0.001 as Float])
  }

  /// Against the same steps in float64. The weight itself is a float32 in both, since what it loses by
  /// being stored after every step no formula can mend.
  @Test func manySteps() {
    for (beta2, rate) in [(0.9999, 0.1), (0.999, 0.1), (0.999, 0.001), (0.99999999, 0.001)] {
      let model = One()
      let optimizer = Adam(for: model, learningRate: rate, beta2: beta2)
      var (mean, square, weight) = (0.0, 0.0, 0 as Float)
      for step in 1...200 {
        model.step(optimizer)
        mean = 0.9 * mean + (1 - 0.9)
        square = beta2 * square + (1 - beta2)
        let corrected = (square / (1 - pow(beta2, Double(step)))).squareRoot() + 1e-8
        weight = Float(
          Double(weight) - rate * mean / (1 - pow(0.9, Double(step))) / corrected)
      }
      let found: Float = model.weight.array.scalars()[0]
      #expect(abs(found - weight) <= 4 * weight.ulp, "β₂ \(beta2): \(found), not \(weight)")
    }
  }

  /// The rate and the decay of momentum in float32, against the same in float64.
  @Test func momentum() {
    let model = One()
    let optimizer = SGD(for: model, learningRate: 0.1, momentum: 0.9)
    var (velocity, weight) = (0.0, 0 as Float)
    for _ in 0..<50 {
      optimizer.update(using: model(Tensor.ones([1])).sum().backward())
      velocity = 0.9 * velocity + 1
      weight = Float(Double(weight) - 0.1 * velocity)
    }
    let found: Float = model.weight.array.scalars()[0]
    #expect(abs(found - weight) <= 4 * weight.ulp, "\(found), not \(weight)")
  }
}
