import BackpropArrays
import BackpropTestSupport

@testable import BackpropAutodiff

extension OperationSamples {
  static let cumulative: [String: [GradientSample]] = [
    "CumulativeMax": [
      GradientSample("rows", [.numbers([3, 4])]) { $0[0].cumulativeMax(axis: 1) },
      GradientSample("middle axis", [.numbers([2, 4, 3])]) { $0[0].cumulativeMax(axis: -2) },
    ],
    "CumulativeMin": [
      GradientSample("columns", [.numbers([4, 3])]) { $0[0].cumulativeMin(axis: 0) }
    ],
    "CumulativeProduct": [
      GradientSample("rows", [.numbers([3, 4])]) { $0[0].cumulativeProduct(axis: 1) },
      GradientSample("columns", [.numbers([4, 3])]) { $0[0].cumulativeProduct(axis: 0) },
      GradientSample("with a zero in a row, two, three", [.zerosAmong([3, 4])]) {
        $0[0].cumulativeProduct(axis: -1)
      },
      GradientSample("of one, and of nothing", [.numbers([2, 1]), .numbers([2, 0])]) {
        $0[0].cumulativeProduct(axis: 1) + $0[1].cumulativeProduct(axis: 1).sum()
      },
    ],
    "CumulativeSum": [
      GradientSample("rows", [.numbers([3, 4])]) { $0[0].cumulativeSum(axis: 1) },
      GradientSample("middle axis, from the end", [.numbers([2, 4, 3])]) {
        $0[0].cumulativeSum(axis: 1, reversed: true)
      },
    ],
    "Recurrence": [
      GradientSample("rows", [.numbers([2, 4]), .numbers([2, 4], seed: 2)]) {
        Recurrence(axis: 1, isReversed: false)($0[0], $0[1])
      },
      GradientSample("columns, from the end", [.numbers([4, 2]), .numbers([4, 2], seed: 2)]) {
        Recurrence(axis: 0, isReversed: true)($0[0], $0[1])
      },
    ],
  ]
}
