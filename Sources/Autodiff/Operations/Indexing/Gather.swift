import BackpropArrays

extension Tensor {
  /// The positions along `axis` that the whole numbers of `positions` name, whose shape takes the
  /// axis's place: NumPy's `take`, PyTorch's `index_select`. Negative ones count from the end.
  ///
  /// ∂L/∂x is zero but at these positions; what arrives for one that is named several times adds up.
  ///
  /// ```swift
  /// x.gather(Tensor([2, 0] as [Int]), axis: 1)     // columns 2 and 0: (5, 3) -> (5, 2)
  /// ```
  ///
  /// Traps if there is no such axis, `positions` does not hold whole numbers, one of them is not that
  /// of a position, or the result would have more than eight axes.
  public func gather(_ positions: Tensor, axis: Int) -> Tensor {
    do throws(ShapeError) {
      let index = try shape.index(ofAxis: axis, "gather")
      let parts = [AxisSelection?](repeating: .wholeAxis, count: index) + [nil]
      return Gather(parts: parts)(self, positions)
    } catch { return Tensor.failing(error, among: [self, positions]) }
  }

  /// The rows (positions along the first axis) named by `rows`, in that order: NumPy's
  /// `x[[3, 1, 3]]`.
  ///
  /// ```swift
  /// images.gather(rows: [59_999, 0, 17])       // (60000, 784) -> (3, 784)
  /// ```
  ///
  /// Traps if a number is not that of a row.
  public func gather(rows: [Int]) -> Tensor { gather(rows: Tensor(rows)) }

  /// The rows named by the whole numbers of `rows`, under their shape: NumPy's `x[rows]`, what
  /// PyTorch's `embedding` looks up. The same as ``gather(_:axis:)`` with axis 0.
  ///
  /// ```swift
  /// vectors.gather(rows: words)                // (10000, 64) and (8, 20) -> (8, 20, 64)
  /// ```
  ///
  /// Traps if `rows` does not hold whole numbers, one of them is not that of a row, or the result would
  /// have more than eight axes.
  public func gather(rows: Tensor) -> Tensor { gather(rows, axis: 0) }

  /// For each of `positions`, the element at that position along `axis` in the same row of all other
  /// axes: NumPy's `take_along_axis`, PyTorch's `gather`. Negative positions count from the end.
  ///
  /// y[i, j] = x[i, positions[i, j]] for axis 1. ∂L/∂x is zero but for these elements; what arrives for
  /// one that is named several times adds up.
  ///
  /// ```swift
  /// let best = scores.argmax(axis: 1).expandingDimension(at: 1)
  /// scores.gatherAlong(best, axis: 1)          // the largest of each row: (8, 10) -> (8, 1)
  /// ```
  ///
  /// Traps if there is no such axis, the number of axes differs, the other axes do not broadcast,
  /// `positions` does not hold whole numbers, or one of them is not that of a position.
  public func gatherAlong(_ positions: Tensor, axis: Int) -> Tensor {
    applyingAlong("gatherAlong", positions, axis) { Gather(parts: $0)([self] + $1) }
  }

  /// What an operation gives whose index names a position along `axis` in the same row of all others.
  func applyingAlong(
    _ operation: String, _ positions: Tensor, _ axis: Int,
    _ body: (_ parts: [AxisSelection?], _ positions: [Tensor]) -> Tensor
  ) -> Tensor {
    do throws(ShapeError) {
      let index = try shape.index(ofAxis: axis, operation)
      guard positions.rank == rank else {
        throw ShapeError(
          operation, [shape, positions.shape], "the positions have another number of axes",
          hint: "positions along axis \(axis) have a length for each other axis too; "
            + "gather(_:axis:) takes any shape")
      }
      var all: [Tensor] = []
      for other in 0..<rank {
        let (m, n) = (shape[other], positions.shape[other])
        guard other == index || m == n || m == 1 || n == 1 else {
          throw ShapeError(
            operation, [shape, positions.shape],
            "axis \(other) has the length \(m), and that of the positions \(n)")
        }
        var lengths = Shape([Int](repeating: 1, count: rank))
        lengths[other] = m
        all.append(
          other == index
            ? positions
            : Tensor.range(from: 0, to: Double(m), scalarType: .int64).reshaped(to: lengths))
      }
      return body([AxisSelection?](repeating: nil, count: rank), all)
    } catch { return Tensor.failing(error, among: [self, positions]) }
  }
}

/// What arrays of positions pick, input 1 and those after it, of input 0.
struct Gather: TensorOperation {
  /// The index; `nil` stands for the next array.
  let parts: [AxisSelection?]

  var name: String { "gather" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let index = try inputs.positionIndex(parts, from: 1)
    return TensorType(index.resultShape, inputs[0].scalarType)
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    let index = try pass.inputs.positionIndex(parts, from: 1)
    let offsets = try index.offsets(pass.inputs.dropFirst().map(\.array))
    let result = NDArray(uninitialized: index.resultShape, pass.inputs[0].scalarType)
    index.gather(from: pass.input(0), offsets, into: result)
    return result
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .positions(inputs, from: 1) }

  func backward(_ pass: inout BackwardPass) {
    let positions = (1..<pass.inputCount).map { pass.input($0) }
    if pass.isRecording {
      let whole = Tensor.zeros(pass.inputType(0))
      pass.add(ScatterAdd(parts: parts)([whole, pass.cotangent] + positions), to: 0)
    } else {
      // Into their place: a whole table of zeros for each look-up would cost the square of their
      // number.
      let gradient = pass.cotangent.array
      pass.addInPlace(to: 0) { $0.addInPlace(gradient, to: parts, positions) }
    }
  }
}

extension NDArray {
  /// Adds to what positions pick that have been looked at before.
  mutating func addInPlace(
    _ elements: NDArray, to parts: [AxisSelection?], _ positions: [Tensor]
  ) {
    do throws(ShapeError) { try add(elements, to: parts, positions.map(\.array)) } catch {
      error.trap()
    }
  }
}

// MARK: - What operations with arrays of positions share

extension Inputs {
  /// The index of input 0 whose arrays are the inputs from `first` on.
  func positionIndex(
    _ parts: [AxisSelection?], from first: Int
  ) throws(ShapeError) -> PositionIndex {
    try PositionIndex(
      ArrayLayout(of: self[0].storage), parts,
      dropFirst(first).map { NDArray(storage: $0.storage) })
  }
}

extension GradientNeeds {
  /// The inputs from `first` on.
  static func positions(_ inputs: Inputs, from first: Int) -> GradientNeeds {
    var needs = GradientNeeds.nothing
    for index in first..<Swift.max(first, inputs.count) { needs.insert(.input(index)) }
    return needs
  }
}

extension Tensor {
  /// Zeros of a type, that take no memory.
  static func zeros(_ type: TensorType) -> Tensor {
    Tensor.zeros(.scalar, scalarType: type.scalarType).broadcast(to: type.shape)
  }
}
