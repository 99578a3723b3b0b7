import BackpropArrays
import BackpropTestSupport

@testable import BackpropAutodiff

/// What to check the gradient of each operation with, by the name of its type.
enum OperationSamples {
  static let all: [String: [GradientSample]] = [
    "Add": [
      GradientSample("same shapes", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        $0[0] + $0[1]
      },
      GradientSample("a row added to each row", [.numbers([3, 4]), .numbers([4], seed: 2)]) {
        $0[0] + $0[1]
      },
      GradientSample("both repeated", [.numbers([3, 1]), .numbers([1, 4], seed: 2)]) {
        $0[0] + $0[1]
      },
      GradientSample("a tensor with itself", [.numbers([3])]) { $0[0] + $0[0] },
    ],
    "Affine": Activation.allCases.map { activation in
      GradientSample(
        "\(activation), with bias",
        [.numbers([3, 4]), .numbers([4, 2], seed: 2), .numbers([2], seed: 3)]
      ) { $0[0].affine($0[1], $0[2], activation: activation) }
    } + [
      GradientSample("without bias", [.numbers([3, 4]), .numbers([4, 2], seed: 2)]) {
        $0[0].affine($0[1], activation: .tanh)
      },
      GradientSample("one vector", [.numbers([4]), .numbers([4, 2], seed: 2), .numbers([2])]) {
        $0[0].affine($0[1], $0[2], activation: .sigmoid)
      },
      GradientSample(
        "two batch axes", [.numbers([2, 3, 4]), .numbers([4, 2], seed: 2), .numbers([2])]
      ) { $0[0].affine($0[1], $0[2]) },
    ],
    "BroadcastTo": [
      GradientSample("a row to a matrix", [.numbers([4])]) { $0[0].broadcast(to: [3, 4]) },
      GradientSample("a column", [.numbers([3, 1])]) { $0[0].broadcast(to: [2, 3, 4]) },
    ],
    "CrossEntropy": [
      GradientSample("labels", [.numbers([3, 4])]) {
        crossEntropy($0[0], Tensor([1, 3, 0] as [Int32]))
      },
      GradientSample("probabilities", [.numbers([3, 4])]) {
        crossEntropy($0[0], Tensor(NDArray.positives([3, 4])).softmax())
      },
    ],
    "Divide": [
      GradientSample("same shapes", [.numbers([3, 4]), .positives([3, 4])]) { $0[0] / $0[1] },
      GradientSample("by a column", [.numbers([3, 4]), .positives([3, 1])]) { $0[0] / $0[1] },
      GradientSample("a row by a matrix", [.numbers([4]), .positives([3, 4])]) { $0[0] / $0[1] },
    ],
    "Exp": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].exp() }],
    "Log": [GradientSample("matrix", [.positives([3, 4])]) { $0[0].log() }],
    "LogSoftmax": [
      GradientSample("rows", [.numbers([3, 4])]) { $0[0].logSoftmax() },
      GradientSample("columns", [.numbers([3, 4])]) { $0[0].logSoftmax(axis: 0) },
    ],
    "MatMul": [
      GradientSample("matrices", [.numbers([3, 4]), .numbers([4, 2], seed: 2)]) {
        $0[0].matmul($0[1])
      },
      GradientSample("left transposed", [.numbers([4, 3]), .numbers([4, 2], seed: 2)]) {
        $0[0].matmul($0[1], transposingSelf: true)
      },
      GradientSample("right transposed", [.numbers([3, 4]), .numbers([2, 4], seed: 2)]) {
        $0[0].matmul($0[1], transposingOther: true)
      },
      GradientSample("both transposed", [.numbers([2, 4, 3]), .numbers([2, 4], seed: 2)]) {
        $0[0].matmul($0[1], transposingSelf: true, transposingOther: true)
      },
      GradientSample("vector by a transposed matrix", [.numbers([4]), .numbers([2, 4], seed: 2)]) {
        $0[0].matmul($0[1], transposingOther: true)
      },
      GradientSample("transposed matrix by a vector", [.numbers([4, 3]), .numbers([4], seed: 2)]) {
        $0[0].matmul($0[1], transposingSelf: true)
      },
      GradientSample("vector on the left", [.numbers([4]), .numbers([4, 2], seed: 2)]) {
        $0[0].matmul($0[1])
      },
      GradientSample("vector on the right", [.numbers([3, 4]), .numbers([4], seed: 2)]) {
        $0[0].matmul($0[1])
      },
      GradientSample("two vectors", [.numbers([4]), .numbers([4], seed: 2)]) {
        $0[0].matmul($0[1])
      },
      GradientSample("batches", [.numbers([2, 3, 4]), .numbers([2, 4, 2], seed: 2)]) {
        $0[0].matmul($0[1])
      },
      GradientSample("batches sharing a side", [.numbers([2, 3, 4]), .numbers([4, 2], seed: 2)]) {
        $0[0].matmul($0[1])
      },
      GradientSample("batches by a vector", [.numbers([2, 3, 4]), .numbers([4], seed: 2)]) {
        $0[0].matmul($0[1])
      },
      GradientSample("a vector by batches", [.numbers([4]), .numbers([2, 4, 3], seed: 2)]) {
        $0[0].matmul($0[1])
      },
    ],
    "Max": [
      GradientSample("all", [.numbers([3, 4])]) { $0[0].max() },
      GradientSample("first axis", [.numbers([3, 4])]) { $0[0].max(axis: 0) },
      GradientSample("last axis, kept", [.numbers([3, 4])]) { $0[0].max(axis: 1, keepDims: true) },
    ],
    "Mean": [
      GradientSample("all", [.numbers([3, 4])]) { $0[0].mean() },
      GradientSample("last axis", [.numbers([3, 4, 2])]) { $0[0].mean(axis: -1) },
      GradientSample("two axes, kept", [.numbers([3, 4, 2])]) {
        $0[0].mean(axes: [0, 2], keepDims: true)
      },
    ],
    "Multiply": [
      GradientSample("same shapes", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        $0[0] * $0[1]
      },
      GradientSample("by a row", [.numbers([2, 3, 4]), .numbers([4], seed: 2)]) { $0[0] * $0[1] },
      GradientSample("a tensor with itself", [.numbers([5])]) { $0[0] * $0[0] },
    ],
    "Negate": [GradientSample("matrix", [.numbers([3, 4])]) { -$0[0] }],
    "Power": [
      GradientSample("cube, of negative numbers too", [.numbers([3, 4])]) { $0[0].power(3) },
      GradientSample("square root", [.positives([3, 4])]) { $0[0].power(0.5) },
      GradientSample("by base and exponent", [.positives([3, 4]), .numbers([4], seed: 2)]) {
        $0[0].power($0[1])
      },
    ],
    "ReLU": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].relu() }],
    "ReLUGradient": [
      GradientSample("by the cotangent", [.numbers([3, 4])]) {
        ReLUGradient()($0[0], Tensor(NDArray.numbers([3, 4], seed: 2)))
      }
    ],
    "Reshape": [
      GradientSample("to one axis less", [.numbers([3, 4])]) { $0[0].reshaped(to: [-1]) },
      GradientSample("of a transposed matrix", [.numbers([3, 4])]) {
        $0[0].transposed().reshaped(to: [2, 6])
      },
    ],
    "Sigmoid": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].sigmoid() }],
    "SigmoidGradient": [
      GradientSample("by both", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        SigmoidGradient()($0[0], $0[1])
      }
    ],
    "SliceGradient": [
      GradientSample("into the middle column", [.numbers([3])]) {
        SliceGradient(
          selections: [.slice(from: nil, to: nil, by: 1), .position(1)], shape: [3, 3])(
            $0[0])
      }
    ],
    "SliceView": [
      GradientSample("rows", [.numbers([4, 3])]) { $0[0][1..<3] },
      GradientSample("an element of each row", [.numbers([4, 3])]) { $0[0][.all, -1] },
      GradientSample("every second column, backwards", [.numbers([3, 5])]) {
        $0[0][.all, Slice(by: -2)]
      },
    ],
    "Softmax": [
      GradientSample("rows", [.numbers([3, 4])]) { $0[0].softmax() },
      GradientSample("columns", [.numbers([3, 4])]) { $0[0].softmax(axis: 0) },
    ],
    "SquareRoot": [GradientSample("matrix", [.positives([3, 4])]) { $0[0].squareRoot() }],
    "SquaredError": [
      GradientSample("by both", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        squaredError($0[0], $0[1])
      }
    ],
    "Subtract": [
      GradientSample("same shapes", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        $0[0] - $0[1]
      },
      GradientSample("a column from each column", [.numbers([3, 4]), .numbers([3, 1], seed: 2)]) {
        $0[0] - $0[1]
      },
    ],
    "Sum": [
      GradientSample("all", [.numbers([3, 4])]) { $0[0].sum() },
      GradientSample("first axis", [.numbers([3, 4, 2])]) { $0[0].sum(axis: 0) },
      GradientSample("middle axis, kept", [.numbers([3, 4, 2])]) {
        $0[0].sum(axis: 1, keepDims: true)
      },
      GradientSample("two axes", [.numbers([3, 4, 2])]) { $0[0].sum(axes: [0, -1]) },
    ],
    "Tanh": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].tanh() }],
    "TanhGradient": [
      GradientSample("by both", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        TanhGradient()($0[0], $0[1])
      }
    ],
    "Transpose": [
      GradientSample("matrix", [.numbers([3, 4])]) { $0[0].transposed() },
      GradientSample("three axes", [.numbers([2, 3, 4])]) { $0[0].transposed([1, -1, 0]) },
    ],
    "ExpandingDimension": [
      GradientSample("last", [.numbers([3, 4])]) { $0[0].expandingDimension(at: -1) },
      GradientSample("in the middle", [.numbers([3, 4])]) { $0[0].expandingDimension(at: 1) },
    ],
    "Min": [
      GradientSample("all", [.numbers([3, 4])]) { $0[0].min() },
      GradientSample("first axis", [.numbers([3, 4])]) { $0[0].min(axis: 0) },
      GradientSample("last axis, kept", [.numbers([3, 4])]) { $0[0].min(axis: 1, keepDims: true) },
    ],
    "Squeeze": [
      GradientSample("all", [.numbers([1, 3, 1])]) { $0[0].squeezed() },
      GradientSample("one", [.numbers([1, 3, 1])]) { $0[0].squeezed(axis: 0) },
    ],
    "WeightedLogarithm": [
      GradientSample("by both", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        WeightedLogarithm()($0[0], $0[1])
      }
    ],
  ]
}
