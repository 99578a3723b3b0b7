import Arrays

extension Tensor {
  /// The matrix product: `(m, k) · (k, n) -> (m, n)`, with NumPy's rules for vectors and batches.
  ///
  /// Y = A B; ∂L/∂A = ∂L/∂Y Bᵀ, ∂L/∂B = Aᵀ ∂L/∂Y.
  ///
  /// ```swift
  /// let hidden = images.matmul(weight)      // (100, 784) · (784, 50) -> (100, 50)
  /// ```
  public func matmul(_ other: Tensor) -> Tensor { MatMul()(self, other) }
}

struct MatMul: KernelOperation {
  static let name = "matmul"

  func outputShape(_ inputs: Inputs) throws(ShapeError) -> Shape {
    try NDArray.productShape(Self.name, inputs[0].array, inputs[1].array)
  }

  func compute(_ inputs: Inputs, into output: NDArray) {
    NDArray.multiply(inputs[0].array, inputs[1].array, into: output)
  }

  func backward(_ pass: inout BackwardPass) {
    // A vector is a matrix of one row on the left and one column on the right.
    var (a, b, g) = (pass.input(0), pass.input(1), pass.cotangent)
    let (shapeA, shapeB) = (a.shape, b.shape)
    if b.rank == 1 {
      b = b.reshaped(to: [b.count, 1])
      g = g.reshaped(to: Array(g.shape) + [1])
    }
    if a.rank == 1 {
      a = a.reshaped(to: [1, a.count])
      g = g.reshaped(to: Array(g.shape.dropLast()) + [1, g.shape[g.rank - 1]])
    }
    if pass.needsGradient(0) {
      pass.add(Self.fit(g.matmul(b.matrixTransposed), shapeA), to: 0)
    }
    if pass.needsGradient(1) {
      pass.add(Self.fit(a.matrixTransposed.matmul(g), shapeB), to: 1)
    }
  }

  /// Brings a gradient to its input's shape where the input is a vector; batches are left to the
  /// engine.
  private static func fit(_ gradient: Tensor, _ shape: Shape) -> Tensor {
    guard shape.rank == 1 else { return gradient }
    // The last two axes are the vector and one of length 1; what stands in front are batches.
    let batches = gradient.shape.dropLast(2).reduce(1, *)
    return gradient.reshaped(to: Shape([batches, shape[0]])).sum(axis: 0)
  }

  static let samples = [
    GradientSample("matrices", [.numbers([3, 4]), .numbers([4, 2], seed: 2)]) {
      $0[0].matmul($0[1])
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
