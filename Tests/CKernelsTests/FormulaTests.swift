import CBackpropKernels
import Foundation
import Testing

/// Formulas of one to three numbers and two settings.
@Suite struct FormulaTests {
  struct Formula: Sendable {
    let op: bp_formula
    let operands: Int
    let settings: [(Double, Double)]
    /// The error allowed in ulp of the result.
    let bound: Double
    /// Whether terms can cancel: the error counts beside the larger ones then.
    let cancels: Bool
    /// x, y, z and the settings to the result, in Double.
    let reference: @Sendable (_ x: [Double], _ p: Double, _ q: Double) -> Double

    init(
      _ op: bp_formula, _ operands: Int, _ settings: [(Double, Double)] = [(0, 0)],
      bound: Double = 0.5, cancels: Bool = false,
      _ reference: @escaping @Sendable (_ x: [Double], _ p: Double, _ q: Double) -> Double
    ) {
      self.op = op
      self.operands = operands
      self.settings = settings
      self.bound = bound
      self.cancels = cancels
      self.reference = reference
    }
  }

  /// Settings are powers of two, so that both types hold them.
  static let formulas: [Formula] = [
    Formula(BP_SOFTPLUS, 1, [(1, 20), (2, 4), (0.25, 0.5)], bound: 4) { v, p, q in
      v[0] * p > q ? v[0] : softplus(v[0] * p) / p
    },
    Formula(BP_SOFTPLUS_GRADIENT, 2, [(1, 20), (2, 4), (0.25, 0.5)], bound: 6) { v, p, q in
      v[1] * p > q ? v[0] : v[0] * logistic(v[1] * p)
    },
    Formula(BP_ELU, 1, [(1, 1), (1.5, 1), (2, 1.25)], bound: 3) { v, p, q in
      v[0] > 0 ? v[0] * q : p * expm1(v[0])
    },
    Formula(BP_ELU_GRADIENT, 2, [(1, 1), (1.5, 1), (2, 1.25)], bound: 4) { v, p, q in
      v[1] > 0 ? v[0] * q : v[0] * p * exp(v[1])
    },
    Formula(BP_CLIP, 1, [(-1, 2), (-.infinity, 0.5), (0.25, .infinity), (2, -2)], bound: 0) {
      v, p, q in v[0].isNaN ? v[0] : min(max(v[0], p), q)
    },
    Formula(BP_CLIP_GRADIENT, 2, [(-1, 2), (-.infinity, 0.5), (0.25, .infinity)], bound: 0) {
      v, p, q in v[1] >= p && v[1] <= q ? v[0] : 0
    },
    Formula(BP_LEAKY_RELU, 1, [(0.25, 0), (-2, 0)]) { v, p, _ in v[0] > 0 ? v[0] : v[0] * p },
    Formula(BP_LEAKY_RELU_GRADIENT, 2, [(0.25, 0), (-2, 0)]) { v, p, _ in
      v[1] > 0 ? v[0] : v[0] * p
    },
    Formula(BP_PRELU, 2) { v, _, _ in v[0] > 0 ? v[0] : v[0] * v[1] },
    Formula(BP_PRELU_GRADIENT, 3) { v, _, _ in v[1] > 0 ? v[0] : v[0] * v[2] },
    Formula(BP_PRELU_SLOPE_GRADIENT, 2) { v, _, _ in v[1] > 0 ? 0 : v[0] * v[1] },
    Formula(BP_SQUARED_ERROR, 2, [(1, 0), (0.5, 0)], bound: 1.5) { v, p, _ in
      p * (v[0] - v[1]) * (v[0] - v[1])
    },
    Formula(BP_SQUARED_ERROR_GRADIENT, 2, [(1, 0), (0.375, 0)], bound: 1.5) { v, p, _ in
      2 * p * (v[0] - v[1])
    },
    Formula(BP_ABSOLUTE_ERROR, 2) { v, _, _ in abs(v[0] - v[1]) },
    Formula(BP_ABSOLUTE_ERROR_GRADIENT, 2, [(1, 0), (-0.375, 0)]) { v, p, _ in
      v[0] > v[1] ? p : v[0] < v[1] ? -p : 0
    },
    Formula(BP_HUBER, 2, [(1, 1), (0.5, 2)], bound: 3) { v, p, q in
      let d = abs(v[0] - v[1])
      return p * (d <= q ? d * d / 2 : q * (d - q / 2))
    },
    Formula(BP_HUBER_GRADIENT, 2, [(1, 1), (0.375, 2)], bound: 1.5) { v, p, q in
      p * min(max(v[0] - v[1], -q), q)
    },
    Formula(BP_BINARY_CROSS_ENTROPY, 2, bound: 6, cancels: true) { v, _, _ in
      (1 - v[1]) * softplus(v[0]) + v[1] * softplus(-v[0])
    },
    Formula(BP_BINARY_CROSS_ENTROPY_GRADIENT, 2, [(1, 0), (0.375, 0)], bound: 6, cancels: true) {
      v, p, _ in
      p * ((1 - v[1]) * logistic(v[0]) - v[1] * logistic(-v[0]))
    },
    Formula(BP_WEIGHTED_BINARY_CROSS_ENTROPY, 3, bound: 6, cancels: true) { v, _, _ in
      (1 - v[1]) * softplus(v[0]) + v[1] * v[2] * softplus(-v[0])
    },
    Formula(
      BP_WEIGHTED_BINARY_CROSS_ENTROPY_GRADIENT, 3, [(1, 0), (0.375, 0)], bound: 6, cancels: true
    ) {
      v, p, _ in p * ((1 - v[1]) * logistic(v[0]) - v[1] * v[2] * logistic(-v[0]))
    },
    Formula(BP_KL_DIVERGENCE, 2, bound: 4, cancels: true) { v, _, _ in
      v[1] == 0 ? 0 : v[1] * (log(v[1]) - v[0])
    },
    Formula(BP_KL_DIVERGENCE_GRADIENT, 2, [(1, 0), (0.375, 0)], bound: 1) { v, p, _ in -p * v[1] },
    Formula(BP_LOG_KL_DIVERGENCE, 2, bound: 4, cancels: true) { v, _, _ in exp(v[1]) * (v[1] - v[0])
    },
    Formula(BP_LOG_KL_DIVERGENCE_GRADIENT, 2, [(1, 0), (0.375, 0)], bound: 3) { v, p, _ in
      -p * exp(v[1])
    },
    Formula(BP_POISSON, 2, [(1, 0.125)], bound: 4, cancels: true) { v, _, q in
      v[1] == 0 ? v[0] : v[0] - v[1] * log(v[0] + q)
    },
    Formula(BP_POISSON_GRADIENT, 2, [(1, 0.125), (0.375, 0.125)], bound: 4, cancels: true) {
      v, p, q in
      p * (1 - v[1] / (v[0] + q))
    },
    Formula(BP_LOG_POISSON, 2, bound: 4, cancels: true) { v, _, _ in exp(v[0]) - v[1] * v[0] },
    Formula(BP_LOG_POISSON_GRADIENT, 2, [(1, 0), (0.375, 0)], bound: 4, cancels: true) { v, p, _ in
      p * (exp(v[0]) - v[1])
    },
    Formula(BP_HINGE, 2, [(1, 1), (1, 0.25)], bound: 1, cancels: true) { v, _, q in
      max(0, q - v[0] * v[1])
    },
    Formula(BP_HINGE_GRADIENT, 2, [(1, 1), (0.375, 0.25)], bound: 0) { v, p, q in
      q - v[0] * v[1] >= 0 ? -p * v[1] : 0
    },
  ]

