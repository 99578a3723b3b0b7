import BackpropArrays

extension Tensor {
  /// What an index picks, by NumPy's rules.
  ///
  /// ```swift
  /// x[0, 1]                                 // one element
  /// x[0..<2, 1...]                          // rows 0 and 1, from column 1 on
  /// x[.all, -1]                             // the last column
  /// x[.ellipsis, .newAxis]                  // one more axis at the end
  /// x[Slice(by: -1)]                        // rows from last to first
  /// x[stride(from: 0, to: 10, by: 2)]       // rows 0, 2, 4, 6, 8
  /// x[[3, 1, 3]]                            // rows 3, 1 and 3
  /// x[rows, columns]                        // an element for each pair of positions
  /// x[x .> 0]                               // the elements for which a mask is true
  /// x[mask, 0] = y
  /// ```
  ///
  /// Numbers, ranges, slices, `.all`, `.ellipsis` and `.newAxis` give a view, which costs nothing.
  /// Arrays of positions and masks give a copy. Several arrays broadcast: they name one element, or
  /// part, for each of their common positions, and the axes of that shape stand where the arrays do, or
  /// in front where something other than a number stands between two of them. A mask of `bool` stands
  /// for as many axes as it has, whose lengths are its own, and means the positions at which it is
  /// true; how many there are depends on its numbers, so it cannot be a shape alone.
  ///
  /// Reading: ∂L/∂x is ∂L/∂y in that part and zero elsewhere; what arrives for an element that is
  /// picked several times adds up.
  ///
  /// Assigning gives x a new value, in which `y`, broadcast, has replaced the part; of several elements
  /// that go to one place, the last stays. ∂L/∂x is ∂L/∂(new x), but zero in the part; ∂L/∂y is
  /// ∂L/∂(new x) in the part, and zero for what another element replaced. A tensor that a graph has
  /// recorded keeps its numbers, for the gradients: the new value is another tensor, so hold on to the
  /// variable if you want a gradient with respect to it. ``scatter(_:at:)`` is the same as an
  /// expression, and ``scatterAdd(_:at:)`` adds.
  ///
  /// Traps if there are more indices than axes, one reaches past the end of its axis (NumPy quietly
  /// shortens a range), arrays do not broadcast or hold fractions, a mask does not have the lengths of
  /// its axes, or the result would have more than eight axes; and assigning, if the new elements do not
  /// broadcast to the part or are of another type.
  public subscript(indices: any AxisIndex...) -> Tensor {
    get { part(indices.map(\.selection)) }
    set { assign(newValue, to: indices.map(\.selection)) }
  }

  /// What the selections pick.
  func part(_ selections: [AxisSelection]) -> Tensor {
    if selections.allSatisfy(\.isView) { return SliceView(selections: selections)(self) }
    return applying(selections) { Gather(parts: $0.parts)([self] + $0.positions) }
  }

  private mutating func assign(_ elements: Tensor, to selections: [AxisSelection]) {
    let isRecorded = (node != nil || elements.node != nil) && Recording.ofThisThread.isEnabled
    let isShapeOnly =
      isShapeOnly || elements.isShapeOnly
      || TensorIndex.arrays(in: selections).contains(where: \.isShapeOnly)
    if isRecorded || isShapeOnly {
      self = scatter(elements, to: selections)
      return
    }
    do throws(ShapeError) {
      let index = try TensorIndex(selections, of: shape)
      var changed = array
      self = Tensor(0)  // Lets go of the memory, so that it can be written in place.
      try changed.assign(elements.array, to: index.parts, index.positions.map(\.array))
      self = Tensor(changed)
    } catch { error.trap() }
  }

  /// What an operation on this tensor gives whose index is `selections`.
  func applying(
    _ selections: [AxisSelection], _ body: (TensorIndex) -> Tensor
  ) -> Tensor {
    do throws(ShapeError) {
      return body(try TensorIndex(selections, of: shape))
    } catch { return Tensor.failing(error, among: [self] + TensorIndex.arrays(in: selections)) }
  }
}

