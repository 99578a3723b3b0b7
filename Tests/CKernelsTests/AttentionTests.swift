import CBackpropKernels
import Foundation
import Testing

@Suite struct AttentionTests {
  /// A mask as it lies in memory.
  private enum MaskKind: CaseIterable {
    case none, numbers, numbersOfColumns, flags, flagsOfRows
  }

  @Test func weights() {
    check(Float.self)
    check(Double.self)
  }

  private func check<T: KernelScalar>(_: T.Type) {
    for kernels in T.allKernels {
      for (rows, columns) in [(1, 1), (3, 5), (70, 9), (4, 33)] {
        for kind in MaskKind.allCases {
          check(kernels, rows, columns, kind, visible: columns, step: 0)
          // Of the first rows some may look at nothing.
          check(kernels, rows, columns, kind, visible: -1, step: 1)
          check(kernels, rows, columns, kind, visible: columns - rows + 1, step: 1)
        }
      }
    }
  }

  private func check<T: KernelScalar>(
    _ kernels: Kernels<T>, _ rows: Int, _ columns: Int, _ kind: MaskKind, visible: Int, step: Int
  ) {
    let memory = Memory()
    defer { memory.free() }
    let message: Comment = "\(kernels.name) \(rows) x \(columns) \(kind) \(visible) \(step)"
    let scores: [T] = testNumbers(rows * columns)
    let numbers: [T] = testNumbers(rows * columns, scale: 1, seed: 4)
    let flags = (0..<rows * columns).map { UInt8($0 * 5 % 7 < 4 ? 1 : 0) }
    var block = bp_attention_block()
    (block.rows, block.columns, block.visible, block.step) = (rows, columns, visible, step)
    block.scale = 0.37
    switch kind {
    case .none: break
    case .numbers:
      block.numbers = UnsafeRawPointer(memory.operand(numbers))
      (block.number_row, block.number_column) = (columns, 1)
    case .numbersOfColumns:
      block.numbers = UnsafeRawPointer(memory.operand(numbers))
      (block.number_row, block.number_column) = (1, rows)
    case .flags:
      block.flags = UnsafePointer(memory.operand(flags))
      (block.flag_row, block.flag_column) = (columns, 1)
    case .flagsOfRows:
      block.flags = UnsafePointer(memory.operand(flags))
      (block.flag_row, block.flag_column) = (1, 0)
    }
    let weights = Guarded(scores)
    let again = Guarded(scores)
    let sums = Guarded<T>(count: rows)
    kernels.attention_softmax(&block, weights.start, sums.start)
    kernels.attention_weights(&block, sums.start, again.start)
    for row in 0..<rows {
      let exact = (0..<columns).map { column -> Double in
        let score = Double(scores[row * columns + column]) * Double(T(0.37))
        if column >= visible + row * step { return -.infinity }
        switch kind {
        case .none: return score
        case .numbers: return score + Double(numbers[row * columns + column])
        case .numbersOfColumns: return score + Double(numbers[column * rows + row])
        case .flags: return flags[row * columns + column] == 1 ? score : -.infinity
        case .flagsOfRows: return flags[row] == 1 ? score : -.infinity
        }
      }
      let largest = exact.max()!
      let sum = largest == -.infinity ? 0 : exact.reduce(0) { $0 + exp($1 - largest) }
      let logSum = sum == 0 ? Double.infinity : largest + log(sum)
      let tolerance = 64 * Double(T.ulpOfOne) * max(1, abs(largest.isFinite ? largest : 1))
      #expect(
        Double(sums[row]) == logSum || abs(Double(sums[row]) - logSum) <= tolerance, message)
      for column in 0..<columns {
        let expected = sum == 0 ? 0 : exp(exact[column] - largest) / sum
        for found in [weights, again] {
          let error = abs(Double(found[row * columns + column]) - expected)
          #expect(error <= (expected == 0 ? 0 : tolerance * max(expected, 1e-6)), message)
        }
      }
    }
    for buffer in [weights, again, sums] { #expect(buffer.isIntact, message) }
  }

  /// What is no number stays none.
  @Test func notANumberIsSeen() {
    for kernels in Float.allKernels {
      var block = bp_attention_block()
      (block.rows, block.columns, block.visible, block.step) = (1, 3, 3, 0)
      block.scale = 1
      let (weights, sums) = (Guarded<Float>([.nan, .nan, .nan]), Guarded<Float>(count: 1))
      kernels.attention_softmax(&block, weights.start, sums.start)
      #expect(weights.values.allSatisfy { $0.isNaN }, "\(kernels.name)")
    }
  }
}
