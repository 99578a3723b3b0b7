import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// This tensor to the power of `exponent`, element by element, with broadcasting: NumPy's
  /// `power`.
  ///
  /// y = aᵇ; ∂L/∂a = ∂L/∂y · b · aᵇ⁻¹, ∂L/∂b = ∂L/∂y · y · ln a. The gradient with respect to the
  /// exponent is NaN where the base is negative, as the power itself is but for whole exponents.
  ///
  /// Traps if the shapes do not broadcast, the types differ or are `bool`, or an exponent of whole
  /// numbers is negative.
  public func pow(_ exponent: Tensor) -> Tensor { Pow()(self, exponent) }
  /// This tensor to the power of a number, element by element.
  ///
  /// Traps if the numbers are whole and the exponent is negative or a fraction.
  public func pow(_ exponent: Double) -> Tensor { Pow()(self, exponent) }
}

struct Pow: BinaryOperation {
  var name: String { "pow" }
  static var kernel: bp_binary { BP_POWER }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    if !pass.inputs[0].scalarType.isFloatingPoint {
      _ = try resultType(pass.inputs)
      try NDArray.checkExponents(name, pass.input(0), pass.input(1))
    }
    return try compute(inMemoryFor: &pass)
  }

  // One exponent for all has loops of its own, and so has one for a row.
  func canBePutOff(with inputs: Inputs) -> Bool {
    let (base, exponent) = (inputs[0].storage, inputs[1].storage)
    guard base.scalarType.isDifferentiable, base.isContiguous else { return false }
    return exponent.elementCount == 1
      || exponent.isContiguous && exponent.shape == base.shape
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    var needs = GradientNeeds.input(0)
    if inputs.needsGradient(0) { needs.insert(.input(1)) }
    if inputs.needsGradient(1) { needs.insert(.output) }
    return needs
  }

  func backward(_ pass: inout BackwardPass) {
    let base = pass.input(0)
    var isZero: Tensor { (base.detached .== 0).cast(to: base.scalarType) }
    if pass.needsGradient(0) {
      let exponent = pass.input(1)
      // The slope of x⁰ is 0, at 0 too, where 0 · 0⁻¹ would be NaN.
      let isConstant = exponent.detached .== 0
      let lower =
        isConstant.anyTrue
        ? exponent - 1 + isZero * isConstant.cast(to: base.scalarType) : exponent - 1
      pass.add(pass.cotangent * exponent * base.pow(lower), to: 0)
    }
    if pass.needsGradient(1) {
      // 0ᵇ stays 0 while b > 0 moves, where 0 · ln 0 would be NaN.
      pass.add(pass.cotangent * pass.output * (base + isZero).log(), to: 1)
    }
  }
}
