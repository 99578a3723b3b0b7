import BackpropArrays
import CBackpropKernels

/// An operation that makes one number of those along some axes.
protocol AxesOperation: TensorOperation {
  /// Which axes; `nil` for all.
  var axes: [Int]? { get }
  /// Whether reduced axes stay, with the length 1.
  var keepDims: Bool { get }
  /// Whether there is no result of no elements, as there is no largest.
  var needsElements: Bool { get }
  /// Whether the result follows from comparisons alone, which numbers that are only stored have too.
  var onlyCompares: Bool { get }
  /// The type of the result for numbers of `scalarType`, or why they have none.
  func resultScalarType(_ scalarType: ScalarType) throws(ShapeError) -> ScalarType
}

extension AxesOperation {
  package var details: String { axes.map { "axes \($0)" } ?? "" }
  var needsElements: Bool { false }
  var onlyCompares: Bool { false }

  /// The rule of a reduction.
  func reducedType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let shape = inputs[0].shape
    let (isReduced, kept) = try shape.reduced(name, axes, needsElements: needsElements)
    var type = inputs[0].scalarType
    if type.isStoredOnly, !onlyCompares { throw .noKernel(name, inputs.shapes, type) }
    do { type = try resultScalarType(type) } catch {
      var error = error
      error.shapes = inputs.shapes
      throw error
    }
    return TensorType(keepDims ? kept : shape.removing { isReduced[$0] }, type)
  }

  /// The type of numbers with fractions, or the error of others.
  func floatingPoint(_ scalarType: ScalarType) throws(ShapeError) -> ScalarType {
    guard scalarType.isDifferentiable else { throw .notFloatingPoint(name, [], scalarType) }
    return scalarType
  }
}

/// A reduction that a kernel computes.
protocol ReductionOperation: AxesOperation, KernelOperation {}

extension ReductionOperation {
  package func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try reducedType(inputs)
  }

  /// Reduces input 0, as `scalarType` or as the type of the result, into the output.
  func reduce(_ kernel: bp_reduction, _ pass: inout ForwardPass, as scalarType: ScalarType? = nil) {
    let type = pass.withOutput { $0.scalarType }
    let source = pass.input(0).cast(to: scalarType ?? type).cast(to: type)
    let rank = source.rank
    var isReduced = [Bool](repeating: axes == nil, count: rank)
    for axis in axes ?? [] { isReduced[axis < 0 ? axis + rank : axis] = true }
    pass.withOutput { Reduction.run(kernel, source, isReduced, into: $0) }
  }
}

/// A reduction that is written in tensors.
protocol ComposedReduction: AxesOperation, ComposedOperation {}

extension ComposedReduction {
  package func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try reducedType(inputs)
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
