import CBackpropKernels
import Foundation
import Testing

/// The functions that are ours are within 2.5 ulp of the exact value, everywhere, and those that are
/// made of several within 4.
@Suite struct MathAccuracyTests {
  enum Loop: Sendable {
    case unary(bp_unary)
    case formula(bp_formula, Double, Double)

    func run<T>(
      _ kernels: Kernels<T>, _ n: Int, _ a: UnsafePointer<T>, _ out: UnsafeMutablePointer<T>
    ) {
      switch self {
      case .unary(let op): kernels.unary(op, n, a, 1, out)
      case .formula(let op, let p, let q): kernels.formula(op, n, a, 1, nil, 1, nil, 1, p, q, out)
      }
    }
  }

  struct Function: Sendable {
    let name: String
    let loop: Loop
    let bound: Double
    /// In Double, which serves as exact for Float.
    let reference: @Sendable (Double) -> Double
    /// For Double, triples of MathFixtures.
    let fixture: [UInt64]

    init(
      _ name: String, _ op: bp_unary, _ fixture: [UInt64], within bound: Double = 2.5,
      _ reference: @escaping @Sendable (Double) -> Double
    ) {
      self.init(name, .unary(op), fixture, within: bound, reference)
    }

    init(
      _ name: String, _ loop: Loop, _ fixture: [UInt64], within bound: Double = 2.5,
      _ reference: @escaping @Sendable (Double) -> Double
    ) {
      self.name = name
      self.loop = loop
      self.bound = bound
      self.reference = reference
      self.fixture = fixture
    }
  }

  static let functions = [
    Function("exp", BP_EXP, MathFixtures.exp) { exp($0) },
    Function("expm1", BP_EXPM1, MathFixtures.expm1) { expm1($0) },
    Function("log", BP_LOG, MathFixtures.log) { log($0) },
    Function("log1p", BP_LOG1P, MathFixtures.log1p) { log1p($0) },
    Function("log2", BP_LOG2, MathFixtures.log2) { log2($0) },
    Function("log10", BP_LOG10, MathFixtures.log10) { log10($0) },
    Function("tanh", BP_TANH, MathFixtures.tanh) { tanh($0) },
    Function("sigmoid", BP_SIGMOID, MathFixtures.sigmoid, logistic),
    Function("erf", BP_ERF, MathFixtures.erf) { erf($0) },
    Function("sinh", BP_SINH, MathFixtures.sinh) { sinh($0) },
    Function("cosh", BP_COSH, MathFixtures.cosh) { cosh($0) },
    Function("asin", BP_ASIN, MathFixtures.asin) { asin($0) },
    Function("acos", BP_ACOS, MathFixtures.acos) { acos($0) },
    Function("atan", BP_ATAN, MathFixtures.atan) { atan($0) },
    Function("gelu", BP_GELU, MathFixtures.gelu, within: 4, gelu),
    Function("gelu by tanh", BP_GELU_TANH, MathFixtures.geluTanh, within: 4, geluTanh),
    Function("silu", BP_SILU, MathFixtures.silu, within: 4) { $0 * logistic($0) },
    Function("mish", BP_MISH, MathFixtures.mish, within: 4) { $0 * tanh(log1p(exp($0))) },
    Function("log sigmoid", BP_LOG_SIGMOID, MathFixtures.logSigmoid) { -softplus(-$0) },
    Function("softplus", .formula(BP_SOFTPLUS, 1, .infinity), MathFixtures.softplus, softplus),
    Function("softplus, beta 2.5", .formula(BP_SOFTPLUS, 2.5, .infinity), [], within: 4) {
      softplus(2.5 * $0) / 2.5
    },
    Function("elu", .formula(BP_ELU, 1, 1), []) { $0 > 0 ? $0 : expm1($0) },
  ]

  /// Every exponent, and every half unit where the functions bend; Double serves as exact.
  @Test func float() {
    let memory = Memory()
    defer { memory.free() }
    var inputs: [Float] = stride(from: UInt32(0), to: 0x7f80_0000, by: 0x5_4321).flatMap {
      [Float(bitPattern: $0), -Float(bitPattern: $0)]
    }
    inputs += stride(from: Float(-110), to: 110, by: 0.0937).map { $0 }
    inputs += stride(from: Float(-15), to: 15, by: 0.0187).map { $0 }
    inputs += stride(from: Float(-2), to: 2, by: 0.00173).map { $0 }
    for kernels in Float.allKernels {
      for function in Self.functions {
        let operand = memory.operand(inputs)
        let out = Guarded<Float>(count: inputs.count)
        function.loop.run(kernels, inputs.count, operand, out.start)
        var worst = (ulps: 0.0, input: Float(0))
        for (index, input) in inputs.enumerated() {
          let error = ulps(out[index], from: function.reference(Double(input)))
          if !(error <= worst.ulps) { worst = (error, input) }
        }
        #expect(worst.ulps <= function.bound, "\(kernels.name) \(function.name): \(worst)")
      }
    }
  }