extension AxisSelection {
  /// Whether what it picks lies evenly spaced in memory.
  fileprivate var isView: Bool {
    if case .positions = self { false } else { true }
  }
}

/// Positions, or a mask.
extension Tensor: AxisIndex {
  public var selection: AxisSelection { .positions(NDArray(storage: settled.storage)) }
}

/// An index whose arrays are apart, as operations take it: they are inputs, and masks have become
/// positions.
struct TensorIndex {
  /// The index, in which `nil` stands for an array.
  private(set) var parts: [AxisSelection?] = []
  private(set) var positions: [Tensor] = []

  /// The index that `selections` means for a tensor of `shape`.
  init(_ selections: [AxisSelection], of shape: Shape) throws(ShapeError) {
    let named = selections.reduce(0) { $0 + Self.axes(of: $1) }
    var axis = 0
    for selection in selections {
      if case .positions(let array) = selection {
        if array.scalarType == .bool {
          let positions = try Self.positions(in: array, axis, shape)
          self.positions += positions.map { Tensor($0) }
          parts += [AxisSelection?](repeating: nil, count: positions.count)
        } else {
          positions.append(Tensor(array))
          parts.append(nil)
        }
      } else {
        parts.append(selection)
      }
      if case .ellipsis = selection {
        axis += shape.rank - named
      } else {
        axis += Self.axes(of: selection)
      }
    }
  }

  /// The arrays among selections.
  static func arrays(in selections: [AxisSelection]) -> [Tensor] {
    selections.compactMap { selection -> Tensor? in
      if case .positions(let array) = selection { Tensor(array) } else { nil }
    }
  }

  /// How many axes a selection stands for.
  private static func axes(of selection: AxisSelection) -> Int {
    switch selection {
    case .position, .slice: 1
    case .ellipsis, .newAxis: 0
    case .positions(let array): array.scalarType == .bool ? array.rank : 1
    }
  }

  /// Where a mask is true, whose first axis is number `axis` of an array of `shape`.
  private static func positions(
    in mask: NDArray, _ axis: Int, _ shape: Shape
  ) throws(ShapeError) -> [NDArray] {
    guard mask.rank > 0 else {
      throw ShapeError(
        "index", [shape, mask.shape], "a single flag picks no positions of an axis",
        hint: "make it a vector, with reshaped(to: [1])")
    }
    let end = axis + mask.rank
    guard axis >= 0, end <= shape.rank, Shape(shape[axis..<end]) == mask.shape else {
      let lengths = axis >= 0 && end <= shape.rank ? "\(Shape(shape[axis..<end]))" : "no such axes"
      throw ShapeError(
        "index", [shape, mask.shape],
        "a mask of shape \(mask.shape) for axes from \(axis) on, whose shape is \(lengths)",
        hint: "a mask has the lengths of the axes that it stands for")
    }
    guard !mask.storage.isShapeOnly else {
      throw ShapeError(
        "index", [shape, mask.shape],
        "how many elements a mask picks depends on its numbers, and there is only its shape",
        hint: "Tensor.where(mask, x, 0) keeps the shape")
    }
    return mask.truePositions
  }
}

extension Tensor {
  /// Where the elements are true, that is, not zero: for each axis the positions along it, in
  /// row-major order. NumPy's `nonzero`, and PyTorch's with `as_tuple`.
  ///
  /// Constants of type `int64`, which index the tensor: `x[x.nonzero()[0]]` of a vector. How many there
  /// are depends on the numbers, so there is no running this on shapes alone.
  ///
  /// ```swift
  /// let places = (x .> 0).nonzero()          // of a matrix: rows, and columns
  /// ```
  ///
  /// Traps if the tensor has only a shape.
  public func nonzero() -> [Tensor] { cast(to: .bool).array.truePositions.map { Tensor($0) } }
}
