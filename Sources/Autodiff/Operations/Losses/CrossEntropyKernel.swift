import BackpropArrays
import CBackpropKernels
import CBackpropRuntime

extension NDArray {
  /// Writes the mean over rows of −ln softmax(row)[label] to `loss`, and the softmax to
  /// `probabilities` if there are any, for logits of shape (n, classes) and n labels that lie in
  /// 0..<classes.
  func crossEntropy(_ labels: NDArray, into loss: NDArray, _ probabilities: NDArray?) {
    guard storage.isContiguous, labels.isContiguousInt32 else {
      return contiguous().crossEntropy(labels.contiguousInt32, into: loss, probabilities)
    }
    let kernels = storage.scalarType.kernels
    guard let crossEntropy = kernels.pointee.cross_entropy else {
      ShapeError.noKernel("crossEntropy", [shape, labels.shape], scalarType).trap()
    }
    let (rows, columns) = (storage.shape.extents[0], storage.shape.extents[1])
    let mean = loss.storage.base
    // The rows' losses, and behind them what their sum is divided by.
    let size = storage.scalarType.size
    let bytes = (rows &+ 1) &* size
    let losses = bp_allocate(bytes).unsafelyUnwrapped
    let divisor = losses + rows &* size
    crossEntropy(
      rows, columns, storage.base, labels.labelMemory, losses, probabilities?.storage.base)
    kernels.pointee.reduce(BP_SUM, rows, losses, 1, mean)
    kernels.pointee.fill(1, Double(rows), divisor)
    kernels.pointee.binary(BP_DIVIDE, 1, mean, 1, divisor, 1, mean)
    bp_deallocate(losses, bytes)
  }

  /// scale · (p − onehot(label)) for every row p of these probabilities: the gradient of the sum of
  /// the rows' cross-entropies by the logits.
  func crossEntropyGradient(_ labels: NDArray, scale: Double) -> NDArray {
    guard labels.isContiguousInt32 else {
      return crossEntropyGradient(labels.contiguousInt32, scale: scale)
    }
    let kernels = storage.scalarType.kernels
    guard let gradient = kernels.pointee.cross_entropy_gradient else {
      ShapeError.noKernel("crossEntropyGradient", [shape, labels.shape], scalarType).trap()
    }
    let (rows, columns) = (storage.shape.extents[0], storage.shape.extents[1])
    let result = NDArray(uninitialized: storage.shape, storage.scalarType)
    // Room for a number of any type.
    var factor = 0.0
    kernels.pointee.fill(1, scale, &factor)
    gradient(
      rows, columns, storage.base, labels.labelMemory, &factor, 0, result.storage.base)
    return result
  }

  var labelMemory: UnsafePointer<Int32> {
    UnsafePointer(storage.base.assumingMemoryBound(to: Int32.self))
  }
  private var isContiguousInt32: Bool {
    storage.isContiguous && storage.scalarType == .int32
  }
  var contiguousInt32: NDArray { cast(to: .int32).contiguous() }

  /// Throws unless these whole numbers are all in 0..<classes. They are looked at as they are:
  /// another type might hold a label that is none.
  func requireLabels(
    below classes: Int, _ operation: String, _ inputs: Inputs
  ) throws(ShapeError) {
    if isContiguousInt32 {
      // No class is beyond what an Int32 holds: compared without a sign, -1 is too large as well.
      let base = storage.base.assumingMemoryBound(to: UInt32.self)
      let bound = UInt32(clamping: Swift.min(classes, Int(Int32.max)))
      var areClasses = true
      for index in 0..<storage.elementCount where base[index] >= bound { areClasses = false }
      if areClasses { return }
    }
    func check<I: FixedWidthInteger & Scalar>(_ type: I.Type) throws(ShapeError) {
      let wrong = withContiguousScalars(as: type) { labels in
        labels.firstIndex { $0 < 0 || $0 >= classes }.map { ($0, labels[$0]) }
      }
      guard let (index, label) = wrong else { return }
      throw ShapeError(
        operation, inputs.shapes,
        "label \(index) is \(label), and the classes are 0..<\(classes)")
    }
    switch scalarType {
    case .int32: try check(Int32.self)
    case .int64: try check(Int64.self)
    case .uint8: try check(UInt8.self)
    case .int8: try check(Int8.self)
    case .int16: try check(Int16.self)
    case .uint16: try check(UInt16.self)
    case .uint32: try check(UInt32.self)
    case .uint64: try check(UInt64.self)
    case .bool, .float16, .bfloat16, .float32, .float64:
      throw ShapeError(operation, inputs.shapes, "labels are whole numbers, not \(scalarType)")
    }
  }
}
