import BackpropArrays
import BackpropAutodiff

/// How far predicted numbers are from true ones: mean absolute error, mean squared error, R².
///
/// ```swift
/// var errors = RegressionErrors()
/// for batch in test.batches(of: 1000) {
///   errors.add(predictions: model(batch.inputs, .inference), targets: batch.targets)
/// }
/// print(errors.meanAbsoluteError, errors.rSquared)
/// ```
///
/// Of all elements taken together, whatever their shape, and in double precision.
public struct RegressionErrors: Sendable, Hashable {
  /// The number of elements.
  public private(set) var count = 0
  private var absoluteSum = 0.0
  private var squareSum = 0.0
  // Of the targets: their mean, and the sum of their squared distances from it.
  private var mean = 0.0
  private var spread = 0.0

  /// Of no elements.
  public init() {}

  /// Of some elements; see ``add(predictions:targets:)``.
  public init(predictions: Tensor, targets: Tensor) {
    add(predictions: predictions, targets: targets)
  }

  /// Counts more elements.
  ///
  /// Traps unless both have the same shape.
  public mutating func add(predictions: Tensor, targets: Tensor) {
    guard predictions.shape == targets.shape else {
      ShapeError(
        "RegressionErrors", [predictions.shape, targets.shape],
        "predictions and targets must have the same shape",
        hint: predictions.count == targets.count ? "reshape one of them to the other's shape" : nil
      ).trap()
    }
    for (prediction, target) in zip(predictions.doubles, targets.doubles) {
      let error = prediction - target
      absoluteSum += abs(error)
      squareSum += error * error
      // Welford's: sums of squares would cancel.
      count += 1
      let distance = target - mean
      mean += distance / Double(count)
      spread += distance * (target - mean)
    }
  }

  /// (1/n) Σ |y − t|; NaN of no elements.
  public var meanAbsoluteError: Double { absoluteSum / Double(count) }
  /// (1/n) Σ (y − t)²; NaN of no elements.
  public var meanSquaredError: Double { squareSum / Double(count) }
  /// √((1/n) Σ (y − t)²), in the unit of the targets; NaN of no elements.
  public var rootMeanSquaredError: Double { meanSquaredError.squareRoot() }

  /// R² = 1 − Σ (y − t)² / Σ (t − mean of t)², the coefficient of determination: 1 for perfect
  /// predictions, 0 for those no better than the mean, negative for worse. NaN of fewer than two
  /// elements.
  ///
  /// Where all targets are equal it is 1 for perfect predictions and 0 for others, as scikit-learn's
  /// `r2_score` has it.
  public var rSquared: Double {
    if count < 2 { return .nan }
    if spread == 0 { return squareSum == 0 ? 1 : squareSum.isNaN ? .nan : 0 }
    return 1 - squareSum / spread
  }
}
