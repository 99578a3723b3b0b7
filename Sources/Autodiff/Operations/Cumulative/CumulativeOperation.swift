import BackpropArrays
import CBackpropKernels

/// A cumulative reduction along one axis: each element becomes that of all up to it.
protocol CumulativeOperation: KernelOperation {
  var axis: Int { get }
  static var kernel: bp_reduction { get }
}

extension CumulativeOperation {
  package var details: String { "axis \(axis)" }

  package func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let (shape, scalarType) = (inputs[0].shape, inputs[0].scalarType)
    _ = try shape.index(ofAxis: axis, name)
    guard !scalarType.isStoredOnly else { throw .noKernel(name, [shape], scalarType) }
    let addsUp = Self.kernel == BP_SUM || Self.kernel == BP_PRODUCT
    return TensorType(shape, addsUp && !scalarType.isFloatingPoint ? .int64 : scalarType)
  }

  /// Scans input 0 into the output.
  func scan(_ pass: inout ForwardPass, isReversed: Bool = false) {
    let source = pass.input(0)
    let index = axis < 0 ? axis + source.rank : axis
    pass.withOutput {
      Scan.run(
        Self.kernel, source.cast(to: $0.scalarType), axis: index, isReversed: isReversed, into: $0)
    }
  }
}

extension Tensor {
  /// The elements moved on by one along `axis`, or back if `isReversed`; the first place is filled with
  /// `number`.
  func shifted(axis: Int, isReversed: Bool = false, filling number: Double) -> Tensor {
    let index = axis < 0 ? axis + rank : axis
    let length = shape[index]
    guard length > 0 else { return self }
    var part = [AxisSelection](repeating: .wholeAxis, count: rank)
    part[index] =
      isReversed ? .slice(from: 1, to: length, by: 1) : .slice(from: 0, to: length - 1, by: 1)
    let rest = SliceView(selections: part)(self)
    var lengths = shape
    lengths[index] = 1
    let filled = Tensor(number, scalarType: scalarType).broadcast(to: lengths)
    return Tensor.concatenate(isReversed ? [rest, filled] : [filled, rest], axis: index)
  }
}