  @Test func everyFormulaIsCovered() {
    #expect(Self.formulas.map(\.op.rawValue) == Array(0..<BP_FORMULA_COUNT.rawValue))
  }

  @Test func values() {
    check(Float.self)
    check(Double.self)
  }

  private func check<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    let strides = [[1, 1, 1], [1, 0, 1], [0, 1, 0], [1, 1, 0], [2, 1, -1], [-1, 3, 0]]
    for kernels in T.allKernels {
      for formula in Self.formulas {
        for (p, q) in formula.settings {
          for n in testSizes {
            let values: [[T]] = [
              testNumbers(n), testNumbers(n, scale: 3, seed: 7), testNumbers(n, scale: 1, seed: 9),
            ]
            for stride in strides {
              let operands = (0..<3).map { index in
                index < formula.operands
                  ? memory.operand(values[index], stride: stride[index]) : nil
              }
              func run(_ out: UnsafeMutablePointer<T>, _ first: UnsafeMutablePointer<T>) {
                kernels.formula(
                  formula.op, n, first, stride[0], operands[1], stride[1], operands[2], stride[2],
                  p, q, out)
              }
              let out = Guarded<T>(count: n)
              run(out.start, operands[0]!)
              let worst =
                (0..<n).map { i in
                  let x = (0..<3).map {
                    Double(ElementwiseTests.element(values[$0], i, stride[$0]))
                  }
                  let exact = formula.reference(x, p, q)
                  guard formula.cancels, exact.isFinite else { return ulps(out[i], from: exact) }
                  let scale = max(abs(exact), 1, abs(x[0] * x[1]), exp(max(x[0], x[1])))
                  return abs(Double(out[i]) - exact) / Double(T(scale).ulp)
                }.max() ?? 0
              let message: Comment =
                "\(kernels.name) \(formula.op.rawValue) \(p) \(q) n \(n) \(stride)"
              #expect(worst <= formula.bound, message)
              #expect(out.isIntact, message)
              guard stride[0] == 1 else { continue }
              let inPlace = Guarded(values[0])
              run(inPlace.start, inPlace.start)
              // A NaN is equal to nothing.
              let isSame = zip(inPlace.values, out.values).allSatisfy {
                $0 == $1 || ($0.isNaN && $1.isNaN)
              }
              #expect(isSame && inPlace.isIntact, message)
            }
          }
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
    let ln2 = T(0.6931471805599453)
    let cases: [(bp_formula, (Double, Double), [(T, T)])] = [
      (
        BP_SOFTPLUS, (1, 20),
        [
          (0, ln2), (-0.0, ln2), (infinity, infinity), (-infinity, 0), (1000, 1000), (-1000, 0),
          (.greatestFiniteMagnitude, .greatestFiniteMagnitude), (-.greatestFiniteMagnitude, 0),
        ]
      ),
      (BP_SOFTPLUS, (4, .infinity), [(0, ln2 / 4), (1000, 1000), (infinity, infinity)]),
      (BP_ELU, (1, 1), [(0, 0), (-0.0, -0.0), (infinity, infinity), (-infinity, -1), (-1e3, -1)]),
      (BP_CLIP, (-1, 2), [(infinity, 2), (-infinity, -1), (-1, -1), (0, 0)]),
      (BP_CLIP, (2, -1), [(5, -1), (-5, -1)]),
      (BP_LEAKY_RELU, (0.5, 0), [(infinity, infinity), (-infinity, -infinity), (-0.0, -0.0)]),
    ]
    for kernels in T.allKernels {
      for (op, (p, q), pairs) in cases {
        for (input, expected) in pairs + [(.nan, .nan)] {
          let n = 17
          let out = Guarded<T>(count: n)
          kernels.formula(
            op, n, [T](repeating: input, count: n), 1, nil, 1, nil, 1, p, q, out.start)
          let isRight = out.values.allSatisfy {
            expected.isNaN ? $0.isNaN : $0 == expected && $0.sign == expected.sign
          }
          #expect(isRight, "\(kernels.name) \(op.rawValue) of \(input): \(out[0])")
        }
      }
    }
  }
}
