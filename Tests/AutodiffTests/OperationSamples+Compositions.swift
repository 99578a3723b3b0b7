import BackpropArrays
import BackpropTestSupport

@testable import BackpropAutodiff

extension OperationSamples {
  /// Functions that are no operations of their own, by their names.
  static let compositions: [String: [GradientSample]] = [:]
}
