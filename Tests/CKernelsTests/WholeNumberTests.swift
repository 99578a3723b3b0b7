import CBackpropKernels
import Testing

/// The kernels of whole numbers and flags, against Swift's arithmetic modulo 2^bits.
@Suite struct WholeNumberTests {
  /// Small numbers, the bounds, and what wraps around.
  private static func numbers<I: FixedWidthInteger & BitwiseCopyable>(_: I.Type) -> [I] {
    let some: [I] = [0, 1, 2, 3, 7, 100, .min, .max, .max - 1, .min + 1, .max / 2, .max / 3]
    return some.flatMap { [$0, 0 &- $0] }
  }

  private static func power<I: FixedWidthInteger & BitwiseCopyable>(_ base: I, _ exponent: I) -> I {
    (0..<Int(exponent)).reduce(1 as I) { product, _ in product &* base }
  }

  /// Rounded towards minus infinity; 0 by 0.
  private static func divide<I: FixedWidthInteger & BitwiseCopyable>(
    _ x: I, _ y: I
  ) -> (quotient: I, remainder: I) {
    if y == 0 { return (0, 0) }
    let (quotient, rest) = (
      x.dividedReportingOverflow(by: y).partialValue,
      x.remainderReportingOverflow(dividingBy: y).partialValue
    )
    return rest != 0 && (rest < 0) != (y < 0) ? (quotient - 1, rest + y) : (quotient, rest)
  }

  @Test func arithmetic() {
    check(UInt8.self, BP_UINT8)
    check(Int32.self, BP_INT32)
    check(Int64.self, BP_INT64)
  }

  private func check<I: FixedWidthInteger & BitwiseCopyable>(_: I.Type, _ type: bp_scalar) {
    let kernels = bp_kernels_of(type).pointee
    let a = Self.numbers(I.self)
    let b = Array(a.reversed())
    let unary: [(bp_unary, (I) -> I)] = [
      (BP_NEGATE, { 0 &- $0 }), (BP_ABSOLUTE, { $0 < 0 ? 0 &- $0 : $0 }),
      (BP_SIGN, { $0.signum() }), (BP_SQUARE, { $0 &* $0 }), (BP_BIT_NOT, { ~$0 }),
    ]
    for (op, reference) in unary {
      for stride in [0, 1, 2] {
        var out = [I](repeating: 77, count: 12)
        kernels.unary(op, 12, a, stride, &out)
        #expect(out == (0..<12).map { reference(a[$0 * stride]) }, "\(type) \(op.rawValue)")
      }
    }
    let binary: [(bp_binary, (I, I) -> I)] = [
      (BP_ADD, { $0 &+ $1 }), (BP_SUBTRACT, { $0 &- $1 }), (BP_MULTIPLY, { $0 &* $1 }),
      (BP_MAXIMUM, { max($0, $1) }), (BP_MINIMUM, { min($0, $1) }), (BP_BIT_AND, { $0 & $1 }),
      (BP_BIT_OR, { $0 | $1 }), (BP_BIT_XOR, { $0 ^ $1 }),
      (BP_FLOOR_DIVIDE, { Self.divide($0, $1).quotient }),
      (BP_REMAINDER, { Self.divide($0, $1).remainder }),
      (BP_SHIFT_LEFT, { (0..<I(I.bitWidth)).contains($1) ? $0 << $1 : 0 }),
      (BP_SHIFT_RIGHT, { $0 >> ((0..<I(I.bitWidth)).contains($1) ? $1 : I(I.bitWidth)) }),
    ]
    for (op, reference) in binary {
      for (sa, sb) in [(1, 1), (1, 0), (2, 1)] {
        var out = [I](repeating: 77, count: 12)
        kernels.binary(op, 12, a, sa, b, sb, &out)
        #expect(out == (0..<12).map { reference(a[$0 * sa], b[$0 * sb]) }, "\(type) \(op.rawValue)")
      }
    }
    for exponent: I in [0, 1, 2, 5, 63, 100] {
      var out = a
      kernels.binary(BP_POWER, a.count, a, 1, [exponent], 0, &out)
      #expect(out == a.map { Self.power($0, exponent) }, "\(type) power \(exponent)")
    }
    let comparisons: [(bp_comparison, (I, I) -> Bool)] = [
      (BP_EQUAL, { $0 == $1 }), (BP_NOT_EQUAL, { $0 != $1 }), (BP_LESS, { $0 < $1 }),
      (BP_LESS_EQUAL, { $0 <= $1 }), (BP_GREATER, { $0 > $1 }), (BP_GREATER_EQUAL, { $0 >= $1 }),
    ]
    for (op, holds) in comparisons {
      var out = [UInt8](repeating: 7, count: a.count)
      kernels.compare(op, a.count, a, 1, b, 1, &out)
      let expected = zip(a, b).map { holds($0, $1) ? 1 : 0 as UInt8 }
      #expect(out == expected, "\(type) \(op.rawValue)")
    }
    checkMovement(kernels, a, b)
    checkReductions(kernels, a)
  }

