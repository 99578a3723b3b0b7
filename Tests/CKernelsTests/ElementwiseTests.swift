import CBackpropKernels
import Foundation
import Testing

@Suite struct ElementwiseTests {
  /// The definition of each operation in Double, and the error allowed in ulp of the result.
  static let unaryOperations: [(bp_unary, @Sendable (Double) -> Double, Double)] = [
    (BP_NEGATE, { -$0 }, 0),
    (BP_ABSOLUTE, { abs($0) }, 0),
    (BP_SIGN, { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }, 0),
    (BP_SQUARE, { $0 * $0 }, 0.5),
    (BP_SQUARE_ROOT, { $0.squareRoot() }, 0.5),
    (BP_RECIPROCAL_SQUARE_ROOT, { 1 / $0.squareRoot() }, 2.5),
    (BP_RECIPROCAL, { 1 / $0 }, 0.5),
    (BP_EXP, { exp($0) }, 2.5),
    (BP_EXPM1, { expm1($0) }, 2.5),
    (BP_LOG, { log($0) }, 2.5),
    (BP_LOG1P, { log1p($0) }, 2.5),
    (BP_LOG2, { log2($0) }, 2.5),
    (BP_LOG10, { log10($0) }, 2.5),
    // Against the platform's own functions, whose error in Double adds to ours.
    (BP_TANH, { tanh($0) }, 4.5),
    (BP_SIGMOID, { $0 >= 0 ? 1 / (1 + exp(-$0)) : exp($0) / (1 + exp($0)) }, 4.5),
    (BP_ERF, { erf($0) }, 2.5),
    (BP_RELU, { $0 > 0 ? $0 : $0.isNaN ? $0 : 0 }, 0),
    (BP_STEP, { $0 > 0 ? 1 : 0 }, 0),
    // What these formulas lose in Double adds to our error.
    (BP_GELU, gelu, 40),
    (BP_GELU_TANH, geluTanh, 40),
    (BP_SILU, { $0 * logistic($0) }, 6),
    (BP_MISH, { $0 * tanh(log1p(exp($0))) }, 8),
    (BP_HARD_SIGMOID, { min(max($0 + 3, 0), 6) / 6 }, 1.5),
    (BP_HARD_SWISH, { $0 <= -3 ? -0.0 : $0 * (min(max($0 + 3, 0), 6) / 6) }, 3),
    (BP_LOG_SIGMOID, { min($0, 0) - log1p(exp(-abs($0))) }, 4),
    (BP_SIN, { sin($0) }, 1),
    (BP_COS, { cos($0) }, 1),
    (BP_TAN, { tan($0) }, 1.5),
    (BP_ASIN, { asin($0) }, 2.5),
    (BP_ACOS, { acos($0) }, 2.5),
    (BP_ATAN, { atan($0) }, 2.5),
    (BP_SINH, { sinh($0) }, 3),
    (BP_COSH, { cosh($0) }, 3),
    (BP_FLOOR, { $0.rounded(.down) }, 0),
    (BP_CEIL, { $0.rounded(.up) }, 0),
    (BP_TRUNCATE, { $0.rounded(.towardZero) }, 0),
    (BP_ROUND, { $0.rounded(.toNearestOrEven) }, 0),
  ]

