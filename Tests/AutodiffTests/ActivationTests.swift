import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

/// Element-wise functions beside PyTorch's: values and gradients, at bends too
/// (Tests/Fixtures/make_activation_fixtures.py).
@Suite struct ActivationTests {
  private struct Case: Decodable {
    let value: String
    let gradients: [String]
  }

  private typealias Function = @Sendable (Tensor) -> Tensor

  private let functions: [String: Function] = [
    "expm1": { $0.expm1() }, "sinh": { $0.sinh() }, "cosh": { $0.cosh() }, "tan": { $0.tan() },
    "atan": { $0.atan() }, "ceil": { $0.ceil() }, "trunc": { $0.truncated() },
    "round": { $0.rounded() }, "gelu": { $0.gelu() },
    "gelu tanh": { $0.gelu(approximation: .tanh) }, "silu": { $0.silu() }, "mish": { $0.mish() },
    "softplus": { $0.softplus() }, "softplus 2 5": { $0.softplus(beta: 2, threshold: 5) },
    "softplus 0.3 40": { $0.softplus(beta: 0.3, threshold: 40) },
    "logsigmoid": { $0.logSigmoid() }, "elu": { $0.elu() }, "elu 0.7": { $0.elu(alpha: 0.7) },
    "selu": { $0.selu() }, "leaky_relu": { $0.leakyReLU() },
    "leaky_relu 0.2": { $0.leakyReLU(slope: 0.2) }, "hardswish": { $0.hardSwish() },
    "hardsigmoid": { $0.hardSigmoid() }, "clamp -1 3": { $0.clipped(min: -1, max: 3) },
    "clamp min": { $0.clipped(min: -0.5) }, "clamp max": { $0.clipped(max: 0.5) },
    "clamp 1 -1": { $0.clipped(min: 1, max: -1) },
  ]
  /// Of exp(x / 10), and of x / 50.
  private let ofPositives: [String: Function] = [
    "rsqrt": { $0.reciprocalSquareRoot() }, "reciprocal": { $0.reciprocal() },
    "log1p": { $0.log1p() }, "log2": { $0.log2() }, "log10": { $0.log10() },
  ]
  private let ofSmall: [String: Function] = ["asin": { $0.asin() }, "acos": { $0.acos() }]

  private func inputs() -> (numbers: [Double], right: [Double]) {
    var random = NumPyRandom(seed: 7)
    let numbers =
      random.randn(16).map { 3 * $0 }
      + [-40, -20.5, -3, -1, -0.5, 0, 0.5, 1, 3, 20.5, 40]
    return (numbers, random.random(numbers.count).map { 0.5 + $0 * 2 })
  }

  private func numbers(_ text: String) -> [Double] {
    text.split(separator: " ").map { Double($0)! }
  }

  /// Checks a value, and the gradients of its sum; an empty text stands for none.
  private func check(
    _ name: String, _ expected: Case, _ variables: [Tensor], _ function: ([Tensor]) -> Tensor
  ) {
    func isClose(_ found: Tensor, _ expected: String) -> Bool {
      let expected = numbers(expected)
      return found.count == expected.count
        && zip(found.doubles, expected).allSatisfy { abs($0 - $1) <= 2e-15 + 1e-14 * abs($1) }
    }
    let y = function(variables)
    #expect(isClose(y, expected.value), "\(name): \(y.doubles)")
    guard y.requiresGradient else {
      #expect(expected.gradients.allSatisfy { numbers($0).allSatisfy { $0 == 0 } }, "\(name)")
      return
    }
    let gradients = y.sum().backward()
    for (variable, expected) in zip(variables, expected.gradients) {
      #expect(isClose(gradients[variable], expected), "\(name): \(gradients[variable].doubles)")
    }
  }

