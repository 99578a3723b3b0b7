/// How a digit usually stands: a 1 is written with more slant than a 3, a 9 narrower than a 5.
struct DigitPosture: Sendable {
  /// The tangent of the angle by which the digit leans to the right.
  let lean: Float

  /// The factor by which it is wider than its forms.
  let width: Float

  /// The factor by which its line is thicker once the digit has been scaled to its box.
  let ink: Float

  /// The usual posture of each digit from 0 to 9.
  static let usual: [DigitPosture] = [
    DigitPosture(lean: 0.21, width: 0.97, ink: 1.08),
    DigitPosture(lean: 0.23, width: 0.92, ink: 1.04),
    DigitPosture(lean: 0.08, width: 0.95, ink: 1.00),
    DigitPosture(lean: 0.02, width: 0.88, ink: 1.00),
    DigitPosture(lean: 0.19, width: 0.93, ink: 0.97),
    DigitPosture(lean: -0.03, width: 1.00, ink: 1.02),
    DigitPosture(lean: 0.02, width: 1.05, ink: 1.02),
    DigitPosture(lean: 0.08, width: 0.88, ink: 1.02),
    DigitPosture(lean: 0.03, width: 1.00, ink: 0.99),
    DigitPosture(lean: 0.10, width: 0.92, ink: 0.95),
  ]
}
