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
  static let name = "matmul"
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

  func outputShape(_ inputs: Inputs) throws(ShapeError) -> Shape {
    try inputs.withArrays(0, 1) { a, b throws(ShapeError) in
      try NDArray.productShape(
        Self.name, a, b, transposesLeft: transposesLeft, transposesRight: transposesRight)
    }
  }

  func compute(_ inputs: Inputs, into output: NDArray) {
    inputs.withArrays(0, 1) { a, b in
      NDArray.multiply(
        a, b, into: output, transposesLeft: transposesLeft, transposesRight: transposesRight,
        ProductEpilogue())
    }
  }

  func backward(_ pass: inout BackwardPass) {
    let (a, b, g) = (pass.input(0), pass.input(1), pass.cotangent)
    if a.rank == 1 || b.rank == 1 { return backwardOfVectors(&pass, a, b, g) }
    let (left, right) = (transposesLeft, transposesRight)
    if pass.needsGradient(0) {
      pass.add(
        left
          ? b.matmul(g, transposingSelf: right, transposingOther: true)
          : g.matmul(b, transposingOther: !right), to: 0)
    }
    if pass.needsGradient(1) {
      pass.add(
        right
          ? g.matmul(a, transposingSelf: true, transposingOther: left)
          : a.matmul(g, transposingSelf: !left), to: 1)
    }
  }

  /// A vector is a matrix of one row on the left and one column on the right, and has no other side
  /// to transpose.
  private func backwardOfVectors(
    _ pass: inout BackwardPass, _ left: Tensor, _ right: Tensor, _ cotangent: Tensor
  ) {
    var (a, b, g) = (left, right, cotangent)
    if b.rank == 1 {
      b = b.reshaped(to: [b.count, 1])
      g = g.reshaped(to: Array(g.shape) + [1])
    } else if transposesRight {
      b = b.matrixTransposed
    }
    if a.rank == 1 {
      a = a.reshaped(to: [1, a.count])
      g = g.reshaped(to: Array(g.shape.dropLast()) + [1, g.shape[g.rank - 1]])
    } else if transposesLeft {
      a = a.matrixTransposed
    }
    func fit(_ gradient: Tensor, _ side: Tensor, _ isTransposed: Bool) -> Tensor {
      guard side.rank == 1 else { return isTransposed ? gradient.matrixTransposed : gradient }
      // The last two axes are the vector and one of length 1; what stands in front are batches.
      let batches = gradient.shape.dropLast(2).reduce(1, *)
      return gradient.reshaped(to: Shape([batches, side.count])).sum(axis: 0)
    }
    if pass.needsGradient(0) {
      pass.add(fit(g.matmul(b, transposingOther: true), left, transposesLeft), to: 0)
    }
    if pass.needsGradient(1) {
      pass.add(fit(a.matmul(g, transposingSelf: true), right, transposesRight), to: 1)
    }
  }

  static let samples = [
    GradientSample("matrices", [.numbers([3, 4]), .numbers([4, 2], seed: 2)]) {
      $0[0].matmul($0[1])
    },
    GradientSample("left transposed", [.numbers([4, 3]), .numbers([4, 2], seed: 2)]) {
      $0[0].matmul($0[1], transposingSelf: true)
    },
    GradientSample("right transposed", [.numbers([3, 4]), .numbers([2, 4], seed: 2)]) {
      $0[0].matmul($0[1], transposingOther: true)
    },
    GradientSample("both transposed", [.numbers([2, 4, 3]), .numbers([2, 4], seed: 2)]) {
      $0[0].matmul($0[1], transposingSelf: true, transposingOther: true)
    },
    GradientSample("vector by a transposed matrix", [.numbers([4]), .numbers([2, 4], seed: 2)]) {
      $0[0].matmul($0[1], transposingOther: true)
    },
    GradientSample("transposed matrix by a vector", [.numbers([4, 3]), .numbers([4], seed: 2)]) {
      $0[0].matmul($0[1], transposingSelf: true)
    },
    GradientSample("vector on the left", [.numbers([4]), .numbers([4, 2], seed: 2)]) {
      $0[0].matmul($0[1])
    },
    GradientSample("vector on the right", [.numbers([3, 4]), .numbers([4], seed: 2)]) {
      $0[0].matmul($0[1])
    },
    GradientSample("two vectors", [.numbers([4]), .numbers([4], seed: 2)]) { $0[0].matmul($0[1]) },
    GradientSample("batches", [.numbers([2, 3, 4]), .numbers([2, 4, 2], seed: 2)]) {
      $0[0].matmul($0[1])
    },
    GradientSample("batches sharing a side", [.numbers([2, 3, 4]), .numbers([4, 2], seed: 2)]) {
      $0[0].matmul($0[1])
    },
    GradientSample("batches by a vector", [.numbers([2, 3, 4]), .numbers([4], seed: 2)]) {
      $0[0].matmul($0[1])
    },
    GradientSample("a vector by batches", [.numbers([4]), .numbers([2, 4, 3], seed: 2)]) {
      $0[0].matmul($0[1])
    },
  ]
}
