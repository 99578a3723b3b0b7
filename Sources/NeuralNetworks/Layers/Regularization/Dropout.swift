import BackpropArrays
import BackpropAutodiff

/// Sets numbers to zero at random while a model is trained, so that no number of a layer can rely on
/// another.
///
/// In training yᵢ = xᵢ / (1 − p) with probability 1 − p and else 0, each i by itself (inverted
/// dropout: the mean stays what it was); in inference y = x. Any shape; it has no parameters.
///
/// ```swift
/// let model = Sequential {
///   Linear(784, 200, using: &random)
///   ReLU()
///   Dropout(0.5)
///   Linear(200, 10, using: &random)
/// }
/// model(images, .training(seed: 0, step: step))
/// ```
///
/// Which numbers are dropped follows from the pass that the mode refers to, and not from the number
/// of threads. Called without a mode it is inference, through which no gradient passes.
///
/// Source: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting",
/// JMLR 15 (2014); PyTorch's `Dropout`.
public struct Dropout: Layer {
  /// How likely a number is dropped.
  public let probability: Double

  /// A layer that drops each number with this probability: 0 drops none, 1 all of them. Traps if it
  /// is not in 0...1.
  public init(_ probability: Double = 0.5) {
    guard (0...1).contains(probability) else {
      fatalError("Dropout: the probability is \(probability); it must be in 0...1")
    }
    self.probability = probability
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    guard input.scalarType.isFloatingPoint else {
      return input.failing(
        ShapeError(
          "Dropout", [input.shape],
          "the numbers are \(input.scalarType), and must be float32 or float64",
          hint: "convert first, with cast(to: .float32)"))
    }
    if probability == 0 || input.isShapeOnly { return input }
    guard mode.isTraining else { return mode.guarding(input, of: self) }
    var random = mode.makeRandomSource()
    let isKept = Tensor.uniform(input.shape, using: &random) .>= probability
    return Tensor.where(isKept, input, 0) * (probability == 1 ? 0 : 1 / (1 - probability))
  }

  public var summaryName: String { "Dropout(\(probability))" }
}
