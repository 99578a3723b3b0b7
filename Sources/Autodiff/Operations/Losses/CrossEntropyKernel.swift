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
    let kernels = scalarType.kernels
    guard let crossEntropy = kernels.pointee.cross_entropy else {
      ShapeError.noKernel("crossEntropy", [shape, labels.shape], scalarType).trap()
    }
    let (rows, columns) = (storage.shape.extents[0], storage.shape.extents[1])
    let result = NDArray(uninitialized: .scalar, scalarType)
    let mean = result.storage.base
    // The rows' losses, and behind them what their sum is divided by.
    let bytes = (rows &+ 1) &* scalarType.size
    let losses = bp_allocate(bytes).unsafelyUnwrapped
    let divisor = losses + rows &* scalarType.size
    crossEntropy(rows, columns, storage.base, labels.labelMemory, losses, nil)
    kernels.pointee.reduce(BP_SUM, rows, losses, 1, mean)
    kernels.pointee.fill(1, Double(rows), divisor)
    kernels.pointee.binary(BP_DIVIDE, 1, mean, 1, divisor, 1, mean)
    bp_deallocate(losses, bytes)
    return result
  }

  /// scale · (softmax(row) − onehot(label)) for every row: the gradient of the sum of the rows'
  /// cross-entropies by the logits.
  package func crossEntropyGradient(_ labels: NDArray, scale: Double) -> NDArray {
    guard isContiguous, labels.isContiguous else {
      return contiguous().crossEntropyGradient(labels.contiguous(), scale: scale)
    }
    let kernels = scalarType.kernels
    guard let softmax = kernels.pointee.softmax,
      let gradient = kernels.pointee.cross_entropy_gradient
    else {
      ShapeError.noKernel("crossEntropyGradient", [shape, labels.shape], scalarType).trap()
    }
    let (rows, columns) = (storage.shape.extents[0], storage.shape.extents[1])
    let result = NDArray(uninitialized: shape, scalarType)
    let out = result.storage.base
    softmax(rows, columns, storage.base, out)
    // Room for a number of any type.
    var factor = 0.0
    kernels.pointee.fill(1, scale, &factor)
    gradient(rows, columns, out, labels.labelMemory, &factor, 0, out)
    return result
  }

  /// The first of these `int32` labels that is not one of `classes`, if any.
  package func firstLabel(outside classes: Int) -> Int? {
    guard isContiguous else { return contiguous().firstLabel(outside: classes) }
    let labels = labelMemory
    for index in 0..<count where labels[index] < 0 || labels[index] >= classes { return index }
    return nil
  }

  private var labelMemory: UnsafePointer<Int32> {
    UnsafePointer(storage.base.assumingMemoryBound(to: Int32.self))
  }
}