  /// Against values to 106 bits.
  @Test func double() {
    for kernels in Double.allKernels {
      for function in Self.functions {
        let fixture = function.fixture
        for index in stride(from: 0, to: fixture.count, by: 3) {
          let input = Double(bitPattern: fixture[index])
          let high = Double(bitPattern: fixture[index + 1])
          let low = Double(bitPattern: fixture[index + 2])
          var result = 0.0
          function.loop.run(kernels, 1, [input], &result)
          // The difference from `high` is exact, so that `low` counts.
          let error = abs((result - high) - low) / high.ulp
          #expect(
            error <= function.bound, "\(kernels.name) \(function.name)(\(input)) = \(result)")
        }
      }
    }
  }

  @Test func specialValues() {
    checkSpecialValues(Float.self)
    checkSpecialValues(Double.self)
  }

  /// Of a gradient in the limits it is the slope's limit, too.
  @Test func slopesInTheLimits() {
    func check<T: KernelScalar>(_: T.Type) {
      let inputs: [T] = [
        .infinity, .greatestFiniteMagnitude, 1000, -1000, -.greatestFiniteMagnitude, -.infinity,
        .nan,
      ]
      let ones = [T](repeating: 1, count: inputs.count)
      for kernels in T.allKernels {
        for op in [
          BP_GELU_GRADIENT, BP_GELU_TANH_GRADIENT, BP_SILU_GRADIENT, BP_MISH_GRADIENT,
          BP_HARD_SWISH_GRADIENT,
        ] {
          let out = Guarded<T>(count: inputs.count)
          kernels.binary(op, inputs.count, ones, 1, inputs, 1, out.start)
          #expect(out.values.dropLast() == [1, 1, 1, 0, 0, 0], "\(kernels.name) \(op.rawValue)")
          #expect(out[inputs.count - 1].isNaN, "\(kernels.name) \(op.rawValue)")
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  private func checkSpecialValues<T: KernelScalar>(_: T.Type) {
    let infinity = T.infinity
    let tiny = T.leastNonzeroMagnitude
    let halfPi = T(1.570_796_326_794_896_6)
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
      (
        BP_EXPM1,
        [
          (0, 0), (-0.0, -0.0), (tiny, tiny), (-tiny, -tiny), (infinity, infinity), (-infinity, -1),
          (-1000, -1), (1000, infinity), (.greatestFiniteMagnitude, infinity),
        ]
      ),
      (
        BP_LOG1P,
        [
          (0, 0), (-0.0, -0.0), (tiny, tiny), (-tiny, -tiny), (-1, -infinity),
          (infinity, infinity), (-infinity, .nan), (-1.5, .nan),
        ]
      ),
      (
        BP_LOG2,
        [
          (1, 0), (8, 3), (0.25, -2), (0, -infinity), (-0.0, -infinity), (infinity, infinity),
          (-1, .nan), (-infinity, .nan),
        ]
      ),
      (
        BP_LOG10,
        [(1, 0), (10, 1), (1000, 3), (0, -infinity), (infinity, infinity), (-1, .nan)]
      ),
      (
        BP_SINH,
        [
          (0, 0), (-0.0, -0.0), (tiny, tiny), (infinity, infinity), (-infinity, -infinity),
          (.greatestFiniteMagnitude, infinity),
        ]
      ),
      (BP_COSH, [(0, 1), (-0.0, 1), (infinity, infinity), (-infinity, infinity)]),
      (BP_TAN, [(0, 0), (-0.0, -0.0), (infinity, .nan)]),
      (
        BP_ASIN,
        [
          (0, 0), (-0.0, -0.0), (tiny, tiny), (1, halfPi), (-1, -halfPi), (1.5, .nan),
          (-infinity, .nan),
        ]
      ),
      (BP_ACOS, [(1, 0), (0, halfPi), (1.5, .nan), (infinity, .nan)]),
      (
        BP_ATAN,
        [(0, 0), (-0.0, -0.0), (tiny, tiny), (infinity, halfPi), (-infinity, -halfPi)]
      ),
      // The limits, where a formula as written gives NaN.
      (
        BP_GELU,
        [
          (0, 0), (-0.0, -0.0), (infinity, infinity), (-infinity, -0.0), (-40, -0.0), (1000, 1000),
          (-.greatestFiniteMagnitude, -0.0), (.greatestFiniteMagnitude, .greatestFiniteMagnitude),
        ]
      ),
      (
        BP_GELU_TANH,
        [
          (0, 0), (-0.0, -0.0), (infinity, infinity), (-infinity, -0.0), (-40, -0.0), (1000, 1000),
          (-.greatestFiniteMagnitude, -0.0), (.greatestFiniteMagnitude, .greatestFiniteMagnitude),
        ]
      ),
      (
        BP_SILU,
        [
          (0, 0), (-0.0, -0.0), (infinity, infinity), (-infinity, -0.0), (-1000, -0.0),
          (1000, 1000), (.greatestFiniteMagnitude, .greatestFiniteMagnitude),
        ]
      ),
      (
        BP_MISH,
        [
          (0, 0), (-0.0, -0.0), (infinity, infinity), (-infinity, -0.0), (-1000, -0.0),
          (1000, 1000), (.greatestFiniteMagnitude, .greatestFiniteMagnitude),
        ]
      ),
      (
        BP_HARD_SWISH,
        [
          (0, 0), (3, 3), (-3, -0.0), (infinity, infinity), (-infinity, -0.0),
          (.greatestFiniteMagnitude, .greatestFiniteMagnitude),
        ]
      ),
      (BP_HARD_SIGMOID, [(0, 0.5), (3, 1), (-3, 0), (infinity, 1), (-infinity, 0)]),
      (BP_LOG_SIGMOID, [(infinity, 0), (-infinity, -infinity), (-1000, -1000), (1000, 0)]),
      (
        BP_RECIPROCAL_SQUARE_ROOT,
        [(0, infinity), (-0.0, -infinity), (4, 0.5), (infinity, 0), (-1, .nan)]
      ),
      (BP_CEIL, [(-0.5, -0.0), (2.25, 3), (infinity, infinity)]),
      (BP_TRUNCATE, [(-0.5, -0.0), (-2.75, -2), (2.75, 2), (-infinity, -infinity)]),
      (BP_ROUND, [(0.5, 0), (1.5, 2), (2.5, 2), (-0.5, -0.0), (-2.5, -2), (infinity, infinity)]),
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
