import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

@Suite struct MatrixProductTests {
  @Test func productsGiveNumPysResults() throws {
    try NumPyCases.check("matmul") { x, _ in x[0].matmul(x[1]) }
  }

  /// The result must be written everywhere even where the sum has no terms: memory that was used
  /// before is handed out again uncleared.
  @Test func sumsOfNoTermsAreZero() {
    for (a, b) in [
      ([2, 0], [0, 3]), ([4, 2, 0], [0, 3]), ([4, 2, 0], [4, 0, 3]), ([0], [0, 3]), ([2, 0], [0]),
      ([0], [0]), ([4, 2, 0], [0]),
    ] as [(Shape, Shape)] {
      for type in [ScalarType.float32, .float64, .int32] {
        let shape = Tensor.zeros(a, scalarType: type).matmul(.zeros(b, scalarType: type)).shape
        for _ in 0..<4 { _ = Tensor(repeating: 7, shape: shape, scalarType: type) }
        let result = Tensor.zeros(a, scalarType: type).matmul(.zeros(b, scalarType: type))
        #expect(result.doubles.allSatisfy { $0 == 0 }, "\(a) · \(b) of \(type)")
      }
    }
  }

  /// Σₖ aᵢₖ bₖⱼ in plain Swift, at sizes around the kernel's tiles, and with both sides in every
  /// layout. Exact, as all products and sums are whole numbers that float32 can hold.
  @Test func everySizeAndLayoutAgreesWithThreeLoops() {
    for (m, k, n) in [(1, 5, 17), (17, 1, 3), (13, 31, 1), (16, 16, 16), (33, 20, 50)] {
      let a = (0..<(m * k)).map { Float($0 * 7 % 11) - 5 }
      let b = (0..<(k * n)).map { Float($0 * 5 % 13) - 6 }
      var expected = [Float](repeating: 0, count: m * n)
      for i in 0..<m {
        for p in 0..<k {
          for j in 0..<n { expected[i * n + j] += a[i * k + p] * b[p * n + j] }
        }
      }
      for left in NDArray(a, shape: [m, k]).everyLayout {
        for right in NDArray(b, shape: [k, n]).everyLayout {
          let product = Tensor(left.array).matmul(Tensor(right.array)).array
          #expect(
            mismatch(product, NDArray(expected, shape: [m, n])) == nil,
            "\(m) x \(k) x \(n), \(left.name) by \(right.name)")
        }
      }
    }
  }

  /// Batches in one parallel region, at sizes around the limit at which products are split instead,
  /// with sides that repeat and lie in every way; the same bits on any threads.
  @Test func batchesAgreeWithOneAfterTheOther() {
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    for (batches, m, k, n) in [(2, 3, 4, 5), (300, 2, 8, 3), (24, 33, 17, 20), (3, 130, 130, 130)] {
      var random = RandomSource(seed: 4)
      let a = Tensor.uniform([batches, m, k], using: &random)
      let b = Tensor.uniform([k, batches, n], using: &random).transposed([1, 0, 2])
      let rows = (0..<batches).map { a[$0].matmul(b[$0]) }
      for count in [1, 3] {
        Parallel.threadCount = count
        #expect(a.matmul(b).array == Tensor.stack(rows).array, "\(batches) of \(m) x \(k) x \(n)")
        let shared = a[0..<1].matmul(b)
        #expect(shared[batches - 1].array == a[0].matmul(b[batches - 1]).array)
        let scattered = b[.all, Slice(by: -1)]
        #expect(a.matmul(scattered).array == a.matmul(Tensor(scattered.array.copy())).array)
      }
    }
  }

  @Test func partsOfALargerMatrix() {
    let big = Tensor.range(from: 0, to: 100, scalarType: .float64).reshaped(to: [10, 10])
    let part = big[2..<5, 3..<7]
    #expect(
      part.matmul(part.transposed()).array
        == Tensor(part.array.copy()).matmul(Tensor(part.transposed().array.copy())).array)
    #expect(big[3].matmul(big[.all, 4]).item == (big[3] * big[.all, 4]).sum().item)
    let row = big[4..<5, Slice(by: 3)]
    let squares: [Double] = [1600, 1849, 2116, 2401]
    #expect(row.matmul(row.transposed()).doubles == [squares.reduce(0, +)])
  }

  @Test func mismatchesSayWhatWasMeant() throws {
    func reason(_ a: Shape, _ b: Shape) throws -> String {
      let error = try #require(throws: ShapeError.self) {
        _ = try MatMul(transposesLeft: false, transposesRight: false).evaluate([
          .zeros(a), .zeros(b),
        ])
      }
      return error.description
    }
    #expect(
      try reason([2, 3], [4, 3]) == """
        matmul: the left side has rows of 3 and the right side columns of 4; they must agree
          shapes: (2, 3) and (4, 3)
          hint: did you mean to transpose the right side?
        """)
    #expect(try reason([3, 2], [3, 4]).contains("transpose the left side"))
    #expect(try reason([], [3]).contains("a single number has no rows or columns"))
    #expect(try reason([2, 4, 3], [5, 3, 2]).contains("matmul (batches)"))
  }

  @Test func bytesAreNotMultiplied() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 2], scalarType: .uint8).matmul(.zeros([2, 2], scalarType: .uint8))
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("matmul: the numbers are uint8"))
  }
}
