import BackpropArrays

extension Tensor {
  /// The matrix product: `(m, k) · (k, n) -> (m, n)`, with NumPy's rules for vectors and batches.
  ///
  /// Y = A B; ∂L/∂A = ∂L/∂Y Bᵀ, ∂L/∂B = Aᵀ ∂L/∂Y.
  ///
  /// ```swift
  /// let hidden = images.matmul(weight)      // (100, 784) · (784, 50) -> (100, 50)
  /// ```
  ///
  /// Traps if the rows on the left are not as long as the columns on the right, batches do not
  /// broadcast, one side is a single number, the types differ, or they are `bool` or `uint8`.
  ///
  /// - Parameters:
  ///   - other: the right side.
  ///   - transposingSelf: whether to take this tensor's matrices transposed.
  ///   - transposingOther: whether to take the right side's matrices transposed.
  public func matmul(
    _ other: Tensor, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> Tensor {
    MatMul(transposesLeft: transposingSelf, transposesRight: transposingOther)(self, other)
  }
}

struct MatMul: KernelOperation {
  var name: String { "matmul" }
  let transposesLeft: Bool
  let transposesRight: Bool

  var details: String {
    switch (transposesLeft, transposesRight) {
    case (false, false): ""
    case (true, false): "left transposed"
    case (false, true): "right transposed"
    case (true, true): "both transposed"
    }
  }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let shape = try inputs.withArrays(0, 1) { a, b throws(ShapeError) in
      try NDArray.productShape(
        name, a, b, transposesLeft: transposesLeft, transposesRight: transposesRight)
    }
    return TensorType(shape, inputs[0].scalarType)
  }

  func compute(_ pass: inout ForwardPass) {
    pass.inputs.withArrays(0, 1) { a, b in
      pass.withOutput {
        NDArray.multiply(
          a, b, into: $0, transposesLeft: transposesLeft, transposesRight: transposesRight,
          ProductEpilogue())
      }
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .otherSide(inputs) }

  func backward(_ pass: inout BackwardPass) {
    if pass.inputType(0).shape.rank == 1 || pass.inputType(1).shape.rank == 1 {
      return backwardOfVectors(&pass)
    }
    let g = pass.cotangent
    let (left, right) = (transposesLeft, transposesRight)
    if pass.needsGradient(0) {
      let b = pass.input(1)
      pass.add(
        left
          ? b.matmul(g, transposingSelf: right, transposingOther: true)
          : g.matmul(b, transposingOther: !right), to: 0)
    }
    if pass.needsGradient(1) {
      let a = pass.input(0)
      pass.add(
        right
          ? g.matmul(a, transposingSelf: true, transposingOther: left)
          : a.matmul(g, transposingSelf: !left), to: 1)
    }
  }

  /// A vector is a matrix of one row on the left and one column on the right, and has no other side
  /// to transpose.
  private func backwardOfVectors(_ pass: inout BackwardPass) {
    let (left, right) = (pass.inputType(0).shape, pass.inputType(1).shape)
    var g = pass.cotangent
    if right.rank == 1 { g = g.expandingDimension(at: -1) }
    if left.rank == 1 { g = g.expandingDimension(at: -2) }
    func fit(_ gradient: Tensor, _ side: Shape, _ isTransposed: Bool) -> Tensor {
      guard side.rank == 1 else { return isTransposed ? gradient.matrixTransposed : gradient }
      // The last two axes are the vector and one of length 1; what stands in front are batches.
      let batches = gradient.shape.dropLast(2).reduce(1, *)
      return gradient.reshaped(to: Shape([batches, side[0]])).sum(axis: 0)
    }
    if pass.needsGradient(0) {
      var b = pass.input(1)
      if right.rank == 1 {
        b = b.expandingDimension(at: 1)
      } else if transposesRight {
        b = b.matrixTransposed
      }
      pass.add(fit(g.matmul(b, transposingOther: true), left, transposesLeft), to: 0)
    }
    if pass.needsGradient(1) {
      var a = pass.input(0)
      if left.rank == 1 {
        a = a.expandingDimension(at: 0)
      } else if transposesLeft {
        a = a.matrixTransposed
      }
      pass.add(fit(a.matmul(g, transposingSelf: true), right, transposesRight), to: 1)
    }
  }
}
