import BackpropData
import BackpropNeuralNetworks

/// What is known where the loss, or a gradient of one that still is, stopped being a number: the step and
/// its batch, the place in the model, and what to try. The step changed nothing.
public struct Divergence: Sendable, Hashable {
  /// The number of the step, from 1.
  public let step: Int
  /// The number of the epoch, from 1.
  public let epoch: Int
  /// The number of the batch within the epoch, from 1.
  public let batch: Int
  /// Where the examples of the batch are in the training data.
  public let positions: [Int]
  /// Of these, the first whose numbers are not finite; `nil` where all are, or the batch does not show its
  /// numbers.
  public let damagedExample: Int?
  /// What the loss became; finite where it is the gradient that is not.
  public let loss: Double
  /// The learning rate of the step before, or of this one if it is the first.
  public let learningRate: Double
  /// The first place in the model that is not finite; `nil` if all is, when the step is tried once more.
  public let place: NonFinitePlace?

  /// Whether the cause lies in what the model was given.
  public var isOfTheData: Bool { damagedExample != nil || place?.part == .input }

  /// What would mend it.
  public var advice: String {
    if let damagedExample {
      return
        "Example \(damagedExample) of the training data holds a number that is not finite; mend "
        + "it, or leave it out"
    }
    switch place?.part {
    case .state?:
      return
        "An earlier step has changed it to that: the learning rate is too high, or a gradient was "
        + "too large. Try a tenth of the rate, or gradients clipped to a norm of 1"
    case .input?:
      return "Look at the examples of that batch, and at what is computed of them before the model"
    case .result?:
      return
        "Usually the learning rate is too high; try a tenth of it, gradients clipped to a norm of 1, "
        + "or a rate that grows in the first steps"
    case .gradient?:
      return
        "Where the loss has a root, a quotient or a power of 0, its slope may be infinite: keep these "
        + "from 0. Or weights and inputs are too large to be multiplied: try a tenth of the learning "
        + "rate, and inputs that are scaled to about 1"
    case nil:
      return "Whatever gives other numbers each time is worth a look"
    }
  }
}

extension Divergence: CustomStringConvertible {
  /// A report of some lines.
  public var description: String {
    let place = place.map { "\($0)" } ?? "all numbers are finite when the step is tried once more"
    let shown = positions.prefix(8).map(String.init).joined(separator: ", ")
    let what = loss.isFinite ? "is \(loss)" : "became \(loss)"
    return "the loss \(what) at step \(step): \(place)\n"
      + "  batch \(batch) of epoch \(epoch), examples \(shown)\(positions.count > 8 ? ", …" : "")\n"
      + "  learning rate \(learningRate)\n"
      + advice
  }
}

extension TensorDataset.Batch {
  /// The first row that holds a number that is not finite.
  fileprivate var firstDamagedRow: Int? {
    [inputs, targets].compactMap { tensor -> Int? in
      guard tensor.scalarType.isFloatingPoint, !tensor.allFinite else { return nil }
      let width = tensor.count / tensor.shape[0]
      return tensor.doubles.firstIndex { !$0.isFinite }.map { $0 / width }
    }.min()
  }
}

/// Of the examples at these positions, the first that holds a number that is not finite.
func damagedExample(_ batch: Any, at positions: [Int]) -> Int? {
  (batch as? TensorDataset.Batch)?.firstDamagedRow.map { positions[$0] }
}
