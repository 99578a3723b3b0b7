import BackpropArrays
import BackpropAutodiff

/// Pictures of which some are mirrored, left for right: a cat that looks to the other side is a cat.
/// Not for letters and digits.
///
/// ```swift
/// let flipped = HorizontalFlip()(images, using: &random)
/// ```
public struct HorizontalFlip: ImageTransform, Hashable {
  /// How likely a picture is mirrored.
  public let probability: Double

  /// Mirrors a picture with this probability. Traps if it is none.
  public init(probability: Double = 0.5) {
    guard (0...1).contains(probability) else {
      fatalError("HorizontalFlip: \(probability) is no probability")
    }
    self.probability = probability
  }

  public func callAsFunction(_ images: Tensor, using random: inout RandomSource) -> Tensor {
    images.requirePictures("HorizontalFlip")
    let flips = (0..<images.shape[0]).map { _ in random.uniform() < probability }
    return Tensor(
      images.scalarType == .float64
        ? flipped(images.array, flips, Double.self) : flipped(images.array, flips, Float.self))
  }

  private func flipped<T: BinaryFloatingPoint & Scalar>(
    _ images: NDArray, _ flips: [Bool], _ type: T.Type
  ) -> NDArray {
    let columns = images.shape[3]
    return images.changingPictures(as: T.self) { picture, source, result in
      for start in stride(from: 0, to: source.count, by: max(1, columns)) {
        for column in 0..<columns {
          result[start + column] =
            source[start + (flips[picture] ? columns - 1 - column : column)]
        }
      }
    }
  }
}
