import BackpropArrays

extension Tensor {
  /// The positions of the elements along `axis` in rising order: NumPy's and PyTorch's `argsort`. Equal
  /// elements stay in their order, whichever way; NaN counts as largest.
  ///
  /// A constant of type `int64`; ``gatherAlong(_:axis:)`` of it is sorted.
  ///
  /// Traps if there is no such axis.
  ///
  /// - Parameters:
  ///   - axis: along which.
  ///   - descending: whether the largest comes first.
  public func argsort(axis: Int = -1, descending: Bool = false) -> Tensor {
    ArgSort(axis: axis, isDescending: descending)(self)
  }

  /// The elements along `axis` in rising order: NumPy's and PyTorch's `sort`. NaN counts as largest.
  ///
  /// The gradient of each element goes to where it came from.
  ///
  /// Traps if there is no such axis.
  ///
  /// - Parameters:
  ///   - axis: along which.
  ///   - descending: whether the largest comes first.
  public func sorted(axis: Int = -1, descending: Bool = false) -> Tensor {
    checking { () throws(ShapeError) in
      _ = try shape.index(ofAxis: axis, "sorted")
      return gatherAlong(argsort(axis: axis, descending: descending), axis: axis)
    }
  }

  /// The `k` largest elements along `axis`, the largest first, and their positions: PyTorch's `topk`.
  /// Of equal ones, those that stand first.
  ///
  /// The gradient of the values goes to where they came from; the positions are a constant of type
  /// `int64`.
  ///
  /// ```swift
  /// let (scores, classes) = probabilities.topK(5)
  /// ```
  ///
  /// Traps if there is no such axis, or it has not as many elements.
  ///
  /// - Parameters:
  ///   - k: how many.
  ///   - axis: along which.
  ///   - largest: whether the largest are wanted, or else the smallest, the smallest first.
  public func topK(
    _ k: Int, axis: Int = -1, largest: Bool = true
  ) -> (values: Tensor, positions: Tensor) {
    let positions = checking { () throws(ShapeError) in
      let index = try shape.index(ofAxis: axis, "topK")
      guard k >= 0, k <= shape[index] else {
        throw ShapeError(
          "topK", [shape], "asked for \(k) of the \(shape[index]) elements along axis \(axis)",
          hint: "k is from 0 to \(shape[index])")
      }
      var part = [AxisSelection](repeating: .wholeAxis, count: rank)
      part[index] = .slice(from: 0, to: k, by: 1)
      return SliceView(selections: part)(argsort(axis: axis, descending: largest))
    }
    return (gatherAlong(positions, axis: axis), positions)
  }
}

struct ArgSort: KernelOperation, ConstantOperation {
  let axis: Int
  let isDescending: Bool

  var name: String { "argsort" }
  var details: String { "axis \(axis)" + (isDescending ? ", descending" : "") }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    _ = try inputs[0].shape.index(ofAxis: axis, name)
    return TensorType(inputs[0].shape, .int64)
  }

  func compute(_ pass: inout ForwardPass) {
    let input = pass.input(0)
    let index = axis < 0 ? axis + input.rank : axis
    pass.withOutput {
      Sorting.positions(input, axis: index, isDescending: isDescending, into: $0)
    }
  }
}
