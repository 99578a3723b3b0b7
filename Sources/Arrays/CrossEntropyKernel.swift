import CKernels

extension NDArray {
  /// The mean over rows of −ln softmax(row)[label], for logits of shape (n, classes) and n labels
  /// of type `int32` that lie in 0..<classes.
  package func crossEntropy(_ labels: NDArray) -> NDArray {
    let (rows, columns) = (shape[0], shape[1])
    let logits = contiguous()
    let losses = NDArray(uninitialized: [rows], scalarType)
    labels.withContiguousScalars(as: Int32.self) { labels in
      switch scalarType {
      case .float32:
        bp_cross_entropy_f32(
          rows, columns, logits.storage.base.assumingMemoryBound(to: Float.self),
          labels.baseAddress, losses.storage.base.assumingMemoryBound(to: Float.self), nil)
      default:
        bp_cross_entropy_f64(
          rows, columns, logits.storage.base.assumingMemoryBound(to: Double.self),
          labels.baseAddress, losses.storage.base.assumingMemoryBound(to: Double.self), nil)
      }
    }
    return losses.mean()
  }

  /// scale · (softmax(row) − onehot(label)) for every row: the gradient of the sum of the rows'
  /// cross-entropies by the logits.
  package func crossEntropyGradient(_ labels: NDArray, scale: Double) -> NDArray {
    let (rows, columns) = (shape[0], shape[1])
    let result = softmax()
    labels.withContiguousScalars(as: Int32.self) { labels in
      switch scalarType {
      case .float32:
        var factor = Float(scale)
        let memory = result.storage.base.assumingMemoryBound(to: Float.self)
        bp_cross_entropy_gradient_f32(
          rows, columns, memory, labels.baseAddress, &factor, 0, memory)
      default:
        var factor = scale
        let memory = result.storage.base.assumingMemoryBound(to: Double.self)
        bp_cross_entropy_gradient_f64(
          rows, columns, memory, labels.baseAddress, &factor, 0, memory)
      }
    }
    return result
  }
}
