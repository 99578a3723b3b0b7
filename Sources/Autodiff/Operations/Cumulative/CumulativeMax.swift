import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The largest of all elements up to each along `axis`: NumPy's `maximum.accumulate`, PyTorch's
  /// `cummax`. NaN from the first NaN on.
  ///
  /// The gradient of each result goes to the element that it is, the last if several are equally
  /// large.
  ///
  /// Traps if there is no such axis.
  public func cumulativeMax(axis: Int) -> Tensor { CumulativeMax(axis: axis)(self) }
}

struct CumulativeMax: CumulativeOperation {
  let axis: Int

  var name: String { "cumulativeMax" }
  static var kernel: bp_reduction { BP_MAX }

  func compute(_ pass: inout ForwardPass) { scan(&pass) }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { [.input(0), .output] }

  func backward(_ pass: inout BackwardPass) { passToRecords(&pass) }
}

extension CumulativeOperation {
  /// The gradient of a cumulative extreme: to the element that it was when it was met last.
  func passToRecords(_ pass: inout BackwardPass) {
    let (x, y) = (pass.input(0).detached, pass.output.detached)
    let index = axis < 0 ? axis + x.rank : axis
    var lengths = Shape([Int](repeating: 1, count: x.rank))
    lengths[index] = x.shape[index]
    let places = Tensor.range(from: 0, to: Double(x.shape[index]), scalarType: .int64)
      .reshaped(to: lengths)
    let records = Tensor.where(x .== y, places, Tensor.where(x .!= x, places, 0))
    let positions = records.cumulativeMax(axis: axis)
    pass.add(
      Tensor.zeros(pass.inputType(0)).scatterAddAlong(pass.cotangent, to: positions, axis: axis),
      to: 0)
  }
}
