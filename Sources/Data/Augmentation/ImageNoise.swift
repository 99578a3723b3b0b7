import BackpropArrays
import BackpropAutodiff

/// Pictures with a little noise: each pixel of each channel gets a number of the normal distribution
/// added, of mean 0.
///
/// ```swift
/// let noisy = ImageNoise(0.05)(images, using: &random)
/// ```
///
/// The numbers are not cut off at black and white: a model does not mind.
public struct ImageNoise: ImageTransform, Hashable {
  /// The standard deviation of the noise, where pixels run from 0 to 1.
  public let standardDeviation: Double

  /// Noise of this standard deviation. Traps if it is negative.
  public init(_ standardDeviation: Double) {
    guard standardDeviation >= 0 else {
      fatalError("ImageNoise: the standard deviation \(standardDeviation) is negative")
    }
    self.standardDeviation = standardDeviation
  }

  public func callAsFunction(_ images: Tensor, using random: inout RandomSource) -> Tensor {
    images.requirePictures("ImageNoise")
    let noise = Tensor.normal(
      images.shape, standardDeviation: standardDeviation, scalarType: images.scalarType,
      using: &random)
    return (images + noise).detached
  }
}
