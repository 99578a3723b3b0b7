import BackpropArrays
import CBackpropKernels

/// A question to each number whether it is finite, infinite or none.
protocol FinitenessOperation: KernelOperation, ConstantOperation {
  /// What holds of all whole numbers.
  static var holdsOfWholeNumbers: Bool { get }
  /// Writes the answer for numbers with fractions.
  func ask(_ x: NDArray, into result: NDArray)
}

extension FinitenessOperation {
  package func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    TensorType(inputs[0].shape, .bool)
  }

  package func compute(_ pass: inout ForwardPass) {
    let x = pass.input(0)
    pass.withOutput {
      if x.scalarType.isFloatingPoint {
        ask(x.scalarType.isHalf ? x.cast(to: .float32) : x, into: $0)
      } else {
        $0.overwrite(with: NDArray(scalar: Self.holdsOfWholeNumbers).broadcast(to: $0.shape))
      }
    }
  }

  /// Compares magnitudes with infinity.
  func compareMagnitude(_ comparison: bp_comparison, _ x: NDArray, into result: NDArray) {
    let magnitudes = NDArray(uninitialized: x.shape, x.scalarType)
    Elementwise.unary(BP_ABSOLUTE, x, into: magnitudes)
    Elementwise.compare(comparison, magnitudes, .infinity, into: result)
  }
}
