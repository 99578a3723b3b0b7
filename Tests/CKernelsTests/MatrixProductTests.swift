import CBackpropKernels
import CBackpropRuntime
import Foundation
import Testing

/// The matrix product of both scalar types, for tests that hold for either.
private protocol MatrixScalar: KernelScalar {}

/// One call: op(A) is m x k, op(B) is k x n; rows are `padding` longer than they need to be, and
/// every matrix begins one element behind an aligned address.
private struct Product: CustomStringConvertible {
  var transposeA = false, transposeB = false
  var m: Int, n: Int, k: Int
  var padding = (a: 0, b: 0, c: 0)
  var accumulate = false, hasBias = false
  var activation = BP_IDENTITY_ACTIVATION

  var lda: Int { (transposeA ? m : k) + padding.a }
  var ldb: Int { (transposeB ? k : n) + padding.b }
  var ldc: Int { n + padding.c }
  var countA: Int { 1 + (transposeA ? k : m) * lda }
  var countB: Int { 1 + (transposeB ? n : k) * ldb }
  var countC: Int { 1 + m * ldc }
  func a(_ i: Int, _ p: Int) -> Int { 1 + (transposeA ? p * lda + i : i * lda + p) }
  func b(_ p: Int, _ j: Int) -> Int { 1 + (transposeB ? j * ldb + p : p * ldb + j) }
  func c(_ i: Int, _ j: Int) -> Int { 1 + i * ldc + j }

  var description: String {
    """
    \(m) x \(k) @ \(k) x \(n)\(transposeA ? " ta" : "")\(transposeB ? " tb" : "") padding \(padding) \
    \(accumulate ? "accumulate " : "")\(hasBias ? "bias " : "")activation \(activation.rawValue)
    """
  }
}

extension Float: MatrixScalar {}
extension Double: MatrixScalar {}

extension MatrixScalar {
  /// The product by the kernels of one instruction set.
  fileprivate static func product(
    _ isa: bp_isa, _ x: Product, _ a: [Self], _ b: [Self], _ bias: [Self]?
  ) -> [Self] {
    let product = bp_kernels_for(isa, code)!.pointee.product!
    return run(x, a, b, bias) { a, b, c, bias in
      product(
        x.transposeA, x.transposeB, x.m, x.n, x.k, a, x.lda, b, x.ldb, c, x.ldc, x.accumulate,
        bias, x.activation)
    }
  }
}

extension MatrixScalar {
  /// What C holds before the product: recognisable, and added to when accumulating.
  fileprivate static var old: Self { 0.75 }

  fileprivate static func run(
    _ x: Product, _ a: [Self], _ b: [Self], _ bias: [Self]?,
    _ body: (
      UnsafePointer<Self>, UnsafePointer<Self>, UnsafeMutablePointer<Self>, UnsafePointer<Self>?
    ) -> Void
  ) -> [Self] {
    var c = [Self](repeating: old, count: x.countC)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          let start = (a.baseAddress! + 1, b.baseAddress! + 1, c.baseAddress! + 1)
          if let bias {
            bias.withUnsafeBufferPointer { body(start.0, start.1, start.2, $0.baseAddress!) }
          } else {
            body(start.0, start.1, start.2, nil)
          }
        }
      }
    }
    return c
  }

  fileprivate static func random(_ count: Int, _ random: inout SplitMix) -> [Self] {
    (0..<count).map { _ in Self(random.number()) }
  }

  /// Compares elements of the product (all, or `samples` at random) with sums in double precision,
  /// for every instruction set. A sum of k rounded products is off by at most about
  /// k u sum |a b| (Higham, Accuracy and Stability of Numerical Algorithms, section 3.5), whatever
  /// its order; u is half the distance from 1 to the next number. The bound is twice that, since
  /// the sum compared with is rounded too.
  fileprivate static func check(_ x: Product, samples: Int? = nil, _ random: inout SplitMix) {
    let a = Self.random(x.countA, &random), b = Self.random(x.countB, &random)
    let bias = x.hasBias ? Self.random(x.n, &random) : nil
    let results = MatrixProductTests.instructionSets.map { Self.product($0, x, a, b, bias) }
    let all = x.m * x.n
    for sample in 0..<min(all, samples ?? all) {
      let element = all <= samples ?? all ? sample : random.below(all)
      let (i, j) = (element / x.n, element % x.n)
      var sum = 0.0, size = 0.0
      if x.accumulate { (sum, size) = (Double(old), Double(old)) }
      for p in 0..<x.k {
        let term = Double(a[x.a(i, p)]) * Double(b[x.b(p, j)])
        sum += term
        size += abs(term)
      }
      if let bias { (sum, size) = (sum + Double(bias[j]), size + abs(Double(bias[j]))) }
      // Slopes are at most 1; the functions themselves may be off by some units of their own.
      if x.activation == BP_RELU_ACTIVATION { sum = max(sum, 0) }
      if x.activation == BP_SIGMOID_ACTIVATION { (sum, size) = (1 / (1 + exp(-sum)), size + 2) }
      if x.activation == BP_TANH_ACTIVATION { (sum, size) = (tanh(sum), size + 2) }
      let bound = 2 * Double(x.k + 2) * (Double(Self.ulpOfOne) / 2) * size
      for (isa, c) in zip(MatrixProductTests.instructionSets, results) {
        let value = Double(c[x.c(i, j)])
        #expect(abs(value - sum) <= bound, "\(Self.self) \(isa) \(x) [\(i), \(j)]")
      }
    }
    for (isa, c) in zip(MatrixProductTests.instructionSets, results) where x.padding.c > 0 {
      let intact = (0..<x.m).allSatisfy { i in (x.n..<x.ldc).allSatisfy { c[x.c(i, $0)] == old } }
      #expect(intact && c[0] == old, "\(Self.self) \(isa) \(x) wrote outside C")
    }
  }
}

