import BackpropArrays
import BackpropAutodiff

/// Adds to each step of a text what tells where it stands: sines and cosines of falling frequencies.
///
/// y = x + P with P(t, 2i) = sin(t / 10000^(2i / width)) and P(t, 2i + 1) = cos of the same:
/// `(batch, steps, width) -> (batch, steps, width)`. Nothing is learned or saved, and there is no last
/// position.
///
/// ```swift
/// let positions = SinusoidalPositions()
/// positions(words)                   // (8, 20, 64) -> (8, 20, 64)
/// positions(word, offset: 20)        // (8, 1, 64), which stand behind these
/// ```
///
/// Traps if the input has fewer than two axes, or is of whole numbers.
///
/// Source: Vaswani et al., "Attention Is All You Need" (2017), section 3.5.
public struct SinusoidalPositions: Layer {
  /// The frequencies fall from 1 to nearly 1 / base.
  public let base: Double

  /// Positions whose frequencies fall from 1 to nearly 1 / `base`, the paper's 10,000.
  public init(base: Double = 10_000) { self.base = base }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor { added(to: input, offset: 0) }

  /// The positions from `offset` on, added to `input`.
  ///
  /// - Parameters:
  ///   - input: of shape (batch, steps, width).
  ///   - offset: where the first step stands.
  ///   - mode: whether the model is being trained or used, which makes no difference.
  public func callAsFunction(
    _ input: Tensor, offset: Int, _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { _ in added(to: input, offset: offset) }
  }

  private func added(to input: Tensor, offset: Int) -> Tensor {
    guard input.scalarType.isDifferentiable else {
      return input.failing(
        .notFloatingPoint("SinusoidalPositions", [input.shape], input.scalarType))
    }
    guard input.rank >= 2 else {
      return input.failing(
        ShapeError(
          "SinusoidalPositions", [input.shape], "the input is not of shape (batch, steps, width)"))
    }
    let (steps, width) = (input.shape[input.rank - 2], input.shape[input.rank - 1])
    if input.isShapeOnly { return input }
    let angles = Tensor.positionAngles(steps, pairs: (width + 1) / 2, width, offset, base: base)
    let positions = Tensor.stack([angles.sin(), angles.cos()], axis: 2)
      .reshaped(to: [steps, -1])[.all, ..<width]
    return input + positions.cast(to: input.scalarType)
  }

  public var summaryName: String { "SinusoidalPositions" }
}

extension Tensor {
  /// t · base^(−2i / width) for the steps t from `offset` on and the pairs i: of shape (steps, pairs), in
  /// `float64`, since the sine of a large angle keeps no more digits than the angle has behind the point.
  ///
  /// - Parameters:
  ///   - steps: how many steps.
  ///   - pairs: how many frequencies.
  ///   - width: the numbers that the pairs are of.
  ///   - offset: where the first step stands.
  ///   - base: from which the frequencies are made.
  static func positionAngles(
    _ steps: Int, pairs: Int, _ width: Int, _ offset: Int, base: Double
  ) -> Tensor {
    let places = Tensor.range(
      from: Double(offset), to: Double(offset + steps), scalarType: .float64)
    return places.expandingDimension(at: 1) * positionFrequencies(pairs, width, base: base)
  }

  /// base^(−2i / width) for the pairs i, in `float64`.
  static func positionFrequencies(_ pairs: Int, _ width: Int, base: Double) -> Tensor {
    let powers = Tensor.range(from: 0, to: Double(pairs), scalarType: .float64)
    let logarithm = Tensor(base, scalarType: .float64).log().item
    return (powers * (-2 * logarithm / Double(width))).exp()
  }
}
