import BackpropArrays
import CBackpropKernels
import CBackpropRuntime

extension NDArray {
  /// The mean over rows of −ln softmax(row)[label], for logits of shape (n, classes) and n labels
  /// of type `int32` that lie in 0..<classes.
  package func crossEntropy(_ labels: NDArray) -> NDArray {
    guard isContiguous, labels.isContiguous else {
      return contiguous().crossEntropy(labels.contiguous())
    }
    let (rows, columns) = (storage.shape.extents[0], storage.shape.extents[1])
    let result = NDArray(uninitialized: .scalar, scalarType)
    let classes = UnsafePointer(labels.storage.base.assumingMemoryBound(to: Int32.self))
    let bytes = rows &* scalarType.size
    let losses = bp_allocate(bytes).unsafelyUnwrapped
    if scalarType == .float32 {
      let out = losses.assumingMemoryBound(to: Float.self)
      bp_cross_entropy_f32(
        rows, columns, storage.base.assumingMemoryBound(to: Float.self), classes, out, nil)
      result.storage.base.storeBytes(
        of: bp_reduce_f32(BP_SUM, rows, out, 1) / Float(rows), as: Float.self)
    } else {
      let out = losses.assumingMemoryBound(to: Double.self)
      bp_cross_entropy_f64(
        rows, columns, storage.base.assumingMemoryBound(to: Double.self), classes, out, nil)
      result.storage.base.storeBytes(
        of: bp_reduce_f64(BP_SUM, rows, out, 1) / Double(rows), as: Double.self)
    }
    bp_deallocate(losses, bytes)
    return result
  }

  /// scale · (softmax(row) − onehot(label)) for every row: the gradient of the sum of the rows'
  /// cross-entropies by the logits.
  package func crossEntropyGradient(_ labels: NDArray, scale: Double) -> NDArray {
    guard isContiguous, labels.isContiguous else {
      return contiguous().crossEntropyGradient(labels.contiguous(), scale: scale)
    }
    let (rows, columns) = (storage.shape.extents[0], storage.shape.extents[1])
    let result = NDArray(uninitialized: shape, scalarType)
    let classes = UnsafePointer(labels.storage.base.assumingMemoryBound(to: Int32.self))
    if scalarType == .float32 {
      var factor = Float(scale)
      let memory = result.storage.base.assumingMemoryBound(to: Float.self)
      bp_softmax_f32(rows, columns, storage.base.assumingMemoryBound(to: Float.self), memory)
      bp_cross_entropy_gradient_f32(rows, columns, memory, classes, &factor, 0, memory)
    } else {
      var factor = scale
      let memory = result.storage.base.assumingMemoryBound(to: Double.self)
      bp_softmax_f64(rows, columns, storage.base.assumingMemoryBound(to: Double.self), memory)
      bp_cross_entropy_gradient_f64(rows, columns, memory, classes, &factor, 0, memory)
    }
    return result
  }

  /// The first of these `int32` labels that is not one of `classes`, if any.
  package func firstLabel(outside classes: Int) -> Int? {
    guard isContiguous else { return contiguous().firstLabel(outside: classes) }
    let base = storage.base.assumingMemoryBound(to: Int32.self)
    for index in 0..<count where base[index] < 0 || base[index] >= classes { return index }
    return nil
  }
}
