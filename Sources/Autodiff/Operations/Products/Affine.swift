import BackpropArrays
import CBackpropKernels

/// A function applied to every result of a layer before it is handed on.
public enum Activation: String, Sendable, CaseIterable, Codable {
  /// x itself.
  case identity
  /// max(x, 0).
  case relu
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// The hyperbolic tangent.
  case tanh

  /// The function applied to `x`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .identity: x
    case .relu: x.relu()
    case .sigmoid: x.sigmoid()
    case .tanh: x.tanh()
    }
  }

  /// The function, as the kernels call it.
  var kernel: bp_activation {
    switch self {
    case .identity: BP_IDENTITY_ACTIVATION
    case .relu: BP_RELU_ACTIVATION
    case .sigmoid: BP_SIGMOID_ACTIVATION
    case .tanh: BP_TANH_ACTIVATION
    }
  }

  /// The gradient with respect to the function's argument, from that to its result `y`.
  func gradient(_ cotangent: Tensor, _ y: Tensor) -> Tensor {
    switch self {
    case .identity: cotangent
    case .relu: ReLUGradient()(cotangent, y)
    case .sigmoid: SigmoidGradient()(cotangent, y)
    case .tanh: TanhGradient()(cotangent, y)
    }
  }

  /// Turns the gradient with respect to the result `y` into that to the argument, in the same
  /// memory where nothing else holds it.
  func passBack(_ gradient: inout NDArray, _ y: NDArray) {
    let kernel: bp_binary
    switch self {
    case .identity: return
    case .relu: kernel = BP_RELU_GRADIENT
    case .sigmoid: kernel = BP_SIGMOID_GRADIENT
    case .tanh: kernel = BP_TANH_GRADIENT
    }
    if gradient.isUnique() {
      Elementwise.binary(kernel, gradient, y, into: gradient)
    } else {
      let result = NDArray(uninitialized: y.storage.shape, y.storage.scalarType)
      Elementwise.binary(kernel, gradient, y, into: result)
      gradient = result
    }
  }
}

extension Tensor {
  /// What a fully connected layer computes: activation(x · weight + bias).
  ///
  /// The same numbers as `matmul`, `+` and the activation one after the other, in one pass over
  /// memory. With g = ∂L/∂(x W + b): ∂L/∂x = g Wᵀ, ∂L/∂W = xᵀ g, ∂L/∂b = Σ rows of g.
  ///
  /// Traps if `weight` is no matrix with as many rows as a row of this tensor is long, `bias` is
  /// not as long as a row of the result, the types differ, or whole numbers have an activation.
  ///
  /// - Parameters:
  ///   - weight: of shape (inputs, outputs).
  ///   - bias: of shape (outputs), or `nil` for none.
  ///   - activation: applied to the sum.
  public consuming func affine(
    _ weight: consuming Tensor, _ bias: consuming Tensor? = nil,
    activation: Activation = .identity
  ) -> Tensor {
    let operation = Affine(activation: activation)
    // Consumed, since a bias bound to another name would be counted once more.
    if let bias = consume bias { return operation(self, weight, bias) }
    return operation(self, weight)
  }
}

struct Affine: KernelOperation {
  var name: String { "affine" }
  let activation: Activation

  var details: String { activation == .identity ? "" : activation.rawValue }

