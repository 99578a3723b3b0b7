import BackpropArrays
import BackpropAutodiff

/// Each example under another shape: `Reshape([64, 7, 7])` makes `(batch, 3136)` into
/// `(batch, 64, 7, 7)`. It has no parameters.
///
/// One length may be -1: it is worked out from the others. PyTorch's `Unflatten(1, shape)`, of inputs
/// of any rank. The opposite of ``Flatten``.
public struct Reshape: Layer {
  /// The lengths of an example, of which one may be -1.
  public let lengths: [Int]

  /// A layer that gives examples of this shape.
  public init(_ lengths: [Int]) {
    guard lengths.filter({ $0 == -1 }).count <= 1, lengths.allSatisfy({ $0 >= -1 }) else {
      fatalError("Reshape: \(lengths); the lengths are not negative, except for one -1")
    }
    self.lengths = lengths
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    guard let batch = input.shape.first else {
      return input.failing(
        ShapeError("Reshape", [input.shape], "a single number is no batch of examples"))
    }
    return input.reshaped(to: [batch] + lengths)
  }

  public var summaryName: String { "Reshape(\(lengths.map(String.init).joined(separator: ", ")))" }
}
