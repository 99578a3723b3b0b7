import BackpropArrays
import Foundation
import Testing

@testable import BackpropAutodiff

/// Chains that are drawn at random, in shapes that broadcast and lie in memory in every way, computed
/// together and one operation after the other.
@Suite struct RandomChainTests {
  /// What a chain is drawn from.
  private static let unary: [@Sendable (Tensor) -> Tensor] = [
    { -$0 }, { $0.abs() }, { $0.sign() }, { $0.squared() }, { ($0.abs() + 0.1).squareRoot() },
    { ($0.abs() + 0.1).reciprocalSquareRoot() }, { ($0.abs() + 0.1).reciprocal() },
    { ($0 * 0.1).exp() }, { ($0 * 0.1).expm1() }, { ($0.abs() + 0.1).log() }, { $0.abs().log1p() },
    { ($0.abs() + 0.1).log2() }, { ($0.abs() + 0.1).log10() }, { $0.tanh() }, { $0.sigmoid() },
    { $0.erf() }, { $0.relu() }, { $0.gelu() }, { $0.gelu(approximation: .tanh) }, { $0.silu() },
    { $0.mish() }, { $0.hardSigmoid() }, { $0.hardSwish() }, { $0.logSigmoid() }, { $0.sin() },
    { $0.cos() }, { $0.tanh().tan() }, { ($0.tanh() * 0.9).asin() }, { ($0.tanh() * 0.9).acos() },
    { $0.atan() }, { $0.tanh().sinh() }, { $0.tanh().cosh() }, { $0.floor() + $0 },
    { $0.ceil() * $0 }, { $0.truncated() + $0 }, { $0.rounded() - $0 }, { $0.softplus(beta: 2) },
    { $0.elu(alpha: 0.5) }, { $0.selu() }, { $0.leakyReLU() }, { $0.clipped(min: -0.7, max: 1.1) },
    { $0 * 0.3 }, { 1 - $0 }, { 2 / ($0.abs() + 1) }, { $0.pow(2) }, { $0.pow(3) },
    { ($0.abs() + 0.1).pow(0.5) }, { ($0.abs() + 0.1).pow(-1.7) }, { $0.maximum(0.2) },
    { $0.minimum(0.4) }, { ($0.abs() + 1).remainder(0.75) }, { $0.floorDivide(0.3) + $0 },
    {
      $0.cast(to: $0.scalarType == .float32 ? .float64 : .float32).exp().cast(to: $0.scalarType)
        * 0.1
    },
    { Tensor.where($0 .> 0.1, $0, 0.5) }, { ($0 .<= 0).cast(to: $0.scalarType) * $0 },
    { $0 * $0.detached },
  ]
  private static let binary: [@Sendable (Tensor, Tensor) -> Tensor] = [
    { $0 + $1 }, { $0 - $1 }, { $0 * $1 }, { $0 / ($1.abs() + 0.5) }, { $0.maximum($1) },
    { $0.minimum($1) }, { ($0.abs() + 0.5).pow($1.tanh()) }, { Tensor.where($0 .< $1, $1, $0) },
    { ($0 .== $1).cast(to: $0.scalarType) + $0 }, { ($0 .!= $1).cast(to: $0.scalarType) * $1 },
    { $0.remainder($1.abs() + 0.5) }, { Tensor.where(($0 .>= 0) .& ($1 .> 0), $0, $1) },
  ]

  /// A chain, always the same of one seed.
  private static func chain(_ inputs: [Tensor], seed: UInt64) -> Tensor {
    var random = RandomSource(seed: seed, stream: 0x71)
    func draw(_ count: Int) -> Int { min(Int(random.uniform() * Double(count)), count - 1) }
    var values = inputs
    for _ in 0..<(3 + draw(12)) {
      let value =
        draw(3) < 2
        ? unary[draw(unary.count)](values[draw(values.count)])
        : binary[draw(binary.count)](values[draw(values.count)], values[draw(values.count)])
      values.append(value)
    }
    // Everything has its part in the result.
    return values.dropFirst().reduce(values[0]) { $0 + $1 }.tanh()
  }

  private static func numbers(_ shape: Shape, _ type: ScalarType, seed: UInt64) -> NDArray {
    var random = RandomSource(seed: seed, stream: 0x72)
    return NDArray.normal(shape, scalarType: type, using: &random)
  }

