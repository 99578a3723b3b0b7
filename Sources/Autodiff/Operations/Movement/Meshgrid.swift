import BackpropArrays

/// Which axis the first vector of a mesh is along.
public enum MeshIndexing: Sendable, Hashable {
  /// Axis 0: the mesh of m and n numbers has the shape (m, n). PyTorch's default, `ij`.
  case ij
  /// Axis 1, as the x of a picture: the mesh has the shape (n, m). NumPy's default, `xy`.
  case xy
}

extension Tensor {
  /// The coordinates of all points of a grid, one tensor for each vector of coordinates along an axis:
  /// NumPy's and PyTorch's `meshgrid`. Costs nothing: they are views.
  ///
  /// The gradient with respect to each vector is the sum over the other axes.
  ///
  /// ```swift
  /// let grid = Tensor.meshgrid([Tensor([1, 2]), Tensor([3, 4, 5])])
  /// grid[0]                                  // [[1. 1. 1.] [2. 2. 2.]]
  /// grid[1]                                  // [[3. 4. 5.] [3. 4. 5.]]
  /// ```
  ///
  /// Traps if one of the tensors is no vector, or there are more than eight.
  public static func meshgrid(
    _ vectors: [Tensor], indexing: MeshIndexing = .ij
  ) -> [Tensor] {
    let order = vectors.indices.map { indexing == .xy && vectors.count > 1 && $0 < 2 ? 1 - $0 : $0 }
    let shapes = vectors.map(\.shape)
    guard vectors.count <= Extents.capacity, shapes.allSatisfy({ $0.rank == 1 }) else {
      let error = ShapeError(
        "meshgrid", shapes,
        "a mesh is made of at most \(Extents.capacity) vectors, tensors of one axis",
        hint: "flatten what has more, with flattened()")
      return vectors.map { _ in failing(error, among: vectors) }
    }
    var lengths = Shape([Int](repeating: 1, count: vectors.count))
    for (number, vector) in vectors.enumerated() { lengths[order[number]] = vector.count }
    guard lengths.hasCountableElements else {
      let error = ShapeError("meshgrid", shapes, "more points than can be counted")
      return vectors.map { _ in failing(error, among: vectors) }
    }
    return vectors.enumerated().map { number, vector in
      var own = Shape([Int](repeating: 1, count: vectors.count))
      own[order[number]] = vector.count
      return vector.reshaped(to: own).broadcast(to: lengths)
    }
  }

  /// The tensors repeated to their common shape: NumPy's `broadcast_arrays`, PyTorch's
  /// `broadcast_tensors`. Costs nothing: they are views.
  ///
  /// The gradient with respect to each is the sum over the axes along which it was repeated.
  ///
  /// Traps if the shapes do not broadcast.
  public static func broadcast(_ tensors: [Tensor]) -> [Tensor] {
    do throws(ShapeError) {
      var common = Shape.scalar
      for tensor in tensors {
        guard let next = Shape.broadcast(common, tensor.shape), next.hasCountableElements else {
          throw ShapeError.broadcast("broadcast", common, tensor.shape)
        }
        common = next
      }
      return tensors.map { $0.broadcast(to: common) }
    } catch {
      return tensors.map { _ in failing(error, among: tensors) }
    }
  }
}