  @Test func valuesAndGradientsArePyTorchs() throws {
    let cases = try Fixtures.decode([String: Case].self, from: "activations.json")
    let (numbers, right) = inputs()
    func tensor(_ numbers: [Double], _ shape: Shape? = nil) -> Tensor {
      Tensor(NDArray(numbers, shape: shape ?? [numbers.count], scalarType: .float64))
        .requiringGradient()
    }
    var done: Set<String> = []
    for (functions, transform) in [
      (functions, { $0 }), (ofPositives, { ($0 / 10).exp() }), (ofSmall, { $0 / 50 }),
    ] as [([String: Function], (Tensor) -> Tensor)] {
      for (name, function) in functions {
        let x = transform(tensor(numbers)).detached.requiringGradient()
        check(name, try #require(cases[name]), [x]) { function($0[0]) }
        done.insert(name)
      }
    }
    for (name, sign) in [("", 1.0), (" negative", -1)] {
      let (a, b) = (tensor(numbers), tensor(right.map { $0 * sign }))
      check("remainder", try #require(cases["remainder" + name]), [a, b]) { $0[0].remainder($0[1]) }
      check("floor_divide", try #require(cases["floor_divide" + name]), [a, b]) {
        $0[0].floorDivide($0[1])
      }
      done.formUnion(["remainder" + name, "floor_divide" + name])
    }
    for (name, slopes, shape) in [
      ("prelu one", [0.3], [27]), ("prelu channels", [0.3, -0.2, 1.5], [3, 3, 3]),
    ] as [(String, [Double], Shape)] {
      check(name, try #require(cases[name]), [tensor(numbers, shape), tensor(slopes)]) {
        $0[0].prelu($0[1])
      }
      done.insert(name)
    }
    #expect(done == Set(cases.keys))
  }

  /// In every layout, and in a gradient that is a view.
  @Test func everyLayoutGivesTheSame() {
    let functions: [Function] = [
      { $0.gelu() }, { $0.softplus(beta: 2) }, { $0.clipped(min: -0.5, max: 0.5) },
      { $0.prelu(Tensor([0.1, 0.2, 0.3], scalarType: .float64)) }, { $0.remainder(0.3) },
    ]
    let array = NDArray.numbers([2, 3])
    for (index, function) in functions.enumerated() {
      let x = Tensor(array).requiringGradient()
      let y = function(x)
      let gradient = y.sum().backward()[x]
      for layout in array.everyLayout {
        let z = Tensor(layout.array).requiringGradient()
        #expect(mismatch(function(z).array, y.array) == nil, "\(index) \(layout.name)")
        #expect(
          mismatch(function(z).sum().backward()[z].array, gradient.array) == nil,
          "\(index) \(layout.name)")
      }
    }
  }

  @Test func wholeNumbersAreClipped() {
    let x = Tensor([-5, 0, 7] as [Int32])
    #expect(x.clipped(min: -1, max: 3).scalars() == [-1, 0, 3] as [Int32])
    #expect(x.clipped(min: 1).scalars() == [1, 1, 7] as [Int32])
    #expect(x.clipped().scalars() == [-5, 0, 7] as [Int32])
  }

  /// 1 / 0.1 is rounded up to 10.
  @Test func aQuotientIsNotRoundedUpToAWholeNumber() {
    let a = Tensor([1, 5, -1], scalarType: .float64)
    let b = Tensor([0.1, 0.1, 0.1], scalarType: .float64)
    // As Python's 1.0 // 0.1, since 0.1 is a little more than a tenth.
    #expect(a.floorDivide(b).doubles == [9, 49, -10])
    #expect(
      a.remainder(b).doubles == [0.09999999999999995, 0.09999999999999973, 5.551115123125783e-17])
  }

  @Test func slopesMustFitTheChannels() {
    func reason(_ x: Shape, _ slopes: Shape) -> String? {
      let result = Tensor(shapeOnly: TensorType(x)).prelu(Tensor(shapeOnly: TensorType(slopes)))
      do throws(ShapeError) {
        _ = try result.checkedType()
        return nil
      } catch { return error.reason }
    }
    #expect(reason([2, 3, 4], [3]) == nil)
    #expect(reason([2, 3, 4], [1]) == nil)
    #expect(reason([4], []) == nil)
    #expect(
      reason([2, 1, 4], [3])
        == "there must be one slope, or one for each of the 1 channels of axis 1")
    #expect(
      reason([2, 3], [3, 1])
        == "there must be one slope, or one for each of the 3 channels of axis 1")
    #expect(reason([3], [3]) == "there must be one slope, as an input of 1 axes has no channels")
    #expect(throws: ShapeError.self) {
      try PReLU().evaluate([Tensor([1] as [Int32]), Tensor([1] as [Int32])])
    }
  }
}
