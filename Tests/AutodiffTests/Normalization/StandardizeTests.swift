import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

@Suite struct StandardizeTests {
  /// A shape, along which axes, and the shape of weights.
  struct Case: Sendable, CustomStringConvertible {
    var shape: Shape
    var axes: [Int]
    var weights: Shape?

    init(_ shape: Shape, _ axes: [Int], _ weights: Shape? = nil) {
      (self.shape, self.axes, self.weights) = (shape, axes, weights)
    }

    var description: String {
      "\(shape) along \(axes)" + (weights.map { ", weights \($0)" } ?? "")
    }
  }

  static let cases = [
    // Rows, with a weight for each number: layers over the last axes.
    Case([6, 20], [-1]), Case([6, 20], [1], [20]), Case([2, 3, 4, 5], [-1, -2], [4, 5]),
    Case([1, 7], [1], [7]), Case([600, 9], [1], [9]), Case([7], [0], [7]), Case([5, 1], [1], [1]),
    // Features over the batch: with long, short and no places.
    Case([5, 3, 4, 4], [0, 2, 3], [3, 1, 1]), Case([5, 3, 2, 2], [0, 2, 3], [3, 1, 1]),
    Case([9, 4], [0], [4]), Case([300, 37], [0]), Case([300, 37], [0], [37]),
    Case([9, 4], [0], [9, 1]), Case([5, 1, 9], [0, 2], [1, 1]), Case([5, 3, 40], [0, 2]),
    Case([40, 3, 1, 1], [0, 2, 3], [3, 1, 1]),
    // Groups of features of an example.
    Case([3, 2, 4, 9], [2, 3], [2, 4, 1]), Case([3, 2, 4, 1], [2, 3], [2, 4, 1]),
    Case([3, 1, 4, 9], [2, 3], [1, 4, 1]), Case([3, 4, 1, 9], [2, 3], [4, 1, 1]),
    // Features of an example.
    Case([3, 4, 5, 5], [2, 3], [4, 1, 1]), Case([1, 4, 25], [2], [4, 1]),
    // Features that stand last, axes apart, one weight for all, and weights that lie in no such way.
    Case([3, 4, 5], [0, 1], [5]), Case([2, 3, 2, 9], [1, 3]), Case([2, 3, 2, 9], [1, 3], [1]),
    Case([2, 3, 2, 9], [1, 3], [3, 1, 9]), Case([4, 6], [1], [4, 6]), Case([4, 6], [1], [4, 1]),
    Case([2, 3, 4], [1], [4]), Case([2, 3, 4], [0, 1, 2], [3, 1]), Case([2, 3], []),
    // Of nothing.
    Case([0, 4], [1], [4]), Case([3, 0], [1]), Case([2, 0, 3], [0, 1], [3]),
  ]

  static func numbers(
    _ example: Case, _ type: ScalarType
  ) -> (x: Tensor, weight: Tensor?, bias: Tensor?) {
    func numbers(_ shape: Shape, _ seed: UInt64) -> Tensor {
      Tensor(NDArray.numbers(shape, seed: seed).cast(to: type))
    }
    return (
      numbers(example.shape, 1) * 3 + 1, example.weights.map { numbers($0, 2) },
      example.weights.map { numbers($0, 3) }
    )
  }

  /// By the definition, in tensors.
  static func definition(
    _ x: Tensor, _ axes: [Int], _ weight: Tensor?, _ bias: Tensor?, isCentered: Bool = true
  ) -> Tensor {
    let centered = isCentered ? x - x.mean(axes: axes, keepDims: true) : x
    let variance = centered.squared().mean(axes: axes, keepDims: true)
    var y = centered / (variance + 0.1).squareRoot()
    if let weight { y = y * weight }
    if let bias { y = y + bias }
    return y
  }

