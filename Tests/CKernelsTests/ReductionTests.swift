import CBackpropKernels
import Testing

@Suite struct ReductionTests {
  @Test func wholeArrays() {
    checkWholeArrays(Float.self)
    checkWholeArrays(Double.self)
  }

  private func checkWholeArrays<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    for kernels in T.allKernels {
      for n in largeTestSizes {
        let a: [T] = testNumbers(n)
        let b: [T] = testNumbers(n, seed: 9)
        let exactSum = a.reduce(0.0) { $0 + Double($1) }
        let exactDot = zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        // Pairwise: the error grows with the depth of the tree of sums, here at most 64.
        let sizes = a.reduce(0.0) { $0 + abs(Double($1)) } * 64 * Double(T.ulpOfOne)
        let products = zip(a, b).reduce(0.0) { $0 + abs(Double($1.0 * $1.1)) }
        let contiguous = kernels.reduce(BP_SUM, n, memory.operand(a), 1)
        for stride in [1, 2, -1, 3] {
          let operand = memory.operand(a, stride: stride)
          let message: Comment = "\(kernels.name) n \(n) stride \(stride)"
          let sum = kernels.reduce(BP_SUM, n, operand, stride)
          #expect(abs(Double(sum) - exactSum) <= sizes, message)
          // The stride changes where numbers lie, not how they are added.
          #expect(sum == contiguous, message)
          #expect(
            kernels.reduce(BP_MAX, n, operand, stride) == a.max() ?? -.infinity, message)
          #expect(kernels.reduce(BP_MIN, n, operand, stride) == a.min() ?? .infinity, message)
          let dot = kernels.dot(n, operand, stride, memory.operand(b, stride: 2), 2)
          #expect(
            abs(Double(dot) - exactDot) <= products * 64 * Double(T.ulpOfOne), message)
          guard n > 0 else { continue }
          #expect(kernels.argmax(n, operand, stride) == a.firstIndex(of: a.max()!), message)
          #expect(kernels.argmin(n, operand, stride) == a.firstIndex(of: a.min()!), message)
        }
        // Powers of two multiply exactly.
        let factors: [T] = a.enumerated().map {
          $0.element < 0 ? -1 : $0.offset % 100 == 0 ? 2 : 1
        }
        let exactProduct = factors.reduce(1, *)
        #expect(kernels.reduce(BP_PRODUCT, n, memory.operand(factors), 1) == exactProduct)
        let repeated = kernels.reduce(BP_SUM, n, [T](repeating: 0.5, count: 1), 0)
        #expect(repeated == T(n) / 2)
      }
    }
  }

  @Test func longSumsKeepTheirDigits() {
    // One after another, a float32 sum of 2^25 ones would stop at 2^24.
    let one: [Float] = [1]
    for kernels in Float.allKernels {
      #expect(kernels.reduce(BP_SUM, 1 << 25, one, 0) == Float(1 << 25), "\(kernels.name)")
      #expect(kernels.dot(1 << 25, one, 0, one, 0) == Float(1 << 25), "\(kernels.name)")
    }
  }

  @Test func rows() {
    checkRows(Float.self)
    checkRows(Double.self)
  }

  private func checkRows<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    let operations: [(bp_reduction, T, (T, T) -> T)] = [
      (BP_SUM, 0, { $0 + $1 }), (BP_PRODUCT, 1, { $0 * $1 }),
      (BP_MAX, -.infinity, { max($0, $1) }), (BP_MIN, .infinity, { min($0, $1) }),
    ]
    for kernels in T.allKernels {
      for (rows, columns, gap) in [
        (0, 3, 0), (1, 1, 0), (2, 5, 1), (3, 16, 0), (100, 10, 0), (100, 50, 3), (129, 65, 0),
        (128, 67, 0), (300, 7, 2), (5, 200, 0), (1000, 1, 0), (4, 0, 0),
      ] {
        let rowStride = columns + gap
        // Sums of small whole numbers and products of signs are exact.
        let length = max(rows * rowStride - gap, 0)
        let numbers = testNumbers(length, of: T.self).map { $0.rounded() }
        let signs = numbers.map { $0 < 0 ? -1 : 1 as T }
        for (op, identity, combine) in operations {
          let values = op == BP_PRODUCT ? signs : numbers
          let out = Guarded<T>(count: columns)
          kernels.reduce_rows(op, rows, columns, memory.operand(values), rowStride, out.start)
          let expected = (0..<columns).map { j in
            (0..<rows).reduce(identity) { combine($0, values[$1 * rowStride + j]) }
          }
          let message: Comment = "\(kernels.name) \(op.rawValue) \(rows) x \(columns)"
          #expect(out.values == expected && out.isIntact, message)
        }
        // A negative row stride walks the rows from the last.
        guard rows > 1, columns > 0 else { continue }
        let out = Guarded<T>(count: columns)
        let operand = memory.operand(numbers)
        kernels.reduce_rows(
          BP_SUM, rows, columns, operand + (rows - 1) * rowStride, -rowStride, out.start)
        #expect(
          out.values
            == (0..<columns).map { j in
              (0..<rows).reduce(0) { $0 + numbers[$1 * rowStride + j] }
            })
      }
    }
  }

  @Test func notANumber() {
    checkNotANumber(Float.self)
    checkNotANumber(Double.self)
  }

  private func checkNotANumber<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    for kernels in T.allKernels {
      for n in [1, 2, 5, 16, 33, 100, 1100] {
        for position in Set([0, n / 2, n - 1]) {
          var a: [T] = testNumbers(n)
          a[position] = .nan
          let message: Comment = "\(kernels.name) n \(n) NaN at \(position)"
          for stride in [1, 2] {
            let start = memory.operand(a, stride: stride)
            for op in [BP_SUM, BP_PRODUCT, BP_MAX, BP_MIN] {
              #expect(kernels.reduce(op, n, start, stride).isNaN, message)
            }
            #expect(kernels.argmax(n, start, stride) == position, message)
            #expect(kernels.argmin(n, start, stride) == position, message)
          }
          #expect(!kernels.all_finite(n, memory.operand(a)), message)
          let out = Guarded<T>(count: 1)
          kernels.reduce_rows(BP_MAX, n, 1, memory.operand(a), 1, out.start)
          #expect(out[0].isNaN, message)
          for value in [T.infinity, -T.infinity] {
            a[position] = value
            #expect(!kernels.all_finite(n, memory.operand(a)), message)
          }
          a[position] = .greatestFiniteMagnitude
          #expect(kernels.all_finite(n, memory.operand(a)), message)
        }
      }
      #expect(kernels.all_finite(0, [T]()))
    }
  }

  @Test func firstOfEqualExtremes() {
    for kernels in Float.allKernels {
      var a = [Float](repeating: 0, count: 100)
      for index in [13, 40, 99] { a[index] = 5 }
      for index in [17, 90] { a[index] = -5 }
      #expect(kernels.argmax(100, a, 1) == 13)
      #expect(kernels.argmin(100, a, 1) == 17)
      #expect(kernels.argmax(4, [-Float.infinity], 0) == 0)
    }
  }
}
