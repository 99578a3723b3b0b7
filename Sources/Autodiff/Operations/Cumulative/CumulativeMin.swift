import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The smallest of all elements up to each along `axis`: NumPy's `minimum.accumulate`, PyTorch's
  /// `cummin`. NaN from the first NaN on.
  ///
  /// The gradient of each result goes to the element that it is, the last if several are equally
  /// small.
  ///
  /// Traps if there is no such axis.
  public func cumulativeMin(axis: Int) -> Tensor { CumulativeMin(axis: axis)(self) }
}

struct CumulativeMin: CumulativeOperation {
  let axis: Int

  var name: String { "cumulativeMin" }
  static var kernel: bp_reduction { BP_MIN }

  func compute(_ pass: inout ForwardPass) { scan(&pass) }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { [.input(0), .output] }

  func backward(_ pass: inout BackwardPass) { passToRecords(&pass) }
}