  @Test(arguments: cases) func isWhatItsDefinitionSays(_ example: Case) {
    for (type, tolerance) in [(ScalarType.float64, 2e-14), (.float32, 5e-6)] {
      let (x, weight, bias) = Self.numbers(example, type)
      for (weight, bias) in [(weight, bias), (weight, nil), (nil, bias)] {
        let y = x.standardized(axes: example.axes, epsilon: 0.1, weight: weight, bias: bias)
        let expected = Self.definition(x, example.axes, weight, bias)
        #expect(y.type == x.type)
        #expect(y.isClose(to: expected, relativeTolerance: tolerance, absoluteTolerance: tolerance))
      }
      let y = x.rmsNormalized(axes: example.axes, epsilon: 0.1, weight: weight)
      let expected = Self.definition(x, example.axes, weight, nil, isCentered: false)
      #expect(y.isClose(to: expected, relativeTolerance: tolerance, absoluteTolerance: tolerance))
    }
  }

  /// The gradients of those inputs that want one are those of the definition, whichever these are.
  @Test(arguments: cases) func gradientsAreThoseOfTheDefinition(_ example: Case) {
    for wanted in 1..<8 {
      var (x, weight, bias) = Self.numbers(example, .float64)
      var inputs: [Tensor] = []
      if wanted & 1 != 0 {
        x = x.requiringGradient()
        inputs.append(x)
      }
      if wanted & 2 != 0, weight != nil {
        weight = weight!.requiringGradient()
        inputs.append(weight!)
      }
      if wanted & 4 != 0, bias != nil {
        bias = bias!.requiringGradient()
        inputs.append(bias!)
      }
      if inputs.isEmpty { continue }
      let cotangent = Tensor(NDArray.numbers(example.shape, seed: 4))
      func check(_ y: Tensor, _ expected: Tensor) {
        let (found, exact) = (y.backward(from: cotangent), expected.backward(from: cotangent))
        for input in inputs {
          #expect(
            found[input].isClose(
              to: exact[input], relativeTolerance: 1e-12, absoluteTolerance: 1e-12),
            "\(wanted): \(input.shape)")
        }
      }
      check(
        x.standardized(axes: example.axes, epsilon: 0.1, weight: weight, bias: bias),
        Self.definition(x, example.axes, weight, bias))
      if wanted & 4 == 0 {
        check(
          x.rmsNormalized(axes: example.axes, epsilon: 0.1, weight: weight),
          Self.definition(x, example.axes, weight, nil, isCentered: false))
      }
    }
  }

  @Test func statisticsAreHandedOut() {
    for x in [Tensor(NDArray.numbers([4, 3, 10])), Tensor(NDArray.numbers([4, 3]))] {
      let axes = Array(0..<x.rank).filter { $0 != 1 }
      for x in [x, x.requiringGradient()] {
        let (y, mean, variance) = x.standardizedWithStatistics(
          axes: axes, epsilon: 0, weight: nil, bias: nil)
        let shape = Shape((0..<x.rank).map { $0 == 1 ? 3 : 1 })
        #expect(mean.shape == shape && variance.shape == shape)
        #expect(!mean.requiresGradient && !variance.requiresGradient)
        let again = (x.detached - mean) / variance.squareRoot()
        #expect(y.isClose(to: again, relativeTolerance: 1e-14, absoluteTolerance: 1e-14))
        let expected = x.detached.variance(axes: axes, keepDims: true)
        #expect(variance.isClose(to: expected, relativeTolerance: 1e-14, absoluteTolerance: 0))
      }
    }
  }

  /// A mean of a million leaves the deviations their digits.
  @Test func aLargeMeanCostsNoDigits() {
    let x = Tensor([1_000_001, 1_000_003] as [Double], scalarType: .float32)
    #expect(x.standardized(epsilon: 0).doubles == [-1, 1])
  }

  @Test func shapesAloneAreEnough() throws {
    let x = Tensor(shapeOnly: TensorType([8, 64, 7, 7], .float32))
    let weight = Tensor(shapeOnly: TensorType([64, 1, 1], .float32))
    let type = try x.standardized(axes: [0, 2, 3], weight: weight, bias: weight).checkedType()
    #expect(type == x.type)
  }
}
