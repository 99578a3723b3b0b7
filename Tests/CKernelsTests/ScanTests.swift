import CBackpropKernels
import Testing

/// Cumulative reductions and recurrences along rows, of every instruction set.
@Suite struct ScanTests {
  @Test func scansOfFloatingPointNumbers() {
    for kernels in Float.allKernels {
      check(kernels.table, kernels.name, testNumbers(300, of: Float.self))
    }
    for kernels in Double.allKernels {
      check(kernels.table, kernels.name, testNumbers(300, of: Double.self))
    }
  }

  /// Sums of multiples of 2^-16 are exact; products are compared with the same ones.
  private func check<T: KernelScalar>(_ kernels: bp_kernels, _ name: String, _ a: [T]) {
    let operations: [(bp_reduction, T, (T, T) -> T)] = [
      (BP_SUM, 0, { $0 + $1 }), (BP_PRODUCT, 1, { $0 * $1 }), (BP_MAX, -.infinity, { max($0, $1) }),
      (BP_MIN, .infinity, { min($0, $1) }),
    ]
    for (op, first, combine) in operations {
      for (n, columns) in [(0, 3), (1, 1), (7, 1), (5, 3), (3, 33), (4, 70)] {
        for isReversed in [false, true] {
          var (out, expected) = ([T](repeating: 77, count: 300), [T](repeating: 77, count: 300))
          let (start, step) = isReversed ? (max(n - 1, 0) * columns, -columns) : (0, columns)
          for column in 0..<columns {
            var value = first
            for row in 0..<n {
              let place = start + row * step + column
              value = combine(value, a[place])
              expected[place] = value
            }
          }
          out.withUnsafeMutableBufferPointer { out in
            a.withUnsafeBufferPointer { a in
              kernels.scan(
                op, n, columns, a.baseAddress! + start, step, out.baseAddress! + start)
            }
          }
          #expect(out == expected, "\(name) \(op.rawValue), \(n) x \(columns)")
        }
      }
    }
  }

  @Test func sumsCarryWhatRoundingLoses() {
    for kernels in Float.allKernels {
      let a = [Float](repeating: 0.1, count: 1_000_000)
      var out = a
      kernels.scan(BP_SUM, a.count, 1, a, 1, &out)
      for count in [10, 12_345, 1_000_000] {
        #expect(ulps(out[count - 1], from: Double(Float(0.1)) * Double(count)) <= 0.5)
      }
    }
    for kernels in Double.allKernels {
      let a = [1, 1e100, 1, -1e100]
      var out = a
      kernels.scan(BP_SUM, 4, 1, a, 1, &out)
      #expect(out == [1, 1e100, 1e100, 2])
    }
  }

  @Test func infinitiesAndNaNStay() {
    for kernels in Double.allKernels {
      let a: [Double] = [1, .infinity, 2, -.infinity, 3, .nan, 4]
      let expected: [(bp_reduction, [Double])] = [
        (BP_SUM, [1, .infinity, .infinity, .nan, .nan, .nan, .nan]),
        (BP_MAX, [1, .infinity, .infinity, .infinity, .infinity, .nan, .nan]),
        (BP_MIN, [1, 1, 1, -.infinity, -.infinity, .nan, .nan]),
      ]
      for (op, expected) in expected {
        var out = a
        kernels.scan(op, a.count, 1, a, 1, &out)
        #expect(zip(out, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }, "\(out)")
      }
    }
  }

  @Test func recurrences() {
    for kernels in Double.allKernels {
      let (a, b) = (testNumbers(12, of: Double.self), testNumbers(12, seed: 2, of: Double.self))
      var out = a
      kernels.recurrence(4, 3, a, b, 3, &out)
      for column in 0..<3 {
        var value = 0.0
        for row in 0..<4 {
          value = b[3 * row + column] + a[3 * row + column] * value
          #expect(out[3 * row + column] == value)
        }
      }
      var ends = [Double.nan, .nan]
      kernels.recurrence(2, 1, [.nan, 3] as [Double], [5, 7] as [Double], 1, &ends)
      #expect(ends == [5, 22], "what stands before the first does not count")
    }
  }

  @Test func scansOfWholeNumbers() {
    let a: [Int32] = [.max, 1, -5, 7]
    var out = a
    let kernels = bp_kernels_of(BP_INT32).pointee
    for (op, expected) in [
      (BP_SUM, [.max, .min, .max - 4, .min + 2]),
      (BP_PRODUCT, [.max, .max, .max &* -5, .max &* -35]),
      (BP_MAX, [.max, .max, .max, .max]), (BP_MIN, [.max, 1, -5, -5]),
    ] as [(bp_reduction, [Int32])] {
      kernels.scan(op, 4, 1, a, 1, &out)
      #expect(out == expected)
    }
    var flags: [UInt8] = [0, 1, 0]
    bp_kernels_of(BP_BOOL).pointee.scan(BP_MAX, 3, 1, [0, 1, 0] as [UInt8], 1, &flags)
    #expect(flags == [0, 1, 1])
  }
}