  @inline(__always)
  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.withArrays(0, 1) { x, weight throws(ShapeError) in
      try requireRows(inputs, x.storage.shape, weight.storage.shape)
      let shape = try NDArray.productShape(
        name, x, weight, transposesLeft: false, transposesRight: false)
      guard weight.storage.shape.rank == 2 else {
        throw ShapeError(
          name, inputs.shapes, "the weight must be a matrix of shape (inputs, outputs)")
      }
      if inputs.count == 3 { try requireBias(inputs, weight) }
      // Products of whole numbers leave an activation out.
      guard activation == .identity || weight.storage.scalarType.isDifferentiable else {
        throw .noKernel(details, inputs.shapes, weight.storage.scalarType)
      }
      return TensorType(shape, weight.storage.scalarType)
    }
  }

  /// Rows of another length are the mistake that is made most; it gets words of its own.
  @inline(__always)
  private func requireRows(_ inputs: Inputs, _ x: Shape, _ weight: Shape) throws(ShapeError) {
    let (rank, extents) = (x.rank, x.extents)
    if weight.rank == 2, rank > 0, extents[rank - 1] != weight.extents[0] {
      throw wrongRows(inputs, x, weight.extents[0])
    }
  }

  @inline(never)
  private func wrongRows(_ inputs: Inputs, _ x: Shape, _ length: Int) -> ShapeError {
    let (rows, outputs) = (x.last ?? 0, inputs[1].shape[1])
    let fitsFlattened =
      x.rank > 2 && length > 0 && x.checkedElementCount.map { $0 % length == 0 } ?? false
    let hint =
      if fitsFlattened {
        "flatten each example to one row of \(length)"
      } else if rows == outputs, outputs > length {
        "the weight is (inputs, outputs), and PyTorch's the other way round: transpose it"
      } else {
        "a weight of shape (\(rows), \(outputs)) takes these rows"
      }
    return ShapeError(
      name, inputs.shapes,
      "the input has rows of \(rows) numbers, and the weight takes rows of \(length)", hint: hint)
  }

  private func requireBias(_ inputs: Inputs, _ weight: NDArray) throws(ShapeError) {
    try inputs.withArray(2) { bias throws(ShapeError) in
      guard bias.storage.shape.rank == 1,
        bias.storage.shape.extents[0] == weight.storage.shape.extents[1],
        bias.storage.scalarType == weight.storage.scalarType
      else {
        throw ShapeError(
          name, inputs.shapes,
          "the bias must be \(weight.scalarType) of shape (\(weight.shape[1]),), one number an "
            + "output")
      }
    }
  }

  func compute(_ pass: inout ForwardPass) {
    let inputs = pass.inputs
    inputs.withArrays(0, 1) { x, weight in
      if inputs.count == 3 {
        inputs.withArray(2) { bias in
          pass.withOutput {
            NDArray.multiply(
              x, weight, into: $0, transposesLeft: false, transposesRight: false,
              ProductEpilogue(bias: bias, activation: activation.kernel))
          }
        }
      } else {
        pass.withOutput {
          NDArray.multiply(
            x, weight, into: $0, transposesLeft: false, transposesRight: false,
            ProductEpilogue(bias: nil, activation: activation.kernel))
        }
      }
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    var needs = activation == .identity ? GradientNeeds.nothing : .output
    if inputs.needsGradient(0) { needs.insert(.input(1)) }
    if inputs.needsGradient(1) { needs.insert(.input(0)) }
    return needs
  }

  func backward(_ pass: inout BackwardPass) {
    if !pass.isRecording, pass.cotangent.storage.shape.rank == 2 {
      return backwardOfMatrices(&pass)
    }
    // Any axes in front of the last are one batch; a vector is a batch of one.
    let cotangent = pass.cotangent
    let g =
      (activation == .identity ? cotangent : activation.gradient(cotangent, pass.output)).asRows
    if pass.needsGradient(0) {
      pass.add(
        g.matmul(pass.input(1), transposingOther: true).reshaped(to: pass.inputType(0).shape),
        to: 0)
    }
    if pass.needsGradient(1) {
      pass.add(pass.input(0).asRows.matmul(g, transposingSelf: true), to: 1)
    }
    if pass.inputCount == 3, pass.needsGradient(2) { pass.add(g.sum(axis: 0), to: 2) }
  }

  /// The same for the common case, straight on arrays: this is where a small network spends its
  /// time, and tensors that nothing records would double it.
  private func backwardOfMatrices(_ pass: inout BackwardPass) {
    var g = NDArray(storage: pass.takeCotangent().storage)
    if activation != .identity {
      pass.withResult { activation.passBack(&g, $0) }
    }
    if pass.needsGradient(0) {
      let gradient = NDArray(uninitialized: pass.inputType(0).shape, g.scalarType)
      pass.withArray(1) { weight in
        NDArray.multiply(
          g, weight, into: gradient, transposesLeft: false, transposesRight: true, .init())
      }
      pass.add(Tensor(array: gradient, node: nil), to: 0)
    }
    if pass.needsGradient(1) {
      let gradient = NDArray(uninitialized: pass.inputType(1).shape, g.scalarType)
      pass.withArray(0) { x in
        NDArray.multiply(
          x, g, into: gradient, transposesLeft: true, transposesRight: false, .init())
      }
      pass.add(Tensor(array: gradient, node: nil), to: 1)
    }
    if pass.inputCount == 3, pass.needsGradient(2) {
      pass.add(Tensor(array: g.sum(axis: 0), node: nil), to: 2)
    }
  }
}

extension Tensor {
  /// A matrix whose rows are what lies along the last axis.
  fileprivate var asRows: Tensor {
    // The number of rows is worked out here because -1 has no answer for rows of no length.
    rank == 2 ? self : reshaped(to: Shape([shape.dropLast().reduce(1, *), shape[rank - 1]]))
  }
}
