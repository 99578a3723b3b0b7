import CBackpropKernels
import CBackpropRuntime

/// The weight of a linear layer in the order in which the matrix product reads it, packed once for many
/// products: for models that answer and do not learn.
///
/// A row of a product has the same bits whatever rows are beside it, and on any number of threads: the
/// sums are taken in an order that follows from the number of inputs alone.
package final class PackedMatrix: Sendable {
  /// What a product does with its sums at last.
  package enum Activation: Sendable {
    case identity, relu, tanh, gelu, tanhGELU, silu

    var kernel: bp_activation {
      switch self {
      case .identity: BP_IDENTITY_ACTIVATION
      case .relu: BP_RELU_ACTIVATION
      case .tanh: BP_TANH_ACTIVATION
      case .gelu: BP_GELU_ACTIVATION
      case .tanhGELU: BP_GELU_TANH_ACTIVATION
      case .silu: BP_SILU_ACTIVATION
      }
    }
  }

  /// The length of a row that is multiplied.
  package let inputs: Int
  /// The length of a row of the result.
  package let outputs: Int
  private let count: Int
  private nonisolated(unsafe) let panels: UnsafeMutablePointer<Float>
  /// Those that packed: the order is theirs.
  private nonisolated(unsafe) let kernels: UnsafePointer<bp_kernels>

  /// Packs matrices of shape (inputs, outputs) of `float32` beside one another: their products are then
  /// one, its columns one beside the other.
  ///
  /// Traps unless there is one, and they have the same number of rows.
  package init(_ matrices: [NDArray]) {
    let inputs = matrices[0].shape[0]
    self.inputs = inputs
    outputs = matrices.reduce(0) { $0 + $1.shape[1] }
    precondition(
      matrices.allSatisfy { $0.rank == 2 && $0.shape[0] == inputs && $0.scalarType == .float32 },
      "PackedMatrix: the matrices are float32 and have the same number of rows")
    kernels = ScalarType.float32.kernels
    count = kernels.pointee.packed_count!(outputs, inputs)
    panels = bp_allocate_numbers(count * MemoryLayout<Float>.size)!.assumingMemoryBound(
      to: Float.self)
    if matrices.count == 1, let layout = MatrixLayout.of(matrices[0].storage, false) {
      kernels.pointee.pack!(
        layout.isTransposed, outputs, inputs, layout.base, layout.rowStride, panels)
    } else {
      // As the rows of one transposed matrix.
      let joined = NDArray(uninitialized: [outputs, inputs], .float32)
      var start = joined.storage.base
      for matrix in matrices {
        let rows = matrix.matrixTransposed.contiguous()
        start.copyMemory(from: rows.storage.base, byteCount: rows.storage.byteCount)
        start += rows.storage.byteCount
      }
      kernels.pointee.pack!(true, outputs, inputs, joined.storage.base, max(inputs, 1), panels)
      withExtendedLifetime(joined) {}
    }
    withExtendedLifetime(matrices) {}
  }

  deinit { bp_deallocate_numbers(panels, count * MemoryLayout<Float>.size) }

  /// out = activation(rows · W + bias), split over the thread pool.
  ///
  /// - Parameters:
  ///   - rows: the first of the rows.
  ///   - rowStride: from one row to the next.
  ///   - count: how many rows there are.
  ///   - bias: as many numbers as there are outputs.
  ///   - activation: what is applied at the end.
  ///   - out: where the result goes, row after row.
  package func multiply(
    _ rows: UnsafePointer<Float>, rowStride: Int, count: Int, bias: UnsafePointer<Float>?,
    _ activation: Activation = .identity, into out: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.packed_product!(
      count, outputs, inputs, rows, rowStride, panels, out, outputs, bias,
      activation.kernel)
  }
}
