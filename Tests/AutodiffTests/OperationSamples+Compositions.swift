import BackpropArrays
import BackpropTestSupport

@testable import BackpropAutodiff

extension OperationSamples {
  /// Functions that are no operations of their own, by their names.
  static let compositions: [String: [GradientSample]] = [
    "standardDeviation": [
      GradientSample("last axis", [.numbers([3, 4])]) { $0[0].standardDeviation(axis: -1) },
      GradientSample("all, corrected", [.numbers([3, 4])]) {
        $0[0].standardDeviation(correction: 1)
      },
    ],
  ]
}
