import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The products of all elements up to each along `axis`: NumPy's and PyTorch's `cumprod`. Whole
  /// numbers and flags are multiplied as `int64`.
  ///
  /// ∂L/∂xₖ = Πⱼ<ₖ xⱼ · Σᵢ≥ₖ ∂L/∂yᵢ Πₖ<ⱼ≤ᵢ xⱼ, worked out without a division, so that it is right where
  /// an element is zero.
  ///
  /// Traps if there is no such axis.
  public func cumulativeProduct(axis: Int) -> Tensor { CumulativeProduct(axis: axis)(self) }
}

struct CumulativeProduct: CumulativeOperation {
  let axis: Int

  var name: String { "cumulativeProduct" }
  static var kernel: bp_reduction { BP_PRODUCT }

  func compute(_ pass: inout ForwardPass) { scan(&pass) }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { [.input(0), .output] }

  func backward(_ pass: inout BackwardPass) {
    // sₖ = gₖ + xₖ₊₁ sₖ₊₁ is the sum of the formula.
    let next = pass.input(0).shifted(axis: axis, isReversed: true, filling: 0)
    let sums = Recurrence(axis: axis, isReversed: true)(next, pass.cotangent)
    pass.add(pass.output.shifted(axis: axis, filling: 1) * sums, to: 0)
  }
}
