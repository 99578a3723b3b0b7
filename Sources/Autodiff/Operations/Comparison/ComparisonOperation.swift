import BackpropArrays
import CBackpropKernels

infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence
infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence

/// A comparison of two tensors element by element, or of one with a number.
protocol ComparisonOperation: ElementwiseOperation, KernelOperation, ConstantOperation {
  static var kernel: bp_comparison { get }
  /// What the only input is compared with; `nil` where there are two.
  var number: Double? { get }
}

extension ComparisonOperation {
  package var loop: ElementwiseLoop { .comparison(Self.kernel) }

  // A number beside whole ones need not be of their type.
  package func canBePutOff(with inputs: Inputs) -> Bool {
    number == nil || inputs[0].scalarType.isFloatingPoint
  }

  package var details: String { number.map { "with \($0)" } ?? "" }

  package func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    if number != nil { return TensorType(inputs[0].shape, .bool) }
    return try inputs.withArrays(0, 1) { a, b throws(ShapeError) in
      TensorType(try NDArray.broadcastShape(name, a, b), .bool)
    }
  }

  package func compute(_ pass: inout ForwardPass) {
    let a = pass.input(0)
    if let number {
      pass.withOutput { Elementwise.compare(Self.kernel, a, number, into: $0) }
    } else {
      let b = pass.input(1)
      pass.withOutput { Elementwise.compare(Self.kernel, a, b, into: $0) }
    }
  }
}
