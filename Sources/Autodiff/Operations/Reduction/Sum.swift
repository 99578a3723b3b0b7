import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The sum of all elements, or of those along `axes`, which disappear unless `keepDims`.
  ///
  /// Summed pairwise, so that the rounding error grows with the logarithm of the count. Whole
  /// numbers and flags are summed as `int64`. ∂L/∂x = ∂L/∂y, repeated along the axes that were
  /// summed.
  ///
  /// Traps if one of the axes is not there or is named twice.
  public func sum(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    Sum(axes: axes, keepDims: keepDims)(self)
  }
  /// The sum along `axis`.
  ///
  /// Traps if it is not there.
  public func sum(axis: Int, keepDims: Bool = false) -> Tensor {
    sum(axes: [axis], keepDims: keepDims)
  }

  /// The sum over the axes along which a tensor of `target` would be repeated to reach this shape:
  /// broadcasting backwards.
  func sum(to target: Shape) -> Tensor {
    let added = rank - target.rank
    var axes = Array(0..<added)
    for axis in 0..<target.rank where target[axis] == 1 && shape[axis + added] != 1 {
      axes.append(axis + added)
    }
    return sum(axes: axes, keepDims: true).reshaped(to: target)
  }
}

struct Sum: ReductionOperation {
  let axes: [Int]?
  let keepDims: Bool

  var name: String { "sum" }

  func resultScalarType(_ scalarType: ScalarType) -> ScalarType {
    // A count of a thousand flags does not fit in a byte.
    scalarType.isFloatingPoint ? scalarType : .int64
  }

  func compute(_ pass: inout ForwardPass) { reduce(BP_SUM, &pass) }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    pass.add(pass.cotangent.spread(over: pass.inputType(0).shape, axes), to: 0)
  }
}
