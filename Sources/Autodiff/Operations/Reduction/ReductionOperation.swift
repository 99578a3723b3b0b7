import BackpropArrays
import CBackpropKernels

/// An operation that makes one number of those along some axes.
protocol ReductionOperation: KernelOperation {
  /// Which axes; `nil` for all.
  var axes: [Int]? { get }
  /// Whether reduced axes stay, with the length 1.
  var keepDims: Bool { get }
  /// Whether there is no result of no elements, as there is no largest.
  static var needsElements: Bool { get }
  /// The type of the result for numbers of `scalarType`, or why they have none.
  func resultScalarType(_ scalarType: ScalarType) throws(ShapeError) -> ScalarType
}

extension ReductionOperation {
  package var details: String { axes.map { "axes \($0)" } ?? "" }
  static var needsElements: Bool { false }

  package func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let shape = inputs[0].shape
    let (isReduced, kept) = try shape.reduced(name, axes, needsElements: Self.needsElements)
    let type = try resultScalarType(inputs[0].scalarType)
    return TensorType(keepDims ? kept : shape.removing { isReduced[$0] }, type)
  }

  /// Reduces input 0 into the output.
  func reduce(_ kernel: bp_reduction, _ pass: inout ForwardPass) {
    let type = pass.withOutput { $0.scalarType }
    let source = pass.input(0).cast(to: type)
    let rank = source.rank
    var isReduced = [Bool](repeating: axes == nil, count: rank)
    for axis in axes ?? [] { isReduced[axis < 0 ? axis + rank : axis] = true }
    pass.withOutput { Reduction.run(kernel, source, isReduced, into: $0) }
  }
}

extension Tensor {
  /// This gradient with respect to a reduction over `axes` of a tensor of `shape`, repeated to that
  /// shape.
  func spread(over shape: Shape, _ axes: [Int]?) -> Tensor {
    do throws(ShapeError) {
      let kept = try shape.reduced("reduction", axes).kept
      return reshaped(to: kept).broadcast(to: shape)
    } catch { error.trap() }
  }
}
