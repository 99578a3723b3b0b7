import CBackpropKernels
import BackpropTestSupport
import Testing

@testable import BackpropArrays

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
        let shape = NDArray.zeros(a, type).matmul(.zeros(b, type)).shape
        for _ in 0..<4 { _ = NDArray(repeating: 7, shape: shape, type) }
        let result = NDArray.zeros(a, type).matmul(.zeros(b, type))
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
          let product = left.array.matmul(right.array)
          #expect(
            mismatch(product, NDArray(expected, shape: [m, n])) == nil,
            "\(m) x \(k) x \(n), \(left.name) by \(right.name)")
        }
      }
    }
  }

  @Test func partsOfALargerMatrix() {
    let big = NDArray.range(from: 0, to: 100, .float64).reshaped(to: [10, 10])
    let part = big[2..<5, 3..<7]
    #expect(part.matmul(part.transposed()) == part.copy().matmul(part.transposed().copy()))
    #expect(big[3].matmul(big[.all, 4]).item == (big[3] * big[.all, 4]).sum().item)
    let row = big[4..<5, Slice(by: 3)]
    let squares: [Double] = [1600, 1849, 2116, 2401]
    #expect(row.matmul(row.transposed()).doubles == [squares.reduce(0, +)])
  }

  @Test func biasAndActivationAreAppliedToEveryRow() {
    let x = NDArray([[1, 2], [3, -4]] as [[Double]])
    let w = NDArray([[1, 0, 2], [0, 1, 1]] as [[Double]])
    let bias = NDArray([10, -3, 0] as [Double])
    for layout in bias.everyLayout {
      let out = NDArray(uninitialized: [2, 3], .float64)
      NDArray.multiply(
        x, w, into: out, .init(bias: layout.array, activation: BP_RELU_ACTIVATION))
      #expect(out == NDArray([[11, 0, 4], [13, 0, 2]] as [[Double]]), "\(layout.name)")
    }
    let empty = NDArray(uninitialized: [2, 3], .float64)
    let (left, right) = (NDArray.zeros([2, 0], .float64), NDArray.zeros([0, 3], .float64))
    NDArray.multiply(left, right, into: empty, .init(bias: bias))
    #expect(empty == NDArray([[10, -3, 0], [10, -3, 0]] as [[Double]]))
  }

  @Test func mismatchesSayWhatWasMeant() throws {
    func reason(_ a: Shape, _ b: Shape) throws -> String {
      let error = try #require(throws: ShapeError.self) {
        _ = try NDArray.productShape("matmul", .zeros(a), .zeros(b))
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
      _ = NDArray.zeros([2, 2], .uint8).matmul(.zeros([2, 2], .uint8))
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("matmul: the numbers are uint8"))
  }
}
