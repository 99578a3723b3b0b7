import BackpropArrays
import BackpropTestSupport

@testable import BackpropAutodiff

extension OperationSamples {
  static let reduction: [String: [GradientSample]] = [
    "LogSumExp": [
      GradientSample("all", [.numbers([3, 4])]) { $0[0].logSumExp() },
      GradientSample("middle axis, kept", [.numbers([2, 3, 4])]) {
        $0[0].logSumExp(axis: 1, keepDims: true)
      },
      GradientSample("two axes", [.numbers([2, 3, 4])]) { $0[0].logSumExp(axes: [0, -1]) },
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
    "Min": [
      GradientSample("all", [.numbers([3, 4])]) { $0[0].min() },
      GradientSample("first axis", [.numbers([3, 4])]) { $0[0].min(axis: 0) },
      GradientSample("last axis, kept", [.numbers([3, 4])]) { $0[0].min(axis: 1, keepDims: true) },
    ],
    "Norm": [1, 2, 3, 2.5, .infinity, -.infinity].map { p in
      GradientSample("p = \(p), last axis", [.numbers([3, 4])]) { $0[0].norm(p, axis: -1) }
    } + [
      GradientSample("all", [.numbers([3, 4])]) { $0[0].norm() },
      GradientSample("two axes, kept", [.numbers([3, 4, 2])]) {
        $0[0].norm(axes: [0, 2], keepDims: true)
      },
    ],
    "Product": [
      GradientSample("all", [.numbers([2, 3])]) { $0[0].product() },
      GradientSample("first axis", [.numbers([3, 4])]) { $0[0].product(axis: 0) },
      GradientSample("middle axis, kept", [.numbers([2, 5, 3])]) {
        $0[0].product(axis: 1, keepDims: true)
      },
      GradientSample("two axes", [.numbers([2, 3, 2])]) { $0[0].product(axes: [-1, 0]) },
      GradientSample("no axes", [.numbers([2, 3])]) { $0[0].product(axes: []) },
      GradientSample("with a zero in a row, two, three", [.zerosAmong([3, 4])]) {
        $0[0].product(axis: 1)
      },
      GradientSample("of nothing", [.numbers([2, 0])]) { $0[0].product(axis: 1) },
    ],
    "Variance": [
      GradientSample("all", [.numbers([3, 4])]) { $0[0].variance() },
      GradientSample("last axis, corrected", [.numbers([3, 4])]) {
        $0[0].variance(axis: -1, correction: 1)
      },
      GradientSample("two axes, kept", [.numbers([3, 4, 2])]) {
        $0[0].variance(axes: [0, 2], keepDims: true)
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
  ]
}
