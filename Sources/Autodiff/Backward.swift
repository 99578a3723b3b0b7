import BackpropArrays

extension Tensor {
  /// The gradients of this tensor with respect to everything it was computed from that requires
  /// one.
  ///
  /// ```swift
  /// let gradients = loss.backward()
  /// gradients[weight]                  // ∂loss/∂weight, of weight's shape
  /// ```
  ///
  /// Nothing accumulates between calls. Each call walks the graph afresh, from the last operation
  /// to the first, without recursion.
  ///
  /// The walk lets go of what nobody else holds as it passes: in
  /// `optimizer.update(using: loss.backward())`, where the loss is not looked at again, the numbers
  /// that the graph kept are freed one operation after the other. Take what is to be shown of the
  /// loss before, with ``item``. A tensor that is still used afterwards keeps its graph.
  ///
  /// Traps if this tensor was computed from constants alone, the cotangent is not of its shape and
  /// type, or there is no cotangent and more than one number.
  ///
  /// - Parameters:
  ///   - cotangent: the gradient of whatever comes after with respect to this tensor, of this
  ///     tensor's shape. May be left out for a single number, where it is 1.
  ///   - recordingGraph: whether the gradients can themselves be differentiated.
  ///   - keepingIntermediates: whether to keep the gradients with respect to intermediate results
  ///     too.
  ///   - whenComplete: is told of each variable as soon as its gradient is complete, while the walk
  ///     goes on to the others, and may change that gradient: to clip it, or to send it away. The
  ///     order follows from the graph alone. Costs nothing where it is left out.
  ///
  /// Source: reverse accumulation, S. Linnainmaa (1970); Rumelhart, Hinton and Williams, "Learning
  /// representations by back-propagating errors", Nature 323 (1986).
  public consuming func backward(
    from cotangent: Tensor? = nil, recordingGraph: Bool = false,
    keepingIntermediates: Bool = false,
    whenComplete: ((_ variable: VariableID, _ gradient: inout Tensor) -> Void)? = nil
  ) -> Gradients {
    // What was put off is computed, and gradients are at once.
    let state = Recording.ofThisThread.suspend()
    defer { Recording.ofThisThread.resume(state) }
    if storage.isAwaited { self = settled }
    guard let node else {
      if isShapeOnly { trapWithoutNumbers() }
      fatalError(
        "backward: this tensor was computed from constants alone, so there is nothing to "
          + "differentiate with respect to; mark the inputs with requiringGradient(), and compute "
          + "outside withoutGradient { }")
    }
    let cotangent = cotangent?.settled
    if let cotangent {
      guard cotangent.shape == shape, cotangent.scalarType == scalarType else {
        ShapeError(
          "backward", [shape, cotangent.shape],
          "the cotangent must have the shape and type of the tensor it belongs to, and they are "
            + "\(scalarType) and \(cotangent.scalarType)"
        ).trap()
      }
    } else if count != 1 {
      ShapeError(
        "backward", [shape], "a gradient is of a single number, and this tensor holds \(count)",
        hint: "reduce it to a loss first, with sum() or mean(), or say what follows: "
          + "backward(from: cotangent)"
      ).trap()
    }
    let start = cotangent ?? Tensor.seed(shape, scalarType)
    // The walk is the owner from here on, of the whole graph if nobody else looks at it.
    self = Tensor(array: NDArray(storage: storage), node: nil)
    let walk = BackwardWalk(
      isRecording: recordingGraph, keepsIntermediates: keepingIntermediates)
    let first = recordingGraph ? start : start.detached
    guard let whenComplete else { return walk.run(from: consume node, first) }
    return walk.run(from: consume node, first, telling: whenComplete)
  }

  /// A one for each element, to start from. Nearly always there is one element, and then it is the
  /// same tensor every time.
  private static func seed(_ shape: Shape, _ scalarType: ScalarType) -> Tensor {
    guard shape.rank == 0 else { return .ones(shape, scalarType: scalarType) }
    switch scalarType {
    case .float32: return seed32
    case .float64: return seed64
    case .bool, .uint8, .int8, .int16, .uint16, .int32, .uint32, .int64, .uint64, .float16,
      .bfloat16:
      return .ones(shape, scalarType: scalarType)
    }
  }
  private static let seed32 = Tensor(1, scalarType: .float32)
  private static let seed64 = Tensor(1, scalarType: .float64)
}
