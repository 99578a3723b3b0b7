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
    input.dropping(probability, apart: input.shape, "Dropout", mode, of: self)
  }

  public var summaryName: String { "Dropout(\(probability))" }
}

extension Tensor {
  /// x / (1 − p) with probability 1 − p and else 0 in training, and x in inference.
  ///
  /// - Parameters:
  ///   - probability: p.
  ///   - parts: a shape that broadcasts to that of x: each of its elements is drawn by itself, and
  ///     decides on all of x along the axes where its length is 1.
  ///   - name: what errors call the layer.
  ///   - mode: whether the model is being trained or used.
  ///   - layer: for which it makes a difference.
  func dropping(
    _ probability: Double, apart parts: Shape, _ name: String, _ mode: Mode, of layer: some Layer
  ) -> Tensor {
    guard scalarType.isDifferentiable else {
      return failing(.notFloatingPoint(name, [shape], scalarType))
    }
    if probability == 0 || isShapeOnly { return self }
    guard mode.isTraining else { return mode.guarding(self, of: layer) }
    var random = mode.makeRandomSource()
    let isKept = Tensor.uniform(parts, using: &random) .>= probability
    return Tensor.where(isKept, self, 0) * (probability == 1 ? 0 : 1 / (1 - probability))
  }
}
