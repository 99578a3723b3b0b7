import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

/// Attention of texts that lie one after the other is that of each text by itself.
@Suite struct PackedAttentionTests {
  private static let lengths = [3, 1, 0, 70, 12, 200]

  private func inputs(_ lengths: [Int], heads: Int, width: Int) -> [Tensor] {
    var random = RandomSource(seed: 5)
    return (0..<3).map { _ in
      .normal([lengths.reduce(0, +), heads * width], using: &random)
    }
  }

  /// The rows of a text as (heads, n, d).
  private func heads(_ rows: Tensor, _ heads: Int) -> Tensor {
    rows.reshaped(to: [rows.shape[0], heads, rows.shape[1] / heads] as Shape).transposed([1, 0, 2])
  }

  private func apart(_ inputs: [Tensor], _ lengths: [Int], _ count: Int) -> Tensor {
    var start = 0
    var results: [Tensor] = []
    for length in lengths {
      let parts = inputs.map { heads($0[start..<start + length], count) }
      let result = scaledDotProductAttention(parts[0], parts[1], parts[2])
      results.append(
        result.transposed([1, 0, 2]).reshaped(to: [length, inputs[0].shape[1]] as Shape))
      start += length
    }
    return Tensor.concatenate(results, axis: 0)
  }

  @Test func isThatOfEachText() {
    let inputs = inputs(Self.lengths, heads: 3, width: 8)
    let packed = packedAttention(inputs[0], inputs[1], inputs[2], lengths: Self.lengths, heads: 3)
    let expected = apart(inputs, Self.lengths, 3)
    #expect(mismatch(packed.array, expected.array, relative: 1e-5, absolute: 1e-6) == nil)
  }

  @Test func passesTheSameGradientsOn() {
    let inputs = inputs(Self.lengths, heads: 2, width: 4).map { Parameter($0) }
    func gradients(_ body: ([Tensor]) -> Tensor) -> [NDArray] {
      let output = body(inputs.map(\.tensor))
      let gradients = (output * output).sum().backward()
      return inputs.map { gradients[$0]!.array }
    }
    let packed = gradients {
      packedAttention($0[0], $0[1], $0[2], lengths: Self.lengths, heads: 2)
    }
    let expected = gradients { apart($0, Self.lengths, 2) }
    for (actual, expected) in zip(packed, expected) {
      #expect(mismatch(actual, expected, relative: 1e-4, absolute: 1e-6) == nil)
    }
  }

  /// Bits are a text's own, whatever is beside it, and the same on any number of threads.
  @Test func aTextHasTheSameBitsInAnyBatch() {
    let inputs = inputs(Self.lengths, heads: 3, width: 8)
    let threads = Parallel.threadCount
    defer { Parallel.threadCount = threads }
    var results: [[Float]] = []
    for count in [1, 2, 5] {
      Parallel.threadCount = count
      results.append(
        packedAttention(inputs[0], inputs[1], inputs[2], lengths: Self.lengths, heads: 3).array
          .scalars())
    }
    #expect(results[1] == results[0] && results[2] == results[0])
    var start = 0
    for length in Self.lengths {
      let own = inputs.map { $0[start..<start + length] }
      let alone: [Float] = packedAttention(own[0], own[1], own[2], lengths: [length], heads: 3)
        .array.scalars()
      #expect(alone == Array(results[0][start * 24..<(start + length) * 24]))
      start += length
    }
  }

  /// Rows that lie apart in memory, as parts of a wider matrix.
  @Test func takesPartsOfRows() {
    var random = RandomSource(seed: 6)
    let all = Tensor.normal([9, 24], using: &random)
    let parts = all.split(into: 3, axis: 1)
    let copies = parts.map { Tensor($0.array.copy()) }
    let a = packedAttention(parts[0], parts[1], parts[2], lengths: [4, 5], heads: 2)
    let b = packedAttention(copies[0], copies[1], copies[2], lengths: [4, 5], heads: 2)
    #expect(a.array.scalars(as: Float.self) == b.array.scalars(as: Float.self))
  }
}
