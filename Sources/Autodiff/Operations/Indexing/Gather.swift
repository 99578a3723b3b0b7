import BackpropArrays

extension Tensor {
  /// The rows (positions along the first axis) named by `rows`, in that order: NumPy's
  /// `x[[3, 1, 3]]`.
  ///
  /// ∂L/∂x is zero but in these rows; what arrives for a row that is named several times adds up.
  ///
  /// ```swift
  /// images.gather(rows: [59_999, 0, 17])       // (60000, 784) -> (3, 784)
  /// ```
  ///
  /// Traps if a number is not that of a row, from 0.
  public func gather(rows: [Int]) -> Tensor { gather(rows: Tensor(rows)) }

  /// The rows named by the whole numbers of `rows`, under their shape: NumPy's `x[rows]`, what
  /// PyTorch's `embedding` looks up.
  ///
  /// ∂L/∂x is zero but in these rows; what arrives for a row that is named several times adds up.
  ///
  /// ```swift
  /// vectors.gather(rows: words)                // (10000, 64) and (8, 20) -> (8, 20, 64)
  /// ```
  ///
  /// Traps if `rows` does not hold whole numbers, one of them is not that of a row, from 0, or the
  /// result would have more than eight axes.
  public func gather(rows: Tensor) -> Tensor { Gather()(self, rows) }
}

struct Gather: TensorOperation {
  var name: String { "gather" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let (source, rows) = (inputs[0].type, inputs[1].type)
    guard source.shape.rank > 0 else {
      throw ShapeError(name, inputs.shapes, "a single number has no rows")
    }
    guard !rows.scalarType.isFloatingPoint, rows.scalarType != .bool else {
      throw ShapeError(
        name, inputs.shapes, "the rows are named by \(rows.scalarType) and not by whole numbers",
        hint: "convert them, with cast(to: .int64)")
    }
    let lengths = Array(rows.shape) + source.shape.dropFirst()
    guard lengths.count <= Extents.capacity else {
      throw ShapeError(
        name, inputs.shapes,
        "the result would have \(lengths.count) axes, and an array has at most "
          + "\(Extents.capacity)")
    }
    guard Shape(lengths).hasCountableElements else {
      throw ShapeError(name, inputs.shapes, "more elements than can be counted")
    }
    return TensorType(Shape(lengths), source.scalarType)
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    let type = try resultType(pass.inputs)
    let (source, rows) = (pass.input(0), pass.input(1).cast(to: .int64).contiguous())
    if let (index, row) = rows.firstRow(outside: source.shape[0]) {
      throw ShapeError(
        name, pass.inputs.shapes, "row \(index) is \(row), and the rows are 0..<\(source.shape[0])")
    }
    let result = NDArray(uninitialized: type.shape, type.scalarType)
    source.gatherRows(rows, into: result)
    return result
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(1) }

  func backward(_ pass: inout BackwardPass) {
    let rows = pass.input(1)
    if pass.isRecording {
      pass.add(ScatterRows(shape: pass.inputType(0).shape)(pass.cotangent, rows), to: 0)
    } else {
      // Into their place: a whole table of zeros for each look-up would cost the square of their
      // number.
      let (gradient, rows) = (pass.cotangent.array, rows.array)
      pass.addInPlace(to: 0) { $0.addRows(gradient, to: rows) }
    }
  }
}
