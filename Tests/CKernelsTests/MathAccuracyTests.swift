import CBackpropKernels
import Foundation
import Testing

/// The functions that are ours are within 2.5 ulp of the exact value, everywhere.
@Suite struct MathAccuracyTests {
  static let bound = 2.5
  static let functions: [(bp_unary, String, @Sendable (Double) -> Double, [UInt64])] = [
    (BP_EXP, "exp", { exp($0) }, MathFixtures.exp),
    (BP_LOG, "log", { log($0) }, MathFixtures.log),
    (BP_TANH, "tanh", { tanh($0) }, MathFixtures.tanh),
    (
      BP_SIGMOID, "sigmoid", { $0 >= 0 ? 1 / (1 + exp(-$0)) : exp($0) / (1 + exp($0)) },
      MathFixtures.sigmoid
    ),
    (BP_ERF, "erf", { erf($0) }, MathFixtures.erf),
  ]

  /// Every exponent, and every half unit where the functions bend; Double serves as exact.
  @Test func float() {
    let memory = Memory()
    defer { memory.free() }
    var inputs: [Float] = stride(from: UInt32(0), to: 0x7f80_0000, by: 0x5_4321).flatMap {
      [Float(bitPattern: $0), -Float(bitPattern: $0)]
    }
    inputs += stride(from: Float(-110), to: 110, by: 0.0937).map { $0 }
    inputs += stride(from: Float(-2), to: 2, by: 0.00173).map { $0 }
    for kernels in Float.allKernels {
      for (op, name, reference, _) in Self.functions {
        let operand = memory.operand(inputs)
        let out = Guarded<Float>(count: inputs.count)
        kernels.unary(op, inputs.count, operand, 1, out.start)
        var worst = (ulps: 0.0, input: Float(0))
        for (index, input) in inputs.enumerated() {
          let error = ulps(out[index], from: reference(Double(input)))
          if !(error <= worst.ulps) { worst = (error, input) }
        }
        #expect(worst.ulps <= Self.bound, "\(kernels.name) \(name): \(worst)")
      }
    }
  }

  /// Against values to 106 bits.
  @Test func double() {
    for kernels in Double.allKernels {
      for (op, name, _, fixture) in Self.functions {
        for index in stride(from: 0, to: fixture.count, by: 3) {
          let input = Double(bitPattern: fixture[index])
          let high = Double(bitPattern: fixture[index + 1])
          let low = Double(bitPattern: fixture[index + 2])
          if op == BP_LOG && input <= 0 { continue }
          var result = 0.0
          kernels.unary(op, 1, [input], 1, &result)
          // The difference from `high` is exact, so that `low` counts.
          let error = abs((result - high) - low) / high.ulp
          #expect(error <= Self.bound, "\(kernels.name) \(name)(\(input)) = \(result)")
        }
      }
    }
  }

  @Test func specialValues() {
    checkSpecialValues(Float.self)
    checkSpecialValues(Double.self)
  }

  private func checkSpecialValues<T: KernelScalar>(_: T.Type) {
    let infinity = T.infinity
    let tiny = T.leastNonzeroMagnitude
    let cases: [(bp_unary, [(T, T)])] = [
      (
        BP_EXP,
        [
          (0, 1), (-0.0, 1), (infinity, infinity), (-infinity, 0), (800, infinity), (-800, 0),
          (tiny, 1), (.greatestFiniteMagnitude, infinity), (-.greatestFiniteMagnitude, 0),
        ]
      ),
      (
        BP_LOG,
        [
          (1, 0), (0, -infinity), (-0.0, -infinity), (infinity, infinity), (-1, .nan),
          (-infinity, .nan), (-tiny, .nan),
        ]
      ),
      (
        BP_TANH,
        [
          (0, 0), (-0.0, -0.0), (infinity, 1), (-infinity, -1), (tiny, tiny), (-tiny, -tiny),
          (100, 1), (-100, -1), (.greatestFiniteMagnitude, 1),
        ]
      ),
      (
        BP_SIGMOID,
        [(0, 0.5), (-0.0, 0.5), (infinity, 1), (-infinity, 0), (1000, 1), (-1000, 0)]
      ),
      (
        BP_ERF,
        [
          (0, 0), (-0.0, -0.0), (infinity, 1), (-infinity, -1), (7, 1), (-7, -1), (tiny, tiny),
          (-.greatestFiniteMagnitude, -1),
        ]
      ),
      (BP_SQUARE_ROOT, [(-1, .nan), (infinity, infinity), (-0.0, -0.0)]),
      (BP_RECIPROCAL, [(0, infinity), (-0.0, -infinity), (infinity, 0)]),
      (BP_RELU, [(-infinity, 0), (infinity, infinity), (-tiny, 0), (tiny, tiny)]),
      (BP_SIGN, [(infinity, 1), (-tiny, -1), (0, 0)]),
      (BP_FLOOR, [(-0.5, -1), (-0.0, -0.0), (infinity, infinity), (1e30, 1e30), (2.75, 2)]),
    ]
    for kernels in T.allKernels {
      for (op, pairs) in cases {
        for (input, expected) in pairs + [(.nan, .nan)] {
          // In every lane of a vector and in a tail.
          let n = 17
          let out = Guarded<T>(count: n)
          kernels.unary(op, n, [T](repeating: input, count: n), 1, out.start)
          let isRight = out.values.allSatisfy {
            expected.isNaN ? $0.isNaN : $0 == expected && $0.sign == expected.sign
          }
          #expect(isRight, "\(kernels.name) \(op.rawValue) of \(input): \(out[0])")
        }
      }
    }
  }
}
