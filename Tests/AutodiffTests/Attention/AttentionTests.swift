import BackpropArrays
import BackpropTestSupport
import CBackpropRuntime
import Foundation
import Testing

@testable import BackpropAutodiff

@Suite struct AttentionTests {
  /// Lengths and a mask.
  struct Case: Sendable, CustomStringConvertible {
    var heads = 3
    var n: Int
    var m: Int
    var d = 8
    var e = 8
    var isCausal = false
    var mask = MaskKind.none

    enum MaskKind: String, Sendable { case none, flags, padding, numbers }

    var description: String {
      "\(heads) heads, \(n) to \(m), \(d) and \(e)\(isCausal ? ", causal" : ""), \(mask)"
    }

    /// Queries, keys, values and perhaps a mask, in `scalarType`.
    func inputs(_ scalarType: ScalarType) -> [Tensor] {
      func numbers(_ length: Int, _ width: Int, seed: UInt64) -> Tensor {
        Tensor(NDArray.numbers([2, heads, length, width], seed: seed).cast(to: scalarType)) * 2
      }
      return [
        numbers(n, d, seed: 1), numbers(m, d, seed: 2), numbers(m, e, seed: 3),
      ]
    }

    func mask(_ scalarType: ScalarType) -> Tensor? {
      switch mask {
      case .none: nil
      case .flags: Tensor(NDArray.numbers([n, m], seed: 7)) .> -0.3
      case .padding:
        Tensor.range(from: 0, to: Double(m)) .< Tensor([Double(m - 1), 1], shape: [2, 1, 1, 1])
      case .numbers: Tensor(NDArray.numbers([heads, n, m], seed: 8).cast(to: scalarType))
      }
    }
  }

  /// The first three are done in several blocks.
  static let cases = [
    Case(heads: 2, n: 150, m: 600, isCausal: true),
    Case(heads: 1, n: 700, m: 700, d: 4, e: 5, isCausal: true, mask: .flags),
    Case(heads: 2, n: 130, m: 520, d: 3, e: 7, mask: .numbers),
    Case(n: 1, m: 9), Case(n: 5, m: 1), Case(n: 4, m: 7, d: 1, e: 2),
    Case(n: 6, m: 6, isCausal: true), Case(n: 2, m: 6, isCausal: true),
    Case(n: 1, m: 6, isCausal: true), Case(n: 7, m: 5, mask: .flags),
    Case(n: 7, m: 5, mask: .padding), Case(n: 3, m: 5, isCausal: true, mask: .padding),
    Case(n: 3, m: 5, isCausal: true, mask: .numbers), Case(n: 0, m: 3), Case(n: 3, m: 0),
    Case(n: 3, m: 2, d: 0), Case(n: 3, m: 2, e: 0),
  ]

  /// By the definition, number by number.
  static func expected(_ example: Case, _ inputs: [Tensor], _ mask: Tensor?) -> [Double] {
    let (q, k, v) = (inputs[0].doubles, inputs[1].doubles, inputs[2].doubles)
    let (n, m, d, e) = (example.n, example.m, example.d, example.e)
    let shape: Shape = [2, example.heads, n, m]
    let added = mask.map { mask in
      mask.broadcast(to: shape).doubles.map {
        mask.scalarType == .bool ? ($0 == 1 ? 0 : -Double.infinity) : $0
      }
    }
    var result: [Double] = []
    for slice in 0..<2 * example.heads {
      for i in 0..<n {
        let scores = (0..<m).map { j -> Double in
          if example.isCausal, j > m - n + i { return -.infinity }
          var score = 0.0
          for c in 0..<d { score += q[(slice * n + i) * d + c] * k[(slice * m + j) * d + c] }
          return score / Double(d).squareRoot() + (added?[(slice * n + i) * m + j] ?? 0)
        }
        let largest = scores.max() ?? -.infinity
        let weights = scores.map { largest == -.infinity ? 0 : exp($0 - largest) }
        let sum = weights.reduce(0, +)
        for c in 0..<e {
          var gathered = 0.0
          for j in 0..<m { gathered += weights[j] * v[(slice * m + j) * e + c] }
          result.append(sum == 0 ? 0 : gathered / sum)
        }
      }
    }
    return result
  }

