import BackpropArrays
import BackpropTestSupport

@testable import BackpropAutodiff

extension OperationSamples {
  static let movement: [String: [GradientSample]] = [
    "BroadcastTo": [
      GradientSample("a row to a matrix", [.numbers([4])]) { $0[0].broadcast(to: [3, 4]) },
      GradientSample("a column", [.numbers([3, 1])]) { $0[0].broadcast(to: [2, 3, 4]) },
    ],
    "Concatenate": [
      GradientSample("columns", [.numbers([3, 2]), .numbers([3, 1], seed: 2)]) {
        Tensor.concatenate($0, axis: -1)
      },
      GradientSample("with a constant between", [.numbers([2, 3]), .numbers([1, 3], seed: 2)]) {
        Tensor.concatenate([$0[0], Tensor.ones([4, 3], scalarType: .float64), $0[1]])
      },
      GradientSample("a tensor with itself", [.numbers([3])]) {
        Tensor.concatenate([$0[0], $0[0] * 2])
      },
      GradientSample("with nothing", [.numbers([2, 3]), .numbers([0, 3])]) {
        Tensor.concatenate($0)
      },
    ],
    "Diagonal": [
      GradientSample("matrix", [.numbers([3, 4])]) { $0[0].diagonal() },
      GradientSample("above", [.numbers([3, 4])]) { $0[0].diagonal(offset: 2) },
      GradientSample("of other axes, below", [.numbers([4, 2, 3])]) {
        $0[0].diagonal(offset: -1, rows: 2, columns: 0)
      },
      GradientSample("beyond the end", [.numbers([2, 2])]) { $0[0].diagonal(offset: 5) },
    ],
    "ExpandingDimension": [
      GradientSample("last", [.numbers([3, 4])]) { $0[0].expandingDimension(at: -1) },
      GradientSample("in the middle", [.numbers([3, 4])]) { $0[0].expandingDimension(at: 1) },
    ],
    "Reshape": [
      GradientSample("to one axis less", [.numbers([3, 4])]) { $0[0].reshaped(to: [-1]) },
      GradientSample("of a transposed matrix", [.numbers([3, 4])]) {
        $0[0].transposed().reshaped(to: [2, 6])
      },
    ],
    "Squeeze": [
      GradientSample("all", [.numbers([1, 3, 1])]) { $0[0].squeezed() },
      GradientSample("one", [.numbers([1, 3, 1])]) { $0[0].squeezed(axis: 0) },
    ],
    "Stack": [
      GradientSample("in front", [.numbers([3]), .numbers([3], seed: 2)]) { Tensor.stack($0) },
      GradientSample("last, with a constant", [.numbers([2, 3]), .numbers([2, 3], seed: 2)]) {
        Tensor.stack([$0[0], Tensor.ones([2, 3], scalarType: .float64), $0[1]], axis: -1)
      },
      GradientSample("numbers", [.numbers([]), .numbers([], seed: 2)]) { Tensor.stack($0) },
    ],
    "Transpose": [
      GradientSample("matrix", [.numbers([3, 4])]) { $0[0].transposed() },
      GradientSample("three axes", [.numbers([2, 3, 4])]) { $0[0].transposed([1, -1, 0]) },
    ],
  ]
}
