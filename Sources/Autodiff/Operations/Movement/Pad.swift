import BackpropArrays

/// What stands in the places that padding adds.
public enum PaddingMode: Sendable, Hashable {
  /// One number. NumPy's and PyTorch's `constant`.
  case constant(Double)
  /// What lies as far on the other side of the first or last element, which is not repeated: 3 2 | 1 2
  /// 3 | 2 1. NumPy's and PyTorch's `reflect`.
  case reflect
  /// The first or last element: 1 1 | 1 2 3 | 3 3. PyTorch's `replicate`, NumPy's `edge`.
  case replicate
  /// The other end: 2 3 | 1 2 3 | 1 2. PyTorch's `circular`, NumPy's `wrap`.
  case circular

  /// The position whose element stands at place `place`, which may lie outside of 0..<`length`.
  fileprivate func position(of place: Int, _ length: Int) -> Int {
    func remainder(_ period: Int) -> Int {
      let rest = place % period
      return rest < 0 ? rest + period : rest
    }
    switch self {
    case .replicate, .constant: return min(max(place, 0), length - 1)
    case .circular: return remainder(length)
    case .reflect:
      if length == 1 { return 0 }
      let rest = remainder(2 * (length - 1))
      return min(rest, 2 * (length - 1) - rest)
    }
  }
}

extension Tensor {
  /// The tensor with places added before and after it along each axis: NumPy's and PyTorch's `pad`.
  ///
  /// The gradient of what was added goes to the element that it repeats; that of a constant to none.
  ///
  /// ```swift
  /// x.padded([(1, 1), (0, 2)])                       // (3, 4) -> (5, 6), with zeros
  /// x.padded([(1, 1), (1, 1)], mode: .reflect)
  /// ```
  ///
  /// Traps if there is not a pair of widths for each axis, one is negative, something is to be repeated
  /// along an axis without elements, or the type cannot hold the constant.
  ///
  /// - Parameters:
  ///   - widths: for each axis, how many places to add before and after.
  ///   - mode: what stands there.
  public func padded(
    _ widths: [(before: Int, after: Int)], mode: PaddingMode = .constant(0)
  ) -> Tensor {
    checking { () throws(ShapeError) in
      guard widths.count == rank, widths.allSatisfy({ $0.before >= 0 && $0.after >= 0 }) else {
        throw ShapeError(
          "padded", [shape],
          "widths \(widths.map { "(\($0.before), \($0.after))" }.joined(separator: ", ")) for "
            + "\(rank) axes",
          hint: "give a pair of widths for each axis, (0, 0) for none")
      }
      if case .constant(let number) = mode { return try padded(widths, number) }
      var result = self
      for (axis, width) in widths.enumerated() where width != (0, 0) {
        let length = shape[axis]
        guard length > 0 else {
          throw ShapeError("padded", [shape], "axis \(axis) has no element that could be repeated")
        }
        let positions = (-width.before..<(length + width.after)).map {
          mode.position(of: $0, length)
        }
        result = result.gather(Tensor(positions), axis: axis)
      }
      return result
    }
  }

  private func padded(
    _ widths: [(before: Int, after: Int)], _ number: Double
  ) throws(ShapeError) -> Tensor {
    if widths.allSatisfy({ $0 == (0, 0) }) { return self }
    var (lengths, part) = (shape, [AxisSelection]())
    for (axis, width) in widths.enumerated() {
      let sum = shape[axis].added(byCounting: width.before)?.added(byCounting: width.after)
      guard let sum else {
        throw ShapeError("padded", [shape], "axis \(axis) would be longer than can be counted")
      }
      lengths[axis] = sum
      part.append(.slice(from: width.before, to: width.before + shape[axis], by: 1))
    }
    guard lengths.hasCountableElements else {
      throw ShapeError("padded", [shape], "more elements than can be counted")
    }
    let literal = Tensor(try NDArray(literal: number, scalarType, "padded", beside: shape))
    return Scatter(parts: part)(literal.broadcast(to: lengths), self)
  }
}
