import BackpropArrays
import CBackpropKernels

/// An operation that says where along some axes an extreme stands.
protocol PositionOperation: ReductionOperation, ConstantOperation {
  static var kernel: bp_reduction { get }
}

extension PositionOperation {
  var needsElements: Bool { true }
  var onlyCompares: Bool { true }

  func resultScalarType(_ scalarType: ScalarType) -> ScalarType { .int64 }

  package func compute(_ pass: inout ForwardPass) {
    let input = pass.input(0)
    let (rank, count) = (input.rank, pass.withOutput { $0.count })
    var isReduced = [Bool](repeating: axes == nil, count: rank)
    for axis in axes ?? [] { isReduced[axis < 0 ? axis + rank : axis] = true }
    let order = (0..<rank).filter { !isReduced[$0] } + (0..<rank).filter { isReduced[$0] }
    guard count > 0 else { return }
    let rows = input.transposed(order).contiguous()
      .reshaped(to: Shape([count, input.count / count]))
    pass.withOutput { Reduction.positions(Self.kernel, rows, into: $0) }
  }
}
