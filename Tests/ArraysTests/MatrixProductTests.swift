import BackpropTestSupport
import CBackpropKernels
import Testing

@testable import BackpropArrays

@Suite struct MatrixProductTests {
  @Test func biasAndActivationAreAppliedToEveryRow() {
    let x = NDArray([[1, 2], [3, -4]], scalarType: .float64)
    let w = NDArray([[1, 0, 2], [0, 1, 1]], scalarType: .float64)
    let bias = NDArray([10, -3, 0], scalarType: .float64)
    for layout in bias.everyLayout {
      let out = NDArray(uninitialized: [2, 3], .float64)
      NDArray.multiply(
        x, w, into: out, .init(bias: layout.array, activation: BP_RELU_ACTIVATION))
      #expect(out == NDArray([[11, 0, 4], [13, 0, 2]], scalarType: .float64), "\(layout.name)")
    }
    let empty = NDArray(uninitialized: [2, 3], .float64)
    let (left, right) = (
      NDArray.zeros([2, 0], scalarType: .float64), NDArray.zeros([0, 3], scalarType: .float64)
    )
    NDArray.multiply(left, right, into: empty, .init(bias: bias))
    #expect(empty == NDArray([[10, -3, 0], [10, -3, 0]], scalarType: .float64))
  }
}
