import BackpropArrays
import Testing

@testable import BackpropAutodiff

@Suite struct ReductionTests {
  /// A gradient without the reduced axis goes back along that axis and no other, also where lengths
  /// are equal and a mistake would still fit.
  @Test func gradientsGoBackAlongTheAxesThatWereReduced() {
    let x = Tensor.zeros([2, 2, 2]).requiringGradient()
    let cotangent = Tensor([[1, 2], [3, 4]])
    let expected: [[Double]] = [
      [1, 2, 3, 4, 1, 2, 3, 4], [1, 2, 1, 2, 3, 4, 3, 4], [1, 1, 2, 2, 3, 3, 4, 4],
    ]
    for axis in 0..<3 {
      #expect(x.sum(axis: axis).backward(from: cotangent)[x].doubles == expected[axis])
      #expect(x.sum(axis: axis - 3).backward(from: cotangent)[x].doubles == expected[axis])
      let means = x.mean(axis: axis).backward(from: cotangent)[x].doubles
      #expect(means == expected[axis].map { $0 / 2 })
    }
    let two = x.sum(axes: [0, 2]).backward(from: Tensor([5, 6]))[x].doubles
    #expect(two == [5, 5, 6, 6, 5, 5, 6, 6])
  }

  @Test func anAxisIsNamedOnce() {
    let x = Tensor.zeros([2, 3])
    for axes in [[0, 0], [1, -1], [-2, 1, 0]] {
      for operation in [
        Sum(axes: axes, keepDims: false), Mean(axes: axes, keepDims: true),
        Max(axes: axes, keepDims: false), Min(axes: axes, keepDims: false),
      ] as [any TensorOperation] {
        let error = #expect(throws: ShapeError.self) { try operation.evaluate([x]) }
        #expect(error?.reason.contains("twice") == true)
      }
    }
  }
}
