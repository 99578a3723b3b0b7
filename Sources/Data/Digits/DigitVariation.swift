/// How far one hand strays from another.
///
/// Lengths before scaling are in heights of the digit's forms, lengths after it in pixels. A spread
/// is a standard deviation. Where the values come from: they give the digits about the mean width,
/// slant and amount of ink that MNIST's have, and about their scatter.
enum DigitVariation {
  /// The share of the second example in a mixture of two.
  static let mixture: ClosedRange<Float> = 0...1

  /// How far the hand misses a knot, from neat to sloppy writers.
  static let jitter: ClosedRange<Float> = 0.008...0.034

  /// How much farther it misses the first and last knot of a stroke.
  static let endJitter: Float = 1.5

  /// The spread of the six coefficients that bend the plane.
  static let bend: Float = 0.12

  /// The spread of a digit's width, relative to the width.
  static let width: Float = 0.2

  /// The spread of the slant (the tangent of the angle to the upright).
  static let slant: Float = 0.25

  /// The spread of the angle by which the whole digit is turned, in radians.
  static let rotation: Float = 0.12

  /// The mean and spread of the line's thickness in pixels, and how far the spread leans to thick.
  static let thickness: Float = 2.4
  static let thicknessSpread: Float = 0.6
  static let thicknessSkew: Float = 0.15

  /// The thinnest and thickest line, in pixels.
  static let thicknessLimits: ClosedRange<Float> = 1.1...5

  /// The spread of the pressure, which makes a line thicker at one end or in the middle.
  static let pressure: Float = 0.12

  /// The width of the rim over which ink fades to paper, in pixels.
  static let softness: ClosedRange<Float> = 1...1.5

  /// How much of that rim counts as ink when the digit is fitted into its box, in pixels.
  static let rim: Float = 0.2

  /// The spread of the grain in the rim, in grey levels.
  static let grain: Float = 10
}
