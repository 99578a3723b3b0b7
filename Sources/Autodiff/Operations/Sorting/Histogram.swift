import BackpropArrays

extension Tensor {
  /// How often each number from 0 on occurs among these whole numbers, or the sum of their weights:
  /// NumPy's and PyTorch's `bincount`.
  ///
  /// A vector of `int64`, as long as the largest number asks for, or of the weights' type, whose
  /// gradient is that of their sum.
  ///
  /// How long it is depends on the numbers, so on shapes alone it is an error; adding to zeros of a
  /// known length with ``scatterAdd(_:at:)`` is none.
  ///
  /// Traps if the numbers are not whole, one is negative, or there is not a weight for each.
  ///
  /// - Parameters:
  ///   - weights: what each counts; 1 if `nil`.
  ///   - minimumLength: how long the result is at least.
  public func bincount(weights: Tensor? = nil, minimumLength: Int = 0) -> Tensor {
    checking { () throws(ShapeError) in
      guard !scalarType.isFloatingPoint, scalarType != .bool,
        weights.map({ $0.shape == shape }) ?? true
      else {
        throw ShapeError(
          "bincount", [shape] + (weights.map { [$0.shape] } ?? []),
          "\(scalarType) numbers, of which whole ones are counted, each with a weight")
      }
      guard !isShapeOnly, weights?.isShapeOnly != true else {
        throw ShapeError("bincount", [shape], "how long the result is depends on the numbers")
      }
      let numbers = cast(to: .int64)
      guard count == 0 || numbers.min().item >= 0 else {
        throw ShapeError(
          "bincount", [shape], "the numbers are counted from 0 on, and one is negative")
      }
      let length = Swift.max(minimumLength, count == 0 ? 0 : Int(numbers.max().item) + 1)
      let ones = weights?.flattened() ?? Tensor(1, scalarType: .int64).broadcast(to: [count])
      return Tensor.zeros([length], scalarType: ones.scalarType).scatterAdd(ones, at: flattened())
    }
  }

  /// How many elements lie in each of `bins` intervals of equal width: NumPy's `histogram`, PyTorch's
  /// `histogram` too. The last interval holds its upper end; what lies outside of all, and NaN, is not
  /// counted.
  ///
  /// Constants: the counts of type `int64`, and the bins + 1 edges of this tensor's type, or `float64`
  /// for whole numbers.
  ///
  /// Traps if there is no bin, the range is not finite or not from low to high, or none is given and the
  /// tensor has numbers that are not finite, or none at all but their shape.
  ///
  /// - Parameters:
  ///   - bins: how many.
  ///   - range: from where to where; from the smallest to the largest element if `nil`.
  public func histogram(
    bins: Int, range: ClosedRange<Double>? = nil
  ) -> (counts: Tensor, edges: Tensor) {
    let type = scalarType.isFloatingPoint ? scalarType : .float64
    let values = flattened().detached.cast(to: type)
    do throws(ShapeError) {
      guard !scalarType.isStoredOnly else { throw .noKernel("histogram", [shape], scalarType) }
      guard bins > 0 else { throw ShapeError("histogram", [shape], "\(bins) bins") }
      guard range != nil || !isShapeOnly else {
        throw ShapeError(
          "histogram", [shape], "where the edges lie depends on the numbers",
          hint: "give a range")
      }
      var (low, high) = (range?.lowerBound ?? 0, range?.upperBound ?? 1)
      if range == nil, count > 0 { (low, high) = (values.min().item, values.max().item) }
      guard low.isFinite, high.isFinite else {
        throw ShapeError("histogram", [shape], "the range from \(low) to \(high) is not finite")
      }
      if low == high { (low, high) = (low - 0.5, high + 0.5) }
      let edges = Tensor.linearSpace(from: low, to: high, count: bins + 1, scalarType: type)
      let (first, last) = (edges[0], edges[bins])
      // What lies outside goes to a bin of its own.
      let places = Tensor.where(
        (values .>= first) .& (values .<= last),
        Tensor.where(
          values .== last, Double(bins - 1), edges.searchSorted(values, right: true) - 1),
        Double(bins))
      let ones = Tensor(1, scalarType: .int64)
      let counts = Tensor.zeros([bins + 1], scalarType: .int64).scatterAdd(ones, at: places)
      return (counts[..<bins], edges)
    } catch {
      let failed = failing(error)
      return (failed, failed)
    }
  }
}
