import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The sums of all elements up to each along `axis`: NumPy's and PyTorch's `cumsum`; with `reversed`
  /// those of all from each on.
  ///
  /// What rounding loses is carried along, so that the sums are as exact as ``sum(axis:keepDims:)``.
  /// Whole numbers and flags are summed as `int64`. ∂L/∂xᵢ is the sum of ∂L/∂yⱼ for j ≥ i, the
  /// cumulative sum from the other end.
  ///
  /// ```swift
  /// Tensor([1, 2, 3]).cumulativeSum(axis: 0)          // [1. 3. 6.]
  /// ```
  ///
  /// Traps if there is no such axis.
  public func cumulativeSum(axis: Int, reversed: Bool = false) -> Tensor {
    CumulativeSum(axis: axis, isReversed: reversed)(self)
  }
}

struct CumulativeSum: CumulativeOperation {
  let axis: Int
  let isReversed: Bool

  var name: String { "cumulativeSum" }
  var details: String { "axis \(axis)" + (isReversed ? ", reversed" : "") }
  static var kernel: bp_reduction { BP_SUM }

  func compute(_ pass: inout ForwardPass) { scan(&pass, isReversed: isReversed) }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    pass.add(CumulativeSum(axis: axis, isReversed: !isReversed)(pass.cotangent), to: 0)
  }
}
