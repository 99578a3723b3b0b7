import BackpropArrays
import BackpropAutodiff

/// A change of pictures at random, such as a model should learn to see through.
///
/// ```swift
/// let transform: any ImageTransform = ImageTransforms([
///   HorizontalFlip(), ImageAugmentation(rotation: 5), ImageNoise(0.05), Cutout(side: 8),
/// ])
/// var random = mode.makeRandomSource()
/// let images = transform(batch.images, using: &random)
/// ```
///
/// What is drawn follows from the random source alone, on any number of threads.
public protocol ImageTransform: Sendable {
  /// The pictures, each changed by amounts of its own.
  ///
  /// Traps unless they are of shape (batch, channels, rows, columns).
  ///
  /// - Parameters:
  ///   - images: constants; no gradient goes through.
  ///   - random: from which the amounts are drawn.
  func callAsFunction(_ images: Tensor, using random: inout RandomSource) -> Tensor
}

/// Changes one after the other.
public struct ImageTransforms: ImageTransform {
  /// The changes, the first first.
  public let transforms: [any ImageTransform]

  /// These changes; without any, pictures stay as they are.
  public init(_ transforms: [any ImageTransform]) { self.transforms = transforms }

  public func callAsFunction(_ images: Tensor, using random: inout RandomSource) -> Tensor {
    // Each has numbers of its own: what one draws more or less moves no other.
    transforms.reduce(images) { images, transform in
      var own = random.split()
      return transform(images, using: &own)
    }
  }
}

extension Tensor {
  /// Traps unless these are pictures that `operation` can change.
  func requirePictures(_ operation: String) {
    guard rank == 4, scalarType == .float32 || scalarType == .float64 else {
      ShapeError(
        operation, [shape],
        "the pictures are \(scalarType) of shape \(shape), and not float32 or float64 of shape "
          + "(batch, channels, rows, columns)",
        hint: rank == 2 ? "give them their shape, with reshaped(to: [-1, 1, 28, 28])" : nil
      ).trap()
    }
  }
}

extension NDArray {
  /// Pictures of the same shape that `body` fills, each by itself, so that the numbers do not depend
  /// on how many threads there are.
  ///
  /// - Parameter body: is given the number of the picture, its numbers, and memory for the new ones,
  ///   which are zero.
  func changingPictures<T: Scalar & BinaryFloatingPoint>(
    as type: T.Type,
    _ body: (Int, UnsafeBufferPointer<T>, UnsafeMutableBufferPointer<T>) -> Void
  ) -> NDArray {
    let pictures = shape[0]
    let size = pictures == 0 ? 0 : count / pictures
    var result = NDArray.zeros(shape, scalarType: T.scalarType)
    withContiguousScalars(as: T.self) { source in
      result.withMutableScalars(as: T.self) { result in
        Parallel.forEachRange(of: pictures, grain: max(1, 8192 / max(1, size))) {
          for picture in $0 {
            let part = picture * size..<(picture + 1) * size
            body(
              picture, UnsafeBufferPointer(rebasing: source[part]),
              UnsafeMutableBufferPointer(rebasing: result[part]))
          }
        }
      }
    }
    return result
  }
}