@Suite struct MatrixProductTests {
  static let instructionSets = [BP_ISA_PORTABLE, BP_ISA_NEON, BP_ISA_AVX2, BP_ISA_AVX512]
    .filter { bp_isa_available($0) }

  private static func forAllTransposes(_ body: (Bool, Bool) -> Void) {
    for a in [false, true] { for b in [false, true] { body(a, b) } }
  }

  @Test func everySmallShape() {
    var random = SplitMix(10)
    for m in [1, 2, 3, 4, 5, 7] {
      for n in [1, 2, 3, 5, 9] {
        for k in [1, 2, 5, 9] {
          Self.forAllTransposes { ta, tb in
            var x = Product(transposeA: ta, transposeB: tb, m: m, n: n, k: k)
            x.padding = (random.below(3), random.below(3), random.below(3))
            x.accumulate = random.below(3) == 0
            x.hasBias = !x.accumulate && random.below(2) == 0
            Float.check(x, samples: 8, &random)
            Double.check(x, samples: 8, &random)
          }
        }
      }
    }
  }

  /// Around the sizes of tiles, vectors, blocks and thresholds.
  @Test func shapesAroundTheBlocks() {
    var random = SplitMix(11)
    let rows = [1, 2, 3, 4, 6, 7, 11, 12, 13, 24, 25, 47, 48, 49, 100, 191, 193]
    let columns = [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 63, 65, 127, 128, 129, 257]
    let depths = [1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 255, 256, 257, 513]
    for _ in 0..<400 {
      var x = Product(
        transposeA: random.below(2) == 0, transposeB: random.below(2) == 0,
        m: rows[random.below(rows.count)], n: columns[random.below(columns.count)],
        k: depths[random.below(depths.count)])
      if x.m * x.k > 20_000 || x.n * x.k > 20_000 { x.k %= 40 }
      x.padding = (random.below(2) * 3, random.below(2) * 5, random.below(2))
      x.accumulate = random.below(3) == 0
      x.hasBias = !x.accumulate && random.below(2) == 0
      if !x.accumulate { x.activation = bp_activation(UInt32(random.below(4))) }
      Float.check(x, samples: 12, &random)
      Double.check(x, samples: 12, &random)
    }
  }

  /// A few columns more than whole vectors hold, which are summed along k or m instead.
  @Test func raggedColumns() {
    var random = SplitMix(18)
    for columns in [9, 10, 17, 18, 19, 20, 21, 33, 50, 68] {
      for (m, k) in [(15, 64), (16, 63), (16, 64), (23, 97), (70, 129), (131, 64)] {
        Self.forAllTransposes { ta, tb in
          var x = Product(transposeA: ta, transposeB: tb, m: m, n: columns, k: k)
          x.padding = (random.below(3), random.below(3), random.below(3))
          x.accumulate = random.below(3) == 0
          x.hasBias = !x.accumulate && random.below(2) == 0
          if !x.accumulate { x.activation = bp_activation(UInt32(random.below(4))) }
          Float.check(x, samples: 40, &random)
          Double.check(x, samples: 40, &random)
        }
      }
    }
  }

