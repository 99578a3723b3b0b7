import CBackpropKernels
import CBackpropRuntime

/// Layer norm of rows in memory, γ (x − μ) / √(σ² + ε) + β, together with the sum in front of it: a row
/// is added to and normalized while it is in the first cache. For models that answer and do not learn.
package struct RowNorm: Sendable {
  private let weight: NDArray
  private let bias: NDArray
  private let epsilon: Double
  /// The length of a row.
  private let width: Int

  /// How many rows are done at a time.
  private static let blockLength = 8

  /// The norm with a scale γ and a shift β, vectors of `float32`.
  package init(weight: NDArray, bias: NDArray, epsilon: Double) {
    self.weight = weight.contiguous()
    self.bias = bias.contiguous()
    self.epsilon = epsilon
    width = weight.count
  }

  /// rows ← norm(rows + other), rows of both one after the other.
  ///
  /// - Parameters:
  ///   - rows: what is changed.
  ///   - count: how many rows there are.
  ///   - other: what is added first; `nil` for nothing.
  package func apply(
    to rows: UnsafeMutablePointer<Float>, count: Int, adding other: UnsafePointer<Float>?
  ) {
    let kernels = ScalarType.float32.kernels
    var layout = bp_groups()
    (layout.length, layout.parts, layout.inner) = (width, 1, 1)
    layout.outer_step = width
    layout.is_each_weighted = true
    layout.is_centered = true
    layout.epsilon = epsilon
    let groups = layout
    let grain = max(Self.blockLength, Parallel.elementGrain / 4 / max(width, 1))
    Parallel.forEachRange(of: count, grain: grain) { range in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * Self.blockLength) { statistics in
        let (means, variances) = (
          statistics.baseAddress!, statistics.baseAddress! + Self.blockLength
        )
        for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.blockLength) {
          let block = min(Self.blockLength, range.upperBound - first)
          let row = rows + first * width
          if let other {
            kernels.pointee.binary(
              BP_ADD, block * width, row, 1, other + first * width, 1, row)
          }
          withUnsafePointer(to: groups) {
            kernels.pointee.standardize!(
              $0, 0, block, row, weight.storage.base, bias.storage.base, means, variances, row)
          }
        }
      }
    }
  }
}
