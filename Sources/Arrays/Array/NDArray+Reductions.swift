import CBackpropKernels

extension NDArray {
  /// The sum of all elements, or of those along `axes`, which disappear unless `keepDims`.
  ///
  /// Summed pairwise, so that the rounding error grows with the logarithm of the count. Whole
  /// numbers and flags are summed as `int64`.
  public func sum(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduce(BP_SUM, "sum", axes, keepDims)
  }
  /// The sum along `axis`.
  public func sum(axis: Int, keepDims: Bool = false) -> NDArray {
    sum(axes: [axis], keepDims: keepDims)
  }
  /// The product of all elements, or of those along `axes`.
  public func product(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduce(BP_PRODUCT, "product", axes, keepDims)
  }
  /// The largest element, or the largest along `axes`; NaN if any is NaN.
  public func max(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduce(BP_MAX, "max", axes, keepDims)
  }
  /// The largest element along `axis`.
  public func max(axis: Int, keepDims: Bool = false) -> NDArray {
    max(axes: [axis], keepDims: keepDims)
  }
  /// The smallest element, or the smallest along `axes`; NaN if any is NaN.
  public func min(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduce(BP_MIN, "min", axes, keepDims)
  }
  /// The smallest element along `axis`.
  public func min(axis: Int, keepDims: Bool = false) -> NDArray {
    min(axes: [axis], keepDims: keepDims)
  }
  /// The mean of all elements, or of those along `axes`. Floating-point arrays only.
  public func mean(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    guard scalarType.isFloatingPoint else {
      ShapeError.noKernel("mean", [shape], scalarType).trap()
    }
    let total = sum(axes: axes, keepDims: keepDims)
    let divisor = total.count == 0 ? 0 : Double(count) / Double(total.count)
    return total / divisor
  }
  /// The mean along `axis`.
  public func mean(axis: Int, keepDims: Bool = false) -> NDArray {
    mean(axes: [axis], keepDims: keepDims)
  }

  /// The position of the largest element among all, in row-major order: the first if several, or
  /// the first NaN. An `int64` array of shape `[]`.
  public func argmax() -> NDArray { flattened().position(BP_MAX, "argmax", axis: 0) }
  /// The position of the largest element along `axis`, which disappears.
  public func argmax(axis: Int) -> NDArray { position(BP_MAX, "argmax", axis: axis) }
  /// The position of the smallest element among all, in row-major order.
  public func argmin() -> NDArray { flattened().position(BP_MIN, "argmin", axis: 0) }
  /// The position of the smallest element along `axis`, which disappears.
  public func argmin(axis: Int) -> NDArray { position(BP_MIN, "argmin", axis: axis) }

  /// Whether any element is true (not zero).
  public var anyTrue: Bool { count > 0 && cast(to: .bool).max().item != 0 }
  /// Whether all elements are true (not zero).
  public var allTrue: Bool { count == 0 || cast(to: .bool).min().item != 0 }

  private func reduce(
    _ op: bp_reduction, _ name: String, _ axes: [Int]?, _ keepDims: Bool
  ) -> NDArray {
    do throws(ShapeError) {
      let isExtreme = op == BP_MAX || op == BP_MIN
      let (isReduced, kept) = try shape.reduced(name, axes, needsElements: isExtreme)
      // A count of a thousand flags does not fit in a byte: whole numbers add up as int64.
      let source = isExtreme || scalarType.isFloatingPoint ? self : cast(to: .int64)
      let result = NDArray(uninitialized: kept, source.scalarType)
      Reduction.run(op, source, isReduced, into: result)
      if keepDims { return result }
      return result.reshaped(to: shape.removing { isReduced[$0] })
    } catch { error.trap() }
  }

  private func position(_ op: bp_reduction, _ name: String, axis: Int) -> NDArray {
    guard let index = shape.normalizedAxis(axis) else {
      ShapeError(name, [shape], "there is no axis \(axis) among \(rank) axes").trap()
    }
    guard shape[index] > 0 else {
      ShapeError(name, [shape], "axis \(axis) is empty and has no \(name)").trap()
    }
    var order = Array(0..<rank)
    order.remove(at: index)
    let rows = transposed(order + [index]).contiguous()
    let result = NDArray(uninitialized: shape.removing(axis: index), .int64)
    Reduction.positions(op, rows, into: result)
    return result
  }
}