  /// Several blocks of k and several chunks: with B as it lies, and with B packed for each of the
  /// reasons that there are; of each the rows that just do and do not.
  @Test func largeProducts() {
    var random = SplitMix(12)
    for (m, n, k) in [
      (197, 384, 700), (603, 389, 300), (49, 1031, 1041), (127, 389, 300), (129, 389, 300),
      (299, 512, 130), (301, 512, 130), (601, 256, 70), (47, 1024, 600), (50, 1024, 600),
    ] {
      Self.forAllTransposes { ta, tb in
        var x = Product(transposeA: ta, transposeB: tb, m: m, n: n, k: k)
        x.padding = (0, 1, 1)
        x.accumulate = ta
        x.hasBias = !ta
        x.activation = ta ? BP_IDENTITY_ACTIVATION : BP_RELU_ACTIVATION
        Float.check(x, samples: 60, &random)
        Double.check(x, samples: 60, &random)
      }
    }
  }

  /// What is packed, and how large blocks are, follows the strides, the place in memory and the caches
  /// of the processor; the result must not.
  @Test func noBitDependsOnThePlacesOfTheOperands() {
    let found = bp_caches()
    defer { bp_set_caches(found) }
    let caches = [
      found,
      bp_cache_sizes(first: .init(bytes: 8 << 10, ways: 2), second: .init(bytes: 8 << 10, ways: 1)),
      bp_cache_sizes(
        first: .init(bytes: 4 << 20, ways: 64), second: .init(bytes: 64 << 20, ways: 64)),
    ]
    var random = SplitMix(19)
    for (m, n, k) in [(60, 520, 512), (130, 128, 530), (410, 48, 400)] {
      let a = Float.random(m * k, &random)
      let b = Float.random(n * k, &random)
      for isa in Self.instructionSets {
        let product = bp_kernels_for(isa, BP_FLOAT32)!.pointee.product!
        var first: [UInt32]?
        for cache in caches {
          bp_set_caches(cache)
          for (padding, offset) in [(0, 0), (1, 1), (1024 - k, 0)] {
            // Rows apart by the padding, and all of it behind an offset.
            func placed(_ x: [Float], _ rows: Int, _ columns: Int) -> [Float] {
              var out = [Float](repeating: .nan, count: offset + rows * (columns + padding))
              for row in 0..<rows {
                for column in 0..<columns {
                  out[offset + row * (columns + padding) + column] = x[row * columns + column]
                }
              }
              return out
            }
            var c = [Float](repeating: 0, count: m * n)
            placed(a, m, k).withUnsafeBufferPointer { left in
              placed(b, k, n).withUnsafeBufferPointer { right in
                product(
                  false, false, m, n, k, left.baseAddress! + offset, k + padding,
                  right.baseAddress! + offset, n + padding, &c, n, false, nil,
                  BP_IDENTITY_ACTIVATION)
              }
            }
            let bits = c.map(\.bitPattern)
            if first == nil { first = bits }
            #expect(bits == first, "\(isa) \(m) x \(n) x \(k), rows \(padding) apart, \(offset)")
          }
        }
      }
    }
  }

  /// So large that A is packed too: from 4 MiB on, when C has at least 128 columns; and so that the rows
  /// of a tile would share a set of the first cache.
  @Test func leftSidesWorthPacking() {
    var random = SplitMix(17)
    for transpose in [false, true] {
      var x = Product(transposeA: transpose, transposeB: transpose, m: 611, n: 131, k: 1801)
      x.padding = (1, 0, 1)
      Float.check(x, samples: 40, &random)
      x.m = 601
      x.accumulate = true
      Double.check(x, samples: 40, &random)
    }
    for (m, n, k) in [(401, 515, 512), (403, 530, 256)] {
      Float.check(Product(m: m, n: n, k: k), samples: 40, &random)
      Double.check(Product(m: m, n: n, k: k), samples: 40, &random)
    }
  }

