import BackpropArrays

extension Tensor {
  /// The matrices that the last two axes make with zeros above a diagonal: NumPy's and PyTorch's `tril`.
  ///
  /// ∂L/∂x is the lower triangle of ∂L/∂y.
  ///
  /// ```swift
  /// Tensor(repeating: 1, shape: [8, 8], scalarType: .bool).lowerTriangle()     // a causal mask
  /// ```
  ///
  /// Traps if there are fewer than two axes.
  ///
  /// - Parameter offset: the last diagonal that is kept, counted upwards from the main one.
  public func lowerTriangle(offset: Int = 0) -> Tensor {
    triangle("lowerTriangle") { rows, columns in columns - rows .<= Double(offset) }
  }

  /// The matrices that the last two axes make with zeros below a diagonal: NumPy's and PyTorch's `triu`.
  ///
  /// ∂L/∂x is the upper triangle of ∂L/∂y.
  ///
  /// Traps if there are fewer than two axes.
  ///
  /// - Parameter offset: the first diagonal that is kept, counted upwards from the main one.
  public func upperTriangle(offset: Int = 0) -> Tensor {
    triangle("upperTriangle") { rows, columns in columns - rows .>= Double(offset) }
  }

  private func triangle(_ name: String, _ isKept: (Tensor, Tensor) -> Tensor) -> Tensor {
    checking { () throws(ShapeError) in
      guard rank >= 2 else {
        throw ShapeError(
          name, [shape], "a triangle is that of a matrix, and there are \(rank) axes")
      }
      func numbers(_ axis: Int) -> Tensor {
        Tensor.range(from: 0, to: Double(shape[rank + axis]), scalarType: .int64)
      }
      return Tensor.where(isKept(numbers(-2).reshaped(to: [-1, 1]), numbers(-1)), self, 0)
    }
  }
}
