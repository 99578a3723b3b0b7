import BackpropArrays
import BackpropAutodiff

/// How the angles of ``RotaryPositions`` are slowed down, so that a model reads longer texts than it
/// first learned from.
///
/// Sources: Chen et al., "Extending Context Window of Large Language Models via Position
/// Interpolation" (2023), for the linear one; Llama 3.1's release for the other.
public enum RotaryScaling: Sendable, Hashable {
  /// As they are.
  case none
  /// Every angle divided by a factor.
  case linear(factor: Double)
  /// Llama 3's: with the wavelength λ = 2π / angle and the context c, the angle stays where
  /// λ < c / highFrequencyFactor, is divided by the factor where λ > c / lowFrequencyFactor, and in
  /// between is (1 − s) angle / factor + s angle, with
  /// s = (c / λ − lowFrequencyFactor) / (highFrequencyFactor − lowFrequencyFactor).
  ///
  /// `originalContext` is c, the length of the texts that the model first learned from.
  case llama3(
    factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double,
    originalContext: Double)

  /// Every angle divided by a factor of its own, as GGUF files have them: one for each pair of numbers
  /// that is turned.
  case factors([Double])

  /// The angle of a step for the pair `index`, scaled.
  func callAsFunction(_ angle: Double, at index: Int) -> Double {
    switch self {
    case .none: return angle
    case .factors(let factors): return angle / factors[index]
    case .linear(let factor): return angle / factor
    case .llama3(let factor, let low, let high, let context):
      let wavelength = 2 * Double.pi / angle
      if wavelength < context / high { return angle }
      if wavelength > context / low { return angle / factor }
      let share = (context / wavelength - low) / (high - low)
      return (1 - share) * angle / factor + share * angle
    }
  }
}
