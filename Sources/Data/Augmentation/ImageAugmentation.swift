import BackpropArrays
import BackpropAutodiff

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Pictures changed a little at random, as the same thing looks in another picture: turned, scaled and
/// moved. A model that never sees a picture twice learns what stays.
///
/// ```swift
/// let augmentation = ImageAugmentation()
/// let loop = TrainingLoop(model, optimizer, train, batchSize: 64) { batch, mode in
///   var random = mode.makeRandomSource()
///   let images = augmentation(batch.images, using: &random)
///   return crossEntropy(logits: model(images, mode), targets: batch.labels)
/// }
/// ```
///
/// Each picture is turned about its middle, scaled and then moved, each by an amount that is drawn
/// evenly up to the greatest. Between pixels the numbers are interpolated in both directions; what comes
/// in from outside is 0. All channels of a picture change alike.
///
/// Source: Simard, Steinkraus and Platt, "Best Practices for Convolutional Neural Networks Applied to
/// Visual Document Analysis" (2003).
public struct ImageAugmentation: ImageTransform, Hashable {
  /// The greatest turn, in degrees, either way.
  public var rotation: Double
  /// The greatest change of size: 0.1 for factors from 0.9 to 1.1.
  public var scaling: Double
  /// The greatest move along each axis, in pixels, either way.
  public var shift: Double

  /// Greatest changes; the defaults suit MNIST.
  ///
  /// Traps if one is negative, or `scaling` is 1 or more.
  ///
  /// - Parameters:
  ///   - rotation: the greatest turn, in degrees.
  ///   - scaling: the greatest change of size: 0.1 for factors from 0.9 to 1.1.
  ///   - shift: the greatest move along each axis, in pixels.
  public init(rotation: Double = 10, scaling: Double = 0.1, shift: Double = 2) {
    guard rotation >= 0, (0..<1).contains(scaling), shift >= 0 else {
      fatalError(
        "ImageAugmentation: rotation \(rotation), scaling \(scaling), shift \(shift); none is "
          + "negative, and the scaling is less than 1")
    }
    self.rotation = rotation
    self.scaling = scaling
    self.shift = shift
  }

  /// The pictures, each changed by amounts of its own.
  ///
  /// Traps unless they are of shape (batch, channels, rows, columns).
  ///
  /// - Parameters:
  ///   - images: constants; no gradient goes through.
  ///   - random: from which the amounts are drawn, four for each picture.
  public func callAsFunction(_ images: Tensor, using random: inout RandomSource) -> Tensor {
    images.requirePictures("ImageAugmentation")
    func draw(upTo greatest: Double) -> Double { (2 * random.uniform() - 1) * greatest }
    let placements = (0..<images.shape[0]).map { _ in
      Placement(
        angle: draw(upTo: rotation) * .pi / 180, scale: 1 + draw(upTo: scaling),
        down: draw(upTo: shift), right: draw(upTo: shift))
    }
    return Tensor(
      images.scalarType == .float64
        ? resampled(images.array, placements, Double.self)
        : resampled(images.array, placements, Float.self))
  }

  private func resampled<T: BinaryFloatingPoint & Scalar>(
    _ images: NDArray, _ placements: [Placement], _ type: T.Type
  ) -> NDArray {
    let (channels, rows, columns) = (images.shape[1], images.shape[2], images.shape[3])
    let size = rows * columns
    return images.changingPictures(as: T.self) { picture, source, result in
      for row in 0..<rows {
        for column in 0..<columns {
          let place = placements[picture].source(of: (row, column), rows: rows, columns: columns)
          let sample = Sample<T>(place, rows: rows, columns: columns)
          for channel in 0..<channels {
            let start = channel * size
            result[start + row * columns + column] = sample(source, from: start)
          }
        }
      }
    }
  }
}

/// How a picture lies in its changed form.
private struct Placement {
  private let down: Double, right: Double
  private let cosine: Double, sine: Double

  init(angle: Double, scale: Double, down: Double, right: Double) {
    (self.down, self.right) = (down, right)
    (cosine, sine) = (cos(angle) / scale, sin(angle) / scale)
  }

  /// The place in the picture from which a pixel of the changed one comes: moved, turned and scaled
  /// back about the middle.
  func source(
    of pixel: (row: Int, column: Int), rows: Int, columns: Int
  ) -> (row: Double, column: Double) {
    let middle = (row: Double(rows - 1) / 2, column: Double(columns - 1) / 2)
    let y = Double(pixel.row) - middle.row - down
    let x = Double(pixel.column) - middle.column - right
    return (middle.row + cosine * y + sine * x, middle.column - sine * y + cosine * x)
  }
}
