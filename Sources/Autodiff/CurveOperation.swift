import BackpropArrays
import CBackpropKernels

/// An element-wise function of one tensor whose gradient is one loop too.
protocol CurveOperation: UnaryOperation {
  /// The loop over the cotangent and the input, or the result, that gives the gradient.
  static var gradientKernel: bp_binary { get }
  /// Whether the slope is computed of the function's result and not of its input.
  static var slopesByResult: Bool { get }
  /// The derivative in tensors, of the input or of the result: what a recorded gradient is made of.
  func slope(at x: Tensor) -> Tensor
}

extension CurveOperation {
  static var slopesByResult: Bool { false }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    Self.slopesByResult ? .output : .input(0)
  }

  func backward(_ pass: inout BackwardPass) {
    let x = Self.slopesByResult ? pass.output : pass.input(0)
    if pass.isRecording { return pass.add(pass.cotangent * slope(at: x), to: 0) }
    pass.addInPlace(CurveGradient(curve: self), with: x, to: 0)
  }
}

/// The gradient of a curve, of the cotangent and the input or the result, where it is not recorded.
private struct CurveGradient<Curve: CurveOperation>: BinaryOperation, ConstantOperation {
  let curve: Curve

  var name: String { "\(curve.name)Gradient" }
  static var kernel: bp_binary { Curve.gradientKernel }
}

/// An element-wise function of one tensor with settings, whose gradient is one loop too.
protocol FormulaOperation: ElementwiseOperation, KernelOperation {
  static var formula: bp_formula { get }
  /// The formula of the cotangent and the input that gives the gradient.
  static var gradientFormula: bp_formula { get }
  /// What both are set to.
  var settings: (Double, Double) { get }
  /// The derivative in tensors: what a recorded gradient is made of.
  func slope(at x: Tensor) -> Tensor
}

extension FormulaOperation {
  package var loop: ElementwiseLoop { .formula(Self.formula, settings.0, settings.1) }

  package func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.withArray(0) { x throws(ShapeError) in
      let (shape, scalarType) = (x.storage.shape, x.storage.scalarType)
      _ = try scalarType.kernels.pointee.formula.orNoKernel(name, [shape], scalarType)
      return TensorType(shape, scalarType)
    }
  }

  package func compute(_ pass: inout ForwardPass) {
    pass.inputs.withArray(0) { x in
      pass.withOutput { Elementwise.formula(Self.formula, settings, x, into: $0) }
    }
  }

  package func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  package func backward(_ pass: inout BackwardPass) {
    let x = pass.input(0)
    if pass.isRecording { return pass.add(pass.cotangent * slope(at: x), to: 0) }
    pass.addInPlace(FormulaGradient(function: self), with: x, to: 0)
  }
}

/// The gradient of a formula, of the cotangent and the input, where it is not recorded.
private struct FormulaGradient<Function: FormulaOperation>: PairOperation, ConstantOperation {
  let function: Function

  var name: String { "\(function.name)Gradient" }
  var loop: ElementwiseLoop {
    .formula(Function.gradientFormula, function.settings.0, function.settings.1)
  }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType { inputs[0].type }

  func run(_ a: NDArray, _ b: NDArray, into result: NDArray) {
    Elementwise.formula(Function.gradientFormula, function.settings, a, b, into: result)
  }
}