  static let binaryOperations: [(bp_binary, @Sendable (Double, Double) -> Double, Double)] = [
    (BP_ADD, { $0 + $1 }, 0.5),
    (BP_SUBTRACT, { $0 - $1 }, 0.5),
    (BP_MULTIPLY, { $0 * $1 }, 0.5),
    (BP_DIVIDE, { $0 / $1 }, 0.5),
    (BP_POWER, { pow($0, $1) }, 1),
    (BP_MAXIMUM, { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }, 0),
    (BP_MINIMUM, { $0.isNaN || $1.isNaN ? .nan : min($0, $1) }, 0),
    (BP_RELU_GRADIENT, { $1 > 0 ? $0 : 0 }, 0),
    (BP_SIGMOID_GRADIENT, { $0 * $1 * (1 - $1) }, 3),
    (BP_TANH_GRADIENT, { $0 * ((1 - $1) * (1 + $1)) }, 3),
    (BP_TAN_GRADIENT, { $0 * (1 + $1 * $1) }, 3),
    (BP_RECIPROCAL_GRADIENT, { -$0 * $1 * $1 }, 2),
    (BP_RECIPROCAL_SQUARE_ROOT_GRADIENT, { $0 * $1 * $1 * $1 * -0.5 }, 3),
    (BP_EXPM1_GRADIENT, { $0 * exp($1) }, 4),
    (BP_LOG1P_GRADIENT, { $0 / (1 + $1) }, 2),
    (BP_ASIN_GRADIENT, { $0 / ((1 - $1) * (1 + $1)).squareRoot() }, 4),
    (BP_ACOS_GRADIENT, { -$0 / ((1 - $1) * (1 + $1)).squareRoot() }, 4),
    (BP_ATAN_GRADIENT, { $0 / (1 + $1 * $1) }, 3),
    (BP_GELU_GRADIENT, { $0 * (erfc(-$1 * 0.5.squareRoot()) / 2 + $1 * normalDensity($1)) }, 4),
    (BP_GELU_TANH_GRADIENT, { $0 * geluTanhSlope($1) }, 4),
    (BP_SILU_GRADIENT, { $0 * (logistic($1) * (1 + $1 * logistic(-$1))) }, 4),
    (BP_MISH_GRADIENT, { $0 * mishSlope($1) }, 4),
    (BP_HARD_SIGMOID_GRADIENT, { abs($1) < 3 ? $0 / 6 : 0 }, 0.5),
    (BP_HARD_SWISH_GRADIENT, { $0 * ($1 <= -3 ? 0 : $1 >= 3 ? 1 : $1 / 3 + 0.5) }, 2),
    (BP_LOG_SIGMOID_GRADIENT, { $0 * logistic(-$1) }, 6),
    (BP_FLOOR_DIVIDE, { ($0 / $1).rounded(.down) }, 0),
    (BP_REMAINDER, modulo, 0.5),
    (BP_WEIGHTED_LOGARITHM, { $0 == 0 && $1 == -.infinity ? 0 : $0 * $1 }, 0.5),
  ]

  /// Slopes that have a zero, near which no formula keeps digits: the error counts beside the cotangent.
  static let slopesWithAZero = [
    BP_GELU_GRADIENT, BP_GELU_TANH_GRADIENT, BP_SILU_GRADIENT, BP_MISH_GRADIENT,
    BP_HARD_SWISH_GRADIENT,
  ]

  static let comparisons: [(bp_comparison, @Sendable (Double, Double) -> Bool)] = [
    (BP_EQUAL, { $0 == $1 }), (BP_NOT_EQUAL, { $0 != $1 }), (BP_LESS, { $0 < $1 }),
    (BP_LESS_EQUAL, { $0 <= $1 }), (BP_GREATER, { $0 > $1 }), (BP_GREATER_EQUAL, { $0 >= $1 }),
  ]

  static let strides = [0, 1, 2, -1, 3]

  /// What lies at index i of an operand: with stride 0, element 0 for every i.
  static func element<T>(_ values: [T], _ index: Int, _ stride: Int) -> T {
    values[stride == 0 ? 0 : index]
  }

  /// But those of bits, which floating-point numbers do not have.
  @Test func everyOperationIsCovered() {
    #expect(Self.unaryOperations.map(\.0.rawValue) == Array(0..<BP_BIT_NOT.rawValue))
    #expect(Self.binaryOperations.map(\.0.rawValue) == Array(0..<BP_BIT_AND.rawValue))
    #expect(Self.comparisons.map(\.0.rawValue) == Array(0..<BP_COMPARISON_COUNT.rawValue))
  }

