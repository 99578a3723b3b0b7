import BackpropArrays

extension Tensor {
  /// The diagonal of the matrices that two axes make: those axes disappear, and the diagonal is along a
  /// new last axis. NumPy's and PyTorch's `diagonal`. Costs nothing: it is a view.
  ///
  /// ∂L/∂x is ∂L/∂y on that diagonal and zero elsewhere.
  ///
  /// ```swift
  /// matrix.diagonal(offset: 1)              // x[0, 1], x[1, 2], …
  /// ```
  ///
  /// Traps if one of the axes is not there, or both are one.
  ///
  /// - Parameters:
  ///   - offset: how far above the main diagonal; negative for below it.
  ///   - rows: the axis of the rows.
  ///   - columns: the axis of the columns.
  public func diagonal(offset: Int = 0, rows: Int = -2, columns: Int = -1) -> Tensor {
    Diagonal(offset: offset, rows: rows, columns: columns)(self)
  }

  /// Square matrices with this tensor's last axis on a diagonal and zeros elsewhere: PyTorch's
  /// `diag_embed`; NumPy's `diag` of a vector.
  ///
  /// ∂L/∂x is that diagonal of ∂L/∂y.
  ///
  /// Traps of a single number, or if the tensor has eight axes already.
  ///
  /// - Parameter offset: how far above the main diagonal; negative for below it.
  public func diagonalMatrix(offset: Int = 0) -> Tensor {
    checking { () throws(ShapeError) in
      guard rank > 0, rank < Extents.capacity else {
        throw ShapeError(
          "diagonalMatrix", [shape],
          "the diagonals come from 1 to \(Extents.capacity - 1) axes, and there are \(rank)")
      }
      guard let side = shape[rank - 1].added(byCounting: Swift.abs(offset)),
        Shape(shape.dropLast() + [side, side]).hasCountableElements
      else { throw ShapeError("diagonalMatrix", [shape], "more elements than can be counted") }
      return onDiagonal(offset: offset, rows: side, columns: side)
    }
  }

  /// The sum of the diagonal of the matrices that the last two axes make: NumPy's and PyTorch's
  /// `trace`. Whole numbers are summed as `int64`.
  ///
  /// ∂L/∂x is ∂L/∂y on the diagonal and zero elsewhere.
  ///
  /// Traps if there are fewer than two axes.
  ///
  /// - Parameter offset: how far above the main diagonal; negative for below it.
  public func trace(offset: Int = 0) -> Tensor {
    checking { () throws(ShapeError) in
      guard rank >= 2 else {
        throw ShapeError(
          "trace", [shape], "a trace is that of a matrix, and there are \(rank) axes")
      }
      return diagonal(offset: offset).sum(axis: -1)
    }
  }

  /// Matrices with what is along the last axis on a diagonal and zeros elsewhere.
  fileprivate func onDiagonal(offset: Int, rows: Int, columns: Int) -> Tensor {
    let (batches, length) = (Array(shape.dropLast()), shape[rank - 1])
    let flat = Tensor.zeros(TensorType(Shape(batches + [rows * columns]), scalarType))
    let matrices = Shape(batches + [rows, columns])
    if length == 0 { return flat.reshaped(to: matrices) }
    let start = offset >= 0 ? offset : -offset * columns
    let diagonal = AxisSelection.slice(
      from: start, to: start + (length - 1) * (columns + 1) + 1, by: columns + 1)
    return Scatter(parts: [.ellipsis, diagonal])(flat, self).reshaped(to: matrices)
  }
}

struct Diagonal: ViewOperation {
  let offset: Int
  let rows: Int
  let columns: Int

  var name: String { "diagonal" }
  var details: String { offset == 0 ? "" : "offset \(offset)" }

  func view(_ input: ArrayLayout) throws(ShapeError) -> ArrayLayout {
    let (first, second) = try axes(of: input.shape)
    let (m, n) = (input.shape.extents[first], input.shape.extents[second])
    let length = max(0, offset >= 0 ? min(m, n - min(offset, n)) : min(m - min(-offset, m), n))
    var result = ArrayLayout(shape: .scalar, strides: Extents(), offset: input.offset)
    var (lengths, rank) = (Extents(), 0)
    for axis in 0..<input.shape.rank where axis != first && axis != second {
      lengths[rank] = input.shape.extents[axis]
      result.strides[rank] = input.strides[axis]
      rank += 1
    }
    lengths[rank] = length
    result.strides[rank] = input.strides[first] &+ input.strides[second]
    if length > 0 {
      result.offset &+=
        offset >= 0 ? offset &* input.strides[second] : -offset &* input.strides[first]
    }
    result.shape = Shape(extents: lengths, rank: rank + 1)
    return result
  }

  private func axes(of shape: Shape) throws(ShapeError) -> (rows: Int, columns: Int) {
    guard let first = shape.normalizedAxis(rows), let second = shape.normalizedAxis(columns),
      first != second
    else {
      throw ShapeError(
        name, [shape],
        "axes \(rows) and \(columns) are no two different ones of \(shape.rank) axes",
        hint: shape.rank == 1 ? "a vector is put on a diagonal by diagonalMatrix" : nil)
    }
    return (first, second)
  }

  func backward(_ pass: inout BackwardPass) {
    let shape = pass.inputType(0).shape
    let first = rows < 0 ? rows + shape.rank : rows
    let second = columns < 0 ? columns + shape.rank : columns
    let gradient = pass.cotangent.onDiagonal(
      offset: offset, rows: shape[first], columns: shape[second])
    // The last two axes go back to their places.
    var order = Array(0..<(shape.rank - 2))
    for (axis, source) in [(first, shape.rank - 2), (second, shape.rank - 1)].sorted(by: <) {
      order.insert(source, at: axis)
    }
    pass.add(gradient.transposed(order), to: 0)
  }
}