  @Test func rowsAndColumns() {
    var random = SplitMix(13)
    Self.forAllTransposes { ta, tb in
      for activation in 0..<4 {
        for (m, n, k) in [(1, 1100, 70), (1100, 1, 70), (2, 300, 33), (1, 1, 900), (3, 200, 10)] {
          var x = Product(transposeA: ta, transposeB: tb, m: m, n: n, k: k)
          x.padding = (activation % 2, activation / 2, activation % 3)
          x.accumulate = activation == 0
          x.hasBias = activation > 0
          x.activation = bp_activation(UInt32(activation))
          Float.check(x, samples: 20, &random)
          Double.check(x, samples: 20, &random)
        }
      }
    }
  }

  @Test func emptyProducts() {
    var random = SplitMix(14)
    // Without a k the sum is zero: C becomes the activated bias, or stays as it is.
    for activation in 0..<4 {
      var x = Product(m: 3, n: 5, k: 0, padding: (1, 1, 1))
      x.hasBias = true
      x.activation = bp_activation(UInt32(activation))
      Float.check(x, &random)
      Double.check(x, &random)
    }
    Float.check(Product(m: 3, n: 5, k: 0), &random)
    Float.check(Product(m: 3, n: 5, k: 0, accumulate: true), &random)
    // Without rows or columns nothing is written.
    for (m, n) in [(0, 5), (5, 0), (0, 0)] {
      let x = Product(m: m, n: n, k: 3, padding: (0, 0, 1))
      for isa in Self.instructionSets {
        let c = Float.product(
          isa, x, Float.random(x.countA, &random), Float.random(x.countB, &random), nil)
        #expect(c.allSatisfy { $0 == Float.old })
      }
    }
  }

  /// What is not finite must come out as IEEE arithmetic has it, on every path.
  @Test func infinityAndNotANumberPassThrough() {
    for (m, n, k) in [
      (1, 20, 30), (20, 1, 30), (2, 20, 30), (13, 33, 30), (60, 70, 300), (40, 18, 90),
    ] {
      Self.forAllTransposes { ta, tb in
        var x = Product(transposeA: ta, transposeB: tb, m: m, n: n, k: k)
        x.activation = BP_RELU_ACTIVATION
        var a = [Float](repeating: 1, count: x.countA)
        let b = [Float](repeating: 1, count: x.countB)
        a[x.a(m - 1, k - 1)] = .nan
        for isa in Self.instructionSets {
          let c = Float.product(isa, x, a, b, nil)
          #expect((0..<n).allSatisfy { c[x.c(m - 1, $0)].isNaN }, "\(isa) \(x)")
          if m > 1 { #expect((0..<n).allSatisfy { c[x.c(0, $0)] == Float(k) }, "\(isa) \(x)") }
        }
        a[x.a(m - 1, k - 1)] = -.infinity
        for isa in Self.instructionSets {
          let c = Float.product(isa, x, a, b, nil)
          #expect((0..<n).allSatisfy { c[x.c(m - 1, $0)] == 0 }, "\(isa) \(x)")
        }
      }
    }
  }
}

extension RuntimeTests {
  @Suite struct MatrixProductThreadTests {
    @Test func anyNumberOfThreadsGivesTheSameBits() {
      let threads = bp_thread_count()
      defer { bp_set_thread_count(threads) }
      var random = SplitMix(16)
      let shapes = [
        (64, 64, 64), (100, 50, 300), (1, 3000, 100), (3000, 1, 100), (2, 900, 300), (3, 900, 300),
        (150, 130, 600), (603, 260, 280), (500, 20, 70), (20, 600, 300), (1, 128, 1568),
        (1, 200, 700),
      ]
      for (m, n, k) in shapes {
        for transposes in 0..<4 {
          let x = Product(
            transposeA: transposes % 2 == 1, transposeB: transposes / 2 == 1, m: m, n: n, k: k,
            hasBias: true, activation: BP_TANH_ACTIVATION)
          let (a, b) = (Float.random(x.countA, &random), Float.random(x.countB, &random))
          let bias = Float.random(n, &random)
          for isa in MatrixProductTests.instructionSets {
            bp_set_thread_count(1)
            let alone = Float.product(isa, x, a, b, bias)
            for threads in [2, 7] {
              bp_set_thread_count(threads)
              let together = Float.product(isa, x, a, b, bias)
              let isSame = alone.map(\.bitPattern) == together.map(\.bitPattern)
              #expect(isSame, "\(threads) \(isa) \(x)")
            }
          }
        }
      }
    }
  }
}
