import BackpropArrays
import BackpropAutodiff

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Pictures drawn on rubber: each pixel is moved a little, its neighbours nearly alike, as a hand that
/// writes the same letter again moves its strokes.
///
/// ```swift
/// let bent = ElasticDeformation(strength: 8, smoothness: 4)(images, using: &random)
/// ```
///
/// A move down and one to the right is drawn for each pixel, evenly from -1 to 1; each of the two
/// fields is smoothed by a Gaussian and multiplied by the strength. Between pixels the numbers are
/// interpolated in both directions; what comes in from outside is 0. All channels of a picture change
/// alike.
///
/// Source: Simard, Steinkraus and Platt, "Best Practices for Convolutional Neural Networks Applied to
/// Visual Document Analysis" (2003), section 2.
public struct ElasticDeformation: ImageTransform, Hashable {
  /// α: by what the smoothed moves are multiplied, in pixels.
  public let strength: Double
  /// σ: the standard deviation of the Gaussian, in pixels.
  public let smoothness: Double

  /// A deformation; the defaults suit MNIST.
  ///
  /// Traps if the strength is negative, or the smoothness not positive.
  public init(strength: Double = 8, smoothness: Double = 4) {
    guard strength >= 0, smoothness > 0 else {
      fatalError(
        "ElasticDeformation: strength \(strength), smoothness \(smoothness); neither is negative, and "
          + "the smoothness not 0")
    }
    self.strength = strength
    self.smoothness = smoothness
  }

  public func callAsFunction(_ images: Tensor, using random: inout RandomSource) -> Tensor {
    images.requirePictures("ElasticDeformation")
    // Pictures are bent at once by several threads: each has a source of its own.
    let sources = (0..<images.shape[0]).map { _ in random.split() }
    return Tensor(
      images.scalarType == .float64
        ? bent(images.array, sources, Double.self) : bent(images.array, sources, Float.self))
  }

  private func bent<T: BinaryFloatingPoint & Scalar>(
    _ images: NDArray, _ sources: [RandomSource], _ type: T.Type
  ) -> NDArray {
    let (channels, rows, columns) = (images.shape[1], images.shape[2], images.shape[3])
    let kernel = gaussian
    return images.changingPictures(as: T.self) { picture, source, result in
      var random = sources[picture]
      let down = field(rows, columns, kernel, &random)
      let right = field(rows, columns, kernel, &random)
      for row in 0..<rows {
        for column in 0..<columns {
          let at = row * columns + column
          let sample = Sample<T>(
            (Double(row) - down[at], Double(column) - right[at]), rows: rows, columns: columns)
          for channel in 0..<channels {
            let start = channel * rows * columns
            result[start + at] = sample(source, from: start)
          }
        }
      }
    }
  }

  /// How far each pixel is moved along one axis.
  private func field(
    _ rows: Int, _ columns: Int, _ kernel: [Double], _ random: inout RandomSource
  ) -> [Double] {
    let drawn = (0..<rows * columns).map { _ in 2 * random.uniform() - 1 }
    let reach = kernel.count / 2
    // Along the rows and then along the columns; outside there are no moves.
    func smoothed(_ moves: [Double], _ count: Int, _ length: Int, along step: Int, _ line: Int)
      -> [Double]
    {
      var result = [Double](repeating: 0, count: moves.count)
      for start in 0..<count {
        for position in 0..<length {
          var sum = 0.0
          for offset in max(-reach, -position)...min(reach, length - 1 - position) {
            sum += kernel[reach + offset] * moves[start * line + (position + offset) * step]
          }
          result[start * line + position * step] = sum
        }
      }
      return result
    }
    let across = smoothed(drawn, rows, columns, along: 1, columns)
    return smoothed(across, columns, rows, along: columns, 1).map { strength * $0 }
  }

  /// The Gaussian to three standard deviations, which adds up to 1.
  private var gaussian: [Double] {
    let reach = max(1, Int((3 * smoothness).rounded(.up)))
    let values = (-reach...reach).map { exp(-Double($0 * $0) / (2 * smoothness * smoothness)) }
    let sum = values.reduce(0, +)
    return values.map { $0 / sum }
  }
}