  /// The floating-point types have every loop but those of bits, and the tables say so.
  @Test func everyOperationHasALoop() {
    for type in [BP_FLOAT32, BP_FLOAT64] {
      for isa in instructionSets {
        guard let kernels = bp_kernels_for(isa, type)?.pointee else { continue }
        for op in 0..<Int(BP_UNARY_COUNT.rawValue) {
          #expect((kernels.unary_loops[op] != nil) == (op < Int(BP_BIT_NOT.rawValue)))
        }
        for op in 0..<Int(BP_BINARY_COUNT.rawValue) {
          #expect((kernels.binary_loops[op] != nil) == (op < Int(BP_BIT_AND.rawValue)))
        }
        for op in 0..<Int(BP_REDUCTION_COUNT.rawValue) { #expect(kernels.reductions[op] != nil) }
      }
    }
    #expect(bp_unary_loop(BP_INT32, BP_NEGATE) != nil)
    #expect(bp_unary_loop(BP_INT32, BP_EXP) == nil)
    #expect(bp_binary_loop(BP_INT64, BP_DIVIDE) == nil)
    #expect(bp_binary_loop(BP_BOOL, BP_ADD) == nil)
    #expect(bp_reduction_loop(BP_BOOL, BP_SUM) == nil)
    #expect(bp_reduction_loop(BP_BOOL, BP_MAX) != nil)
  }

  @Test func unary() {
    checkUnary(Float.self)
    checkUnary(Double.self)
  }

  private func checkUnary<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    for kernels in T.allKernels {
      for (op, reference, bound) in Self.unaryOperations {
        for stride in Self.strides {
          for n in testSizes {
            let a: [T] = testNumbers(n)
            let out = Guarded<T>(count: n)
            kernels.unary(op, n, memory.operand(a, stride: stride), stride, out.start)
            let worst =
              (0..<n).map { i in
                ulps(out[i], from: reference(Double(Self.element(a, i, stride))))
              }.max() ?? 0
            #expect(worst <= bound, "\(kernels.name) unary \(op.rawValue) n \(n) stride \(stride)")
            #expect(out.isIntact)
            guard stride == 1 else { continue }
            let inPlace = Guarded(a)
            kernels.unary(op, n, inPlace.start, 1, inPlace.start)
            #expect(same(inPlace.values, out.values) && inPlace.isIntact)
          }
        }
      }
    }
  }

  /// Bit for bit, NaN included.
  private func same<T: KernelScalar>(_ a: [T], _ b: [T]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
  }

  @Test func binary() {
    checkBinary(Float.self)
    checkBinary(Double.self)
  }

