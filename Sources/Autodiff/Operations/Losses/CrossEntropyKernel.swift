import BackpropArrays
import CBackpropKernels
import CBackpropRuntime

extension NDArray {
  /// Writes the mean over rows of −ln softmax(row)[label] to `loss`, and the softmax to
  /// `probabilities` if there are any, for logits of shape (n, classes) and n labels of type `int32`
  /// that lie in 0..<classes.
  func crossEntropy(_ labels: NDArray, into loss: NDArray, _ probabilities: NDArray?) {
    guard isContiguous, labels.isContiguous else {
      return contiguous().crossEntropy(labels.contiguous(), into: loss, probabilities)
    }
    let (rows, columns) = (storage.shape.extents[0], storage.shape.extents[1])
    let classes = UnsafePointer(labels.storage.base.assumingMemoryBound(to: Int32.self))
    let bytes = rows &* scalarType.size
    let losses = bp_allocate(bytes).unsafelyUnwrapped
    if scalarType == .float32 {
      let out = losses.assumingMemoryBound(to: Float.self)
      bp_cross_entropy_f32(
        rows, columns, storage.base.assumingMemoryBound(to: Float.self), classes, out,
        probabilities?.storage.base.assumingMemoryBound(to: Float.self))
      loss.storage.base.storeBytes(
        of: bp_reduce_f32(BP_SUM, rows, out, 1) / Float(rows), as: Float.self)
    } else {
      let out = losses.assumingMemoryBound(to: Double.self)
      bp_cross_entropy_f64(
        rows, columns, storage.base.assumingMemoryBound(to: Double.self), classes, out,
        probabilities?.storage.base.assumingMemoryBound(to: Double.self))
      loss.storage.base.storeBytes(
        of: bp_reduce_f64(BP_SUM, rows, out, 1) / Double(rows), as: Double.self)
    }
    bp_deallocate(losses, bytes)
  }

  /// scale · (p − onehot(label)) for every row p of these probabilities: the gradient of the sum of
  /// the rows' cross-entropies by the logits.
  func crossEntropyGradient(_ labels: NDArray, scale: Double) -> NDArray {
    guard labels.isContiguous else {
      return crossEntropyGradient(labels.contiguous(), scale: scale)
    }
    let (rows, columns) = (storage.shape.extents[0], storage.shape.extents[1])
    let result = NDArray(uninitialized: shape, scalarType)
    let classes = UnsafePointer(labels.storage.base.assumingMemoryBound(to: Int32.self))
    if scalarType == .float32 {
      var factor = Float(scale)
      bp_cross_entropy_gradient_f32(
        rows, columns, storage.base.assumingMemoryBound(to: Float.self), classes, &factor, 0,
        result.storage.base.assumingMemoryBound(to: Float.self))
    } else {
      var factor = scale
      bp_cross_entropy_gradient_f64(
        rows, columns, storage.base.assumingMemoryBound(to: Double.self), classes, &factor, 0,
        result.storage.base.assumingMemoryBound(to: Double.self))
    }
    return result
  }

  /// Throws unless these whole numbers are all in 0..<classes.
  func requireLabels(
    below classes: Int, _ operation: String, _ shapes: [Shape]
  ) throws(ShapeError) {
    func check<I: FixedWidthInteger & Scalar>(_ type: I.Type) throws(ShapeError) {
      let wrong = withContiguousScalars(as: type) { labels in
        labels.firstIndex { $0 < 0 || $0 >= classes }.map { ($0, labels[$0]) }
      }
      guard let (index, label) = wrong else { return }
      throw ShapeError(
        operation, shapes, "label \(index) is \(label), and the classes are 0..<\(classes)")
    }
    switch scalarType {
    case .int32: try check(Int32.self)
    case .int64: try check(Int64.self)
    case .uint8: try check(UInt8.self)
    case .bool, .float32, .float64:
      throw ShapeError(operation, shapes, "labels are whole numbers, not \(scalarType)")
    }
  }
}
