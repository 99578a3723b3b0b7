import BackpropArrays

/// Running a computation on shapes alone: no memory, no arithmetic.
///
/// ```swift
/// let images = Tensor(shapeOnly: TensorType([64, 784]))
/// try model(images).checkedType()            // float32 (64, 10), or why the model does not fit
/// ```
///
/// A result computed from a tensor without numbers has none either. Where an operation does not fit,
/// its result carries the error on to the end, and ``checkedType()`` throws it; a failed tensor has
/// eight axes of length 1, so that code which looks at an axis goes on.
extension Tensor {
  /// A tensor that has a shape and a type but no numbers.
  public init(shapeOnly type: TensorType) {
    let storage: Storage
    if type.shape.hasCountableElements {
      storage = Storage(shapeOnly: type.shape, type.scalarType)
    } else {
      let error = ShapeError("Tensor", [type.shape], "more elements than can be counted")
      storage = Storage(shapeOnly: Self.failedShape, type.scalarType, error: error)
    }
    self.init(array: NDArray(storage: storage), node: nil)
  }

  /// A tensor without numbers whose computation failed.
  init(failedWith error: ShapeError) {
    let error = error.located()
    self.init(
      array: NDArray(storage: Storage(shapeOnly: Self.failedShape, .float32, error: error)),
      node: nil)
  }

  private static let failedShape = Shape([1, 1, 1, 1, 1, 1, 1, 1])

  /// Whether this tensor has a shape and a type but no numbers.
  public var isShapeOnly: Bool { storage.isShapeOnly && !storage.isAwaited }

  /// The shape and the type.
  ///
  /// - Throws: the error of the operation that did not fit, of a computation on shapes alone.
  public func checkedType() throws(ShapeError) -> TensorType {
    if let error = storage.error { throw error }
    return type
  }

  /// What a layer gives for this input when it does not fit: a failed tensor that carries the error
  /// on where only shapes are computed, the end of the program else.
  ///
  /// ```swift
  /// guard input.rank == 3 else {
  ///   return input.failing(ShapeError("Attention", [input.shape], "the input has no 3 axes"))
  /// }
  /// ```
  ///
  /// Operations need it not: their shape rule throws. On a tensor that has failed before, its error
  /// goes on and not this one.
  ///
  /// - Parameters:
  ///   - error: what does not fit.
  ///   - others: further inputs. Where one of all is a shape alone, only shapes are computed.
  public func failing(_ error: ShapeError, beside others: [Tensor] = []) -> Tensor {
    let inputs = [self] + others
    guard inputs.contains(where: \.isShapeOnly) else { error.trap() }
    return Tensor(failedWith: inputs.compactMap(\.storage.error).first ?? error)
  }

  /// What a function of this tensor gives that looks at its arguments before it begins.
  func checking(_ body: () throws(ShapeError) -> Tensor) -> Tensor {
    do throws(ShapeError) { return try body() } catch { return failing(error) }
  }

  /// The same of an operation on several tensors.
  static func failing(_ error: ShapeError, among tensors: [Tensor]) -> Tensor {
    let failed = tensors.first { $0.storage.error != nil } ?? tensors.first(where: \.isShapeOnly)
    guard let failed else { error.trap() }
    return failed.failing(error)
  }

  /// Ends the program where numbers are asked for that are not there.
  @inline(never)
  func trapWithoutNumbers() -> Never {
    if let error = storage.error { error.trap() }
    fatalError(
      "Tensor: the numbers of a \(type) tensor that has only a shape; a layer that reads numbers "
        + "states the shape of its result itself")
  }
}
