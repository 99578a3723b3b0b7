import BackpropArrays
import BackpropAutodiff

/// Examples that are the rows of two tensors: inputs, and what a model should make of them.
///
/// ```swift
/// let data = TensorDataset(inputs: x, targets: y)        // (1000, 3) and (1000, 1)
/// for batch in data.batches(of: 32, shuffledUsing: &random) {
///   let loss = meanSquaredError(predictions: model(batch.inputs), targets: batch.targets)
/// }
/// ```
public struct TensorDataset: Dataset {
  /// A few of the rows.
  public struct Batch: Sendable {
    /// What the model is given.
    public let inputs: Tensor
    /// What it should give.
    public let targets: Tensor
  }

  /// What the model is given, a row an example.
  public let inputs: Tensor
  /// What it should give, a row an example.
  public let targets: Tensor

  /// The rows of these tensors. Traps if they have not as many rows.
  public init(inputs: Tensor, targets: Tensor) {
    guard let rows = inputs.shape.first, rows == targets.shape.first else {
      ShapeError(
        "TensorDataset", [inputs.shape, targets.shape],
        "each row of the inputs has one of the targets"
      ).trap()
    }
    self.inputs = inputs.detached
    self.targets = targets.detached
  }

  public var count: Int { inputs.shape[0] }

  public func batch(_ positions: [Int]) -> Batch {
    let rows = Tensor(positions)
    return Batch(inputs: inputs.gather(rows: rows), targets: targets.gather(rows: rows))
  }
}