  @Test(arguments: cases) func isWhatItsDefinitionSays(_ example: Case) {
    for (type, tolerance) in [(ScalarType.float64, 1e-14), (.float32, 3e-6)] {
      let (inputs, mask) = (example.inputs(type), example.mask(type))
      // 0 / √0, which the definition above has where there are no numbers.
      let scale = example.d == 0 ? 1.0 : nil
      let y = scaledDotProductAttention(
        inputs[0], inputs[1], inputs[2], mask: mask, isCausal: example.isCausal, scale: scale)
      #expect(y.shape == [2, example.heads, example.n, example.e])
      let expected = example.d == 0 ? y.doubles : Self.expected(example, inputs, mask)
      #expect(y.doubles.count == expected.count)
      for (found, exact) in zip(y.doubles, expected) where !(abs(found - exact) <= tolerance) {
        Issue.record("\(type): \(found) and not \(exact)")
        break
      }
      let whole = attentionWeights(
        inputs[0], inputs[1], mask: mask, isCausal: example.isCausal, scale: scale
      ).matmul(inputs[2])
      #expect(y.isClose(to: whole, relativeTolerance: tolerance, absoluteTolerance: tolerance))
    }
  }

  /// The gradients by blocks are those through all weights at once, from inputs in any layout.
  @Test(arguments: cases) func gradientsAreThoseOfAllWeights(_ example: Case) {
    let (numbers, mask) = (example.inputs(.float64), example.mask(.float64))
    for layout in 0..<3 {
      let inputs = numbers.map { input -> Tensor in
        switch layout {
        case 0: return input.requiringGradient()
        // As heads lie beside each other in the result of a linear layer.
        case 1:
          return Tensor(input.transposed([0, 2, 1, 3]).array.copy()).transposed([0, 2, 1, 3])
            .requiringGradient()
        default:
          return Tensor(input.matrixTransposed.array.copy()).matrixTransposed
            .requiringGradient()
        }
      }
      func gradients(_ y: Tensor) -> [Tensor] {
        let cotangent = Tensor(NDArray.numbers([y.shape[0], y.shape[2], y.shape[1], y.shape[3]]))
          .transposed([0, 2, 1, 3])
        let gradients = y.backward(from: cotangent)
        return inputs.map { gradients[$0] }
      }
      let scale = example.d == 0 ? 1.0 : nil
      let byBlocks = gradients(
        scaledDotProductAttention(
          inputs[0], inputs[1], inputs[2], mask: mask, isCausal: example.isCausal, scale: scale))
      let whole = gradients(
        attentionWeights(
          inputs[0], inputs[1], mask: mask, isCausal: example.isCausal, scale: scale
        ).matmul(inputs[2]))
      for (index, (a, b)) in zip(byBlocks, whole).enumerated() {
        #expect(
          a.isClose(to: b, relativeTolerance: 1e-11, absoluteTolerance: 1e-12),
          "layout \(layout), input \(index)")
      }
    }
  }

  /// −∞ in a mask of numbers hides a key, and a query from which all are hidden gets zeros.
  @Test func hiddenByInfinity() {
    let x = Tensor(NDArray.numbers([3, 2])).requiringGradient()
    let mask = Tensor(
      [0, -.infinity, -.infinity, -.infinity, -.infinity, -.infinity, 0, 0, 0], shape: [3, 3],
      scalarType: .float64)
    let flags = Tensor(
      [true, false, false, false, false, false, true, true, true], shape: [3, 3])
    let (a, b) = (
      scaledDotProductAttention(x, x, x, mask: mask),
      scaledDotProductAttention(x, x, x, mask: flags)
    )
    #expect(a.doubles == b.doubles)
    #expect(a[1].doubles == [0, 0])
    #expect(a.backward(from: a.detached)[x].doubles == b.backward(from: b.detached)[x].doubles)
    let weights = attentionWeights(x, x, mask: mask)
    #expect(weights[1].doubles == [0, 0, 0])
    #expect(weights.squared().sum().backward()[x].allFinite)
  }

  /// What is kept grows with the queries, and not with the pairs of queries and keys: 33 MB here.
  @Test func noPairsAreKept() {
    let (heads, n, d) = (8, 1024, 16)
    var random = RandomSource(seed: 1)
    let x = (0..<3).map { _ in
      Tensor.normal([1, heads, n, d], using: &random).requiringGradient()
    }
    let resultBytes = Int64(heads * n * d * 4)
    let sumBytes = Int64(heads * n * 4)
    let blockBytes = Int64(64 * n * 4)
    func peak<R>(_ body: () -> R) -> (R, Int64) {
      bp_reset_peak_live_bytes()
      let before = bp_memory().live_bytes
      let result = body()
      return (result, bp_memory().peak_live_bytes - before)
    }
    let before = bp_memory().live_bytes
    let (y, forwardPeak) = peak { scaledDotProductAttention(x[0], x[1], x[2], isCausal: true) }
    #expect(bp_memory().live_bytes - before == resultBytes + sumBytes)
    #expect(forwardPeak <= resultBytes + sumBytes + blockBytes)
    let (gradients, backwardPeak) = peak { y.backward(from: y.detached) }
    #expect(backwardPeak <= 3 * resultBytes + 2 * blockBytes + 1024)
    withExtendedLifetime(gradients) {}
  }

  @Test func hasTheSameBitsOnAnyNumberOfThreads() async {
    await #expect(processExitsWith: .success) {
      func results() -> [NDArray] {
        [(2, 700, 700), (9, 70, 130), (1, 1, 4000)].flatMap { heads, n, m in
          var random = RandomSource(seed: 5)
          let x = [n, m, m].map {
            Tensor.normal([1, heads, $0, 24], using: &random).requiringGradient()
          }
          let y = scaledDotProductAttention(x[0], x[1], x[2], isCausal: true)
          let gradients = y.backward(from: y.detached)
          let weights = attentionWeights(x[0], x[1])
          return [y.array, weights.array, weights.backward(from: weights.detached)[x[0]].array]
            + x.map { gradients[$0].array }
        }
      }
      Parallel.threadCount = 1
      let expected = results()
      for array in expected { #expect(array.isFinite) }
      for threads in [2, 3, 7] {
        Parallel.threadCount = threads
        #expect(results() == expected, "\(threads) threads")
      }
    }
  }

  @Test func mistakesSayWhatIsWrong() throws {
    func text(
      _ q: TensorType, _ k: TensorType, _ v: TensorType, mask: TensorType? = nil,
      isCausal: Bool = false
    ) -> String {
      let error = #expect(throws: ShapeError.self) {
        try scaledDotProductAttention(
          Tensor(shapeOnly: q), Tensor(shapeOnly: k), Tensor(shapeOnly: v),
          mask: mask.map { Tensor(shapeOnly: $0) }, isCausal: isCausal
        ).checkedType()
      }
      return error?.description ?? ""
    }
    func type(_ shape: Shape, _ scalarType: ScalarType = .float32) -> TensorType {
      TensorType(shape, scalarType)
    }
    let (q, k) = (type([2, 3, 4]), type([2, 5, 4]))
    #expect(text(q, type([2, 5, 3]), k).contains("a query has 4 numbers and a key 3"))
    #expect(text(q, k, type([2, 4, 4])).contains("not one value for each key"))
    #expect(text(q, type([3, 5, 4]), type([3, 5, 4])).contains("do not broadcast"))
    #expect(text(q, type([2, 5, 4], .float64), k).contains("the keys float64"))
    #expect(text(q, k, type([2, 5, 4], .float64)).contains("the values float64"))
    #expect(text(type([2, 3, 4], .int32), k, k).contains("int32"))
    #expect(text(type([4]), k, k).contains("queries are of shape (…, n, d)"))
    #expect(text(k, q, q, isCausal: true).contains("5 queries to 3 keys"))
    #expect(text(q, k, k, mask: type([5, 3], .bool)).contains("the mask does not broadcast"))
    #expect(text(q, k, k, mask: type([3, 5], .int32)).contains("the mask holds int32"))
    #expect(text(q, k, k, mask: type([3, 5], .float64)).contains("the mask is float64"))
    let weights = #expect(throws: ShapeError.self) {
      try attentionWeights(Tensor(shapeOnly: k), Tensor(shapeOnly: q), isCausal: true).checkedType()
    }
    #expect(weights!.description.contains("attentionWeights: causal attention of 5 queries"))
    #expect(
      try scaledDotProductAttention(
        Tensor(shapeOnly: type([4, 2, 3, 4])), Tensor(shapeOnly: type([2, 5, 4])),
        Tensor(shapeOnly: type([4, 1, 5, 7]))
      ).checkedType() == type([4, 2, 3, 7]))
  }
}