  private func checkMovement<I: FixedWidthInteger & BitwiseCopyable>(
    _ kernels: bp_kernels, _ a: [I], _ b: [I]
  ) {
    let n = a.count
    #expect(kernels.equal(n, a, a) && !kernels.equal(n, a, b))
    var out = a
    kernels.select(n, (0..<n).map { UInt8($0 % 3) }, 1, a, 1, b, 1, &out)
    let chosen = (0..<n).map { $0 % 3 != 0 ? a[$0] : b[$0] }
    #expect(out == chosen)
    for (value, expected) in [(7.9, 7), (1e30, .max), (-1e30, .min), (.nan, 0)] as [(Double, I)] {
      kernels.fill(n, value, &out)
      #expect(out == [I](repeating: expected, count: n))
    }
    kernels.copy(n / 2, a, 2, &out)
    let even = (0..<n / 2).map { a[2 * $0] }
    #expect(Array(out[..<(n / 2)]) == even)
    kernels.assign(n / 2, a, 1, &out, 2)
    #expect((0..<(n / 2)).allSatisfy { out[2 * $0] == a[$0] })
  }

  private func checkReductions<I: FixedWidthInteger & BitwiseCopyable>(
    _ kernels: bp_kernels, _ a: [I]
  ) {
    let reductions: [(bp_reduction, I, (I, I) -> I)] = [
      (BP_SUM, 0, { $0 &+ $1 }), (BP_PRODUCT, 1, { $0 &* $1 }), (BP_MAX, .min, { max($0, $1) }),
      (BP_MIN, .max, { min($0, $1) }),
    ]
    for (op, nothing, combine) in reductions {
      for n in [0, 1, 12] {
        var out: I = 77
        kernels.reduce(op, n, a, 2, &out)
        let expected = (0..<n).reduce(nothing) { combine($0, a[2 * $1]) }
        #expect(out == expected)
      }
      var rows = [I](repeating: 77, count: 5)
      kernels.reduce_rows(op, 4, 5, a, 6, &rows)
      let expected = (0..<5).map { j in (0..<4).reduce(nothing) { combine($0, a[6 * $1 + j]) } }
      #expect(rows == expected)
    }
    #expect(kernels.argmax(a.count, a, 1) == a.firstIndex(of: a.max()!))
    #expect(kernels.argmin(a.count, a, 1) == a.firstIndex(of: a.min()!))
  }

  @Test func products() {
    checkProduct(Int32.self, BP_INT32)
    checkProduct(Int64.self, BP_INT64)
    #expect(bp_kernels_of(BP_UINT8).pointee.product == nil)
    #expect(bp_kernels_of(BP_BOOL).pointee.product == nil)
  }

  private func checkProduct<I: FixedWidthInteger & BitwiseCopyable>(_: I.Type, _ type: bp_scalar) {
    let product = bp_kernels_of(type).pointee.product!
    let (m, n, k) = (3, 4, 2)
    let numbers = Self.numbers(I.self)
    let (a, b, bias) = (Array(numbers[..<6]), Array(numbers[10..<18]), Array(numbers[..<4]))
    for transposes in 0..<4 {
      let (ta, tb) = (transposes & 1 != 0, transposes & 2 != 0)
      for accumulates in [false, true] {
        var c = [I](repeating: 5, count: m * n)
        product(
          ta, tb, m, n, k, a, ta ? m : k, b, tb ? k : n, &c, n, accumulates,
          accumulates ? nil : bias, BP_IDENTITY_ACTIVATION)
        for i in 0..<m {
          for j in 0..<n {
            var sum = accumulates ? 5 : bias[j]
            for p in 0..<k {
              sum &+= a[ta ? p * m + i : i * k + p] &* b[tb ? j * k + p : p * n + j]
            }
            #expect(c[i * n + j] == sum, "\(type) \(transposes) (\(i), \(j))")
          }
        }
      }
    }
  }

  @Test func flags() {
    let kernels = bp_kernels_of(BP_BOOL).pointee
    let a: [UInt8] = [0, 1, 0, 1, 1]
    var out: UInt8 = 7
    kernels.reduce(BP_MAX, 5, a, 1, &out)
    #expect(out == 1)
    kernels.reduce(BP_MIN, 5, a, 1, &out)
    #expect(out == 0)
    kernels.fill(1, 0.25, &out)
    #expect(out == 1)
    #expect(kernels.argmax(5, a, 1) == 1)
    var flags = a
    kernels.unary(BP_BIT_NOT, 5, a, 1, &flags)
    #expect(flags == [1, 0, 1, 0, 0])
    kernels.binary(BP_BIT_XOR, 5, a, 1, [1] as [UInt8], 0, &flags)
    #expect(flags == [1, 0, 1, 0, 0])
    #expect(kernels.binary_loops[Int(BP_ADD.rawValue)] == nil)
    #expect(kernels.binary_loops[Int(BP_SHIFT_LEFT.rawValue)] == nil)
    #expect(kernels.softmax == nil && kernels.all_finite == nil)
  }
}
