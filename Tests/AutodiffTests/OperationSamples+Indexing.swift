import BackpropArrays
import BackpropTestSupport

@testable import BackpropAutodiff

extension OperationSamples {
  static let indexing: [String: [GradientSample]] = [
    "Gather": [
      GradientSample("rows, one of them twice", [.numbers([4, 3])]) {
        $0[0].gather(rows: [3, 0, 3])
      },
      GradientSample("elements", [.numbers([4])]) { $0[0].gather(rows: [1, 1, 2]) },
      GradientSample("by a matrix of positions", [.numbers([4, 2])]) {
        $0[0].gather(rows: Tensor([[0, 3], [3, 1]], scalarType: .int32))
      },
      GradientSample("none", [.numbers([4, 2])]) { $0[0].gather(rows: []) },
      GradientSample("columns, counted from the end", [.numbers([2, 4])]) {
        $0[0].gather(Tensor([-1, 0, -1] as [Int]), axis: -1)
      },
      GradientSample("an element of each row", [.numbers([3, 4])]) {
        $0[0].gatherAlong(Tensor([[1], [3], [1]] as [[Int]]), axis: 1)
      },
      GradientSample("along the first axis, several times", [.numbers([3, 2])]) {
        $0[0].gatherAlong(Tensor([[1, 0], [1, 2], [1, 2], [0, 0]] as [[Int]]), axis: 0)
      },
      GradientSample("a mask", [.numbers([3, 2])]) { $0[0][Tensor([true, false, true])] },
      GradientSample("a mask of two axes, backwards", [.numbers([2, 2, 3])]) {
        $0[0][Slice(by: -1), Tensor([[true, false, true], [false, true, true]])]
      },
      GradientSample("pairs of positions around an axis", [.numbers([3, 2, 4])]) {
        $0[0][[0, 2, 0], .all, [3, 1, 3]]
      },
      GradientSample("a grid out of every second row", [.numbers([2, 4, 5])]) {
        $0[0][
          1, Slice(by: -2), .newAxis, Tensor([[0, 4], [4, 2]] as [[Int]])]
      },
    ],
    "Scatter": [
      GradientSample("a row", [.numbers([3, 2]), .numbers([2], seed: 2)]) {
        var x = $0[0]
        x[1] = $0[1]
        return x
      },
      GradientSample(
        "a number for every second column", [.numbers([2, 5]), .numbers([], seed: 2)]
      ) {
        $0[0].scatter($0[1], at: .all, Slice(by: 2))
      },
      GradientSample("into a constant", [.numbers([3])]) {
        var x = Tensor.ones([3, 3], scalarType: .float64)
        x[.all, 1] = $0[0]
        return x
      },
      GradientSample("rows, one of them twice", [.numbers([3, 2]), .numbers([3, 2], seed: 2)]) {
        $0[0].scatter($0[1], at: [2, 0, 2])
      },
      GradientSample("elements, some twice", [.numbers([3, 2]), .numbers([4], seed: 2)]) {
        $0[0].scatter($0[1], at: [2, 0, 2, 1], [1, 0, 1, 0])
      },
      GradientSample("behind an axis, some twice", [.numbers([2, 3]), .numbers([2, 4], seed: 2)]) {
        $0[0].scatter($0[1], at: .all, [2, 0, 2, 2])
      },
      GradientSample("a number for a mask", [.numbers([3, 2]), .numbers([], seed: 2)]) {
        $0[0].scatter($0[1], at: Tensor([[true, false], [true, true], [false, true]]))
      },
      GradientSample("along the last axis", [.numbers([2, 4]), .numbers([2, 2], seed: 2)]) {
        $0[0].scatterAlong($0[1], to: Tensor([[1, 3], [0, 0]] as [[Int]]), axis: -1)
      },
    ],
    "ScatterAdd": [
      GradientSample("rows, one of them twice", [.numbers([3, 2]), .numbers([3, 2], seed: 2)]) {
        $0[0].scatterAdd($0[1], at: [2, 0, 2])
      },
      GradientSample("one row to several", [.numbers([3, 2]), .numbers([2], seed: 2)]) {
        $0[0].scatterAdd($0[1], at: [2, 0, 2])
      },
      GradientSample("to columns", [.numbers([2, 3]), .numbers([2, 2], seed: 2)]) {
        $0[0].scatterAdd($0[1], at: .all, 1...)
      },
      GradientSample("along the first axis", [.numbers([3, 2]), .numbers([2, 2], seed: 2)]) {
        $0[0].scatterAddAlong($0[1], to: Tensor([[1, 0], [1, 2]] as [[Int]]), axis: 0)
      },
    ],
    "SliceView": [
      GradientSample("rows", [.numbers([4, 3])]) { $0[0][1..<3] },
      GradientSample("an element of each row", [.numbers([4, 3])]) { $0[0][.all, -1] },
      GradientSample("every second column, backwards", [.numbers([3, 5])]) {
        $0[0][.all, Slice(by: -2)]
      },
    ],
  ]
}
