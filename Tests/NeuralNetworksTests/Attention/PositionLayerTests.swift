import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import Testing

@Suite struct PositionLayerTests {
  private static func numbers(_ shape: Shape, seed: UInt64 = 1) -> NDArray {
    var random = RandomSource(seed: seed)
    return .normal(shape, scalarType: .float64, using: &random)
  }

  /// What the turning is for: products depend on the distance alone, and lengths stay.
  @Test(arguments: RotaryPositions.Pairing.allCases)
  func productsFollowTheDistance(_ pairing: RotaryPositions.Pairing) {
    let positions = RotaryPositions(8, pairing: pairing)
    let (q, k) = (Tensor(Self.numbers([1, 8])), Tensor(Self.numbers([1, 8], seed: 2)))
    func product(_ a: Int, _ b: Int) -> Double {
      (positions(q, offset: a) * positions(k, offset: b)).sum().item
    }
    let near = product(3, 1)
    #expect(abs(near - product(100, 98)) < 1e-12)
    #expect(abs(near - product(3, 2)) > 1e-3)
    #expect(abs(product(5, 5) - (q * k).sum().item) < 1e-12)
    let turned = positions(q, offset: 12)
    #expect(abs(turned.squared().sum().item - q.squared().sum().item) < 1e-12)
  }

  /// The two pairings are one, but for the order of the numbers.
  @Test func pairingsDifferInOrder() {
    let x = Tensor(Self.numbers([2, 5, 6]))
    let order = Tensor([0, 2, 4, 1, 3, 5] as [Int])
    let interleaved = RotaryPositions(6, pairing: .interleaved)(x)
    let halves = RotaryPositions(6, pairing: .halves)(x[.ellipsis, order])
    #expect(interleaved[.ellipsis, order].array == halves.array)
  }

  @Test func gradientsAreRight() {
    for pairing in RotaryPositions.Pairing.allCases {
      let positions = RotaryPositions(4, pairing: pairing)
      let check = checkGradient(at: [Self.numbers([2, 3, 5])]) {
        positions($0[0], offset: 2).squared() * 0.5 + positions($0[0])
      }
      #expect(check.passes(), "\(check)")
    }
    let check = checkGradient(at: [Self.numbers([2, 3, 5])]) {
      SinusoidalPositions()($0[0], offset: 1).squared()
    }
    #expect(check.passes(), "\(check)")
  }

  @Test func placesGoOn() {
    let x = Tensor(Self.numbers([2, 6, 4]))
    let positions = SinusoidalPositions()
    #expect(positions(x)[.all, 4...].array == positions(x[.all, 4...], offset: 4).array)
    let rotary = RotaryPositions(4)
    #expect(rotary(x)[.all, 4...].array == rotary(x[.all, 4...], offset: 4).array)
  }

  @Test func mistakesSayWhatIsWrong() async throws {
    let whole = Tensor(shapeOnly: TensorType([3, 4], .int32))
    var error = #expect(throws: ShapeError.self) {
      try SinusoidalPositions()(whole).checkedType()
    }
    #expect(error!.description.contains("SinusoidalPositions: the numbers are int32"))
    let short = Tensor(shapeOnly: TensorType([3, 4]))
    error = #expect(throws: ShapeError.self) { try RotaryPositions(6)(short).checkedType() }
    #expect(error!.description.contains("rows of the 6 numbers that are turned"))
    #expect(try RotaryPositions(4)(short).checkedType().shape == [3, 4])
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RotaryPositions(5)
    }
    let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(message.contains("5 numbers do not go in pairs"))
  }
}