  /// Inputs that broadcast to `[rows, columns]` and lie in memory in different ways.
  private static func inputs(
    _ rows: Int, _ columns: Int, _ type: ScalarType, seed: UInt64
  ) -> [Tensor] {
    let whole = Tensor(numbers([rows, columns], type, seed: seed))
    let turned = Tensor(numbers([columns, rows], type, seed: seed + 1)).transposed()
    let gaps = Tensor(numbers([rows, 2 * columns + 1], type, seed: seed + 2))[
      .all, Slice(from: 1, by: 2)]
    let row = Tensor(numbers([columns], type, seed: seed + 3))
    let column = Tensor(numbers([rows, 1], type, seed: seed + 4))
    let single = Tensor(numbers(.scalar, type, seed: seed + 5))
    let one = Tensor(numbers([1, 1], type, seed: seed + 6))
    let all = [whole, turned, gaps, row, column, single, one]
    return (0..<3).map { all[(Int(seed) * 5 + $0 * 3) % all.count] } + [whole]
  }

  private static let sizes = [
    (0, 3), (1, 1), (1, 5), (3, 4), (7, 16), (5, 127), (3, 128), (9, 300), (2, 1500), (700, 3),
    (260, 257), (1, 70_001),
  ]

  @Test func valuesHaveTheSameBits() {
    for (index, (rows, columns)) in Self.sizes.enumerated() {
      for type in [ScalarType.float32, .float64] {
        for seed in 0..<(rows * columns > 10_000 ? 4 : 12) as Range<UInt64> {
          let seed = seed + UInt64(index) * 100
          let inputs = Self.inputs(rows, columns, type, seed: seed)
          #expect(
            bits(fused { Self.chain(inputs, seed: seed) }) == bits(Self.chain(inputs, seed: seed)),
            "(\(rows), \(columns)) \(type), seed \(seed)")
        }
      }
    }
  }

  /// Where nothing broadcasts, nothing is summed in another order.
  @Test func gradientsHaveTheSameBits() {
    for (index, count) in [0, 1, 7, 300, 3001].enumerated() {
      for type in [ScalarType.float32, .float64] {
        for seed in (0..<12 as Range<UInt64>).map({ $0 + UInt64(index) * 100 }) {
          let variables = (0..<3).map {
            Tensor(Self.numbers([count], type, seed: seed + $0 + 1000)).requiringGradient()
          }
          let cotangent = Tensor(Self.numbers([count], type, seed: seed + 2000))
          let expected = Self.chain(variables, seed: seed).backward(from: cotangent)
          let found = fused { Self.chain(variables, seed: seed) }.backward(from: cotangent)
          for variable in variables {
            #expect(
              bits(found[variable]) == bits(expected[variable]), "\(count) \(type), seed \(seed)")
          }
        }
      }
    }
  }

  @Test func gradientsOfWhatBroadcastsAreThoseOfTheOperations() {
    for (index, (rows, columns)) in Self.sizes.dropLast(2).enumerated() {
      for seed in (0..<6 as Range<UInt64>).map({ $0 + UInt64(index) * 100 }) {
        let variables = Self.inputs(rows, columns, .float64, seed: seed).map {
          $0.requiringGradient()
        }
        let cotangent = Tensor(Self.numbers([rows, columns], .float64, seed: seed + 50))
        func gradients(_ result: Tensor) -> [Tensor] {
          let cotangent =
            result.shape == cotangent.shape ? cotangent : .ones(result.shape, scalarType: .float64)
          let gradients = result.backward(from: cotangent)
          return variables.map { gradients[$0] }
        }
        let expected = gradients(Self.chain(variables, seed: seed))
        let found = gradients(fused { Self.chain(variables, seed: seed) })
        for (a, b) in zip(found, expected) {
          #expect(
            a.isClose(to: b, relativeTolerance: 1e-9, absoluteTolerance: 1e-9),
            "(\(rows), \(columns)), seed \(seed)")
        }
      }
    }
  }

  @Test func bitsAreThoseOfAnyNumberOfThreads() async {
    await #expect(processExitsWith: .success) {
      func results() -> [String] {
        (0..<6 as Range<UInt64>).flatMap { seed -> [String] in
          let inputs = RandomChainTests.inputs(301, 517, .float32, seed: seed)
          let variables = inputs.map { $0.requiringGradient() }
          let result = fused { RandomChainTests.chain(variables, seed: seed) }
          let gradients = result.backward(from: .ones(result.shape))
          return [bits(result)] + variables.map { bits(gradients[$0]) }
        }
      }
      Parallel.threadCount = 1
      let expected = results()
      for threads in [2, 7] {
        Parallel.threadCount = threads
        #expect(results() == expected, "\(threads) threads")
      }
    }
  }
}