  private func checkBinary<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    for kernels in T.allKernels {
      for (op, reference, bound) in Self.binaryOperations {
        for (sa, sb) in [(1, 1), (1, 0), (0, 1), (0, 0), (2, 1), (1, -1), (3, 0), (-1, 2)] {
          for n in testSizes {
            let a: [T] = testNumbers(n)
            let b: [T] = testNumbers(n, scale: 3, seed: 7)
            let out = Guarded<T>(count: n)
            kernels.binary(
              op, n, memory.operand(a, stride: sa), sa, memory.operand(b, stride: sb), sb, out.start
            )
            let worst =
              (0..<n).map { i in
                let x = Double(Self.element(a, i, sa))
                let y = Double(Self.element(b, i, sb))
                let exact = reference(x, y)
                if Self.slopesWithAZero.contains(op) {
                  return abs(Double(out[i]) - exact) / Double(T(max(abs(x), abs(exact))).ulp)
                }
                return ulps(out[i], from: exact)
              }.max() ?? 0
            #expect(worst <= bound, "\(kernels.name) binary \(op.rawValue) n \(n) \(sa) \(sb)")
            #expect(out.isIntact)
            guard sa == 1, sb == 1 else { continue }
            let left = Guarded(a)
            kernels.binary(op, n, left.start, 1, memory.operand(b), 1, left.start)
            let right = Guarded(b)
            kernels.binary(op, n, memory.operand(a), 1, right.start, 1, right.start)
            #expect(same(left.values, out.values) && same(right.values, out.values))
          }
        }
      }
    }
  }

  @Test func compareAndSelect() {
    checkCompareAndSelect(Float.self)
    checkCompareAndSelect(Double.self)
  }

  private func checkCompareAndSelect<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    for kernels in T.allKernels {
      for (sa, sb, sc) in [(1, 1, 1), (1, 0, -1), (0, 1, 2), (2, -1, 1), (0, 3, 0)] {
        for n in testSizes {
          // Few distinct numbers, so that equal ones meet; NaN among them.
          let a = testNumbers(n, of: T.self).map { $0.rounded() }
          let b = testNumbers(n, seed: 3, of: T.self).map { $0 > 3 ? T.nan : $0.rounded() }
          let left = memory.operand(a, stride: sa)
          let right = memory.operand(b, stride: sb)
          for (op, reference) in Self.comparisons {
            var out = [UInt8](repeating: 77, count: n + 2)
            kernels.compare(op, n, left, sa, right, sb, &out[1])
            let expected = (0..<n).map { i in
              let x = Double(Self.element(a, i, sa))
              return UInt8(reference(x, Double(Self.element(b, i, sb))) ? 1 : 0)
            }
            #expect(out == [77] + expected + [77], "\(kernels.name) \(op.rawValue) n \(n)")
          }
          let condition: [UInt8] = a.map { $0 > 0 ? 3 : 0 }
          let out = Guarded<T>(count: n)
          kernels.select(
            n, memory.operand(condition, stride: sc), sc, left, sa, right, sb, out.start)
          let expected = (0..<n).map { i in
            Self.element(condition, i, sc) != 0
              ? Self.element(a, i, sa) : Self.element(b, i, sb)
          }
          #expect(same(out.values, expected) && out.isIntact, "\(kernels.name) select n \(n)")
        }
      }
    }
  }

  @Test func fillCopyAndBytes() {
    checkFillCopyAndBytes(Float.self)
    checkFillCopyAndBytes(Double.self)
  }

  private func checkFillCopyAndBytes<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    for kernels in T.allKernels {
      for n in largeTestSizes {
        let out = Guarded<T>(count: n)
        kernels.fill(n, 2.5, out.start)
        #expect(out.values == [T](repeating: 2.5, count: n) && out.isIntact)
        let a: [T] = testNumbers(n)
        for stride in Self.strides {
          kernels.copy(n, memory.operand(a, stride: stride), stride, out.start)
          #expect(out.values == (0..<n).map { Self.element(a, $0, stride) } && out.isIntact)
        }
        let bytes = (0..<n).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
        let scale: T = 1 / 255
        kernels.scale_bytes(n, memory.operand(bytes), Double(scale), out.start)
        #expect(out.values == bytes.map { T($0) * scale } && out.isIntact)
      }
    }
  }

  @Test func powerOfSpecialValues() {
    checkPower(Float.self)
    checkPower(Double.self)
  }

  /// Against C's pow, elementwise and with one exponent for all.
  private func checkPower<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    let bases: [T] = [
      0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 10, 1e-30, -1e30, .infinity, -.infinity, .nan,
      .leastNonzeroMagnitude, .greatestFiniteMagnitude,
    ]
    let exponents: [T] = [
      0, -0.0, 1, -1, 2, -2, 3, -3, 4, 5, 0.5, -0.5, 1.5, 1.0 / 3, 17, 100, -101, 1e30, .infinity,
      -.infinity, .nan,
    ]
    for kernels in T.allKernels {
      for exponent in exponents {
        let repeated = [T](repeating: exponent, count: bases.count)
        for stride in [0, 1] {
          let out = Guarded<T>(count: bases.count)
          kernels.binary(
            BP_POWER, bases.count, memory.operand(bases), 1, memory.operand(repeated), stride,
            out.start)
          for (base, result) in zip(bases, out.values) {
            let exact = pow(Double(base), Double(exponent))
            let message: Comment = "\(kernels.name) \(base) ^ \(exponent) = \(result)"
            #expect(ulps(result, from: exact) <= 1.5, message)
            #expect(result.isNaN || result.sign == exact.sign, message)
          }
        }
      }
    }
  }
}
