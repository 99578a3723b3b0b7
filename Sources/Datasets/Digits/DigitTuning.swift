enum DigitTuning {
  static let jitter: Float = 0.05
  static let endJitter: Float = 1.5
  static let bend: Float = 0.06
  static let width: Float = 0.9
  static let widthSpread: Float = 0.2
  static let slant: Float = 0.2
  static let slantSpread: Float = 0.25
  static let rotationSpread: Float = 0.12
  static let thickness: Float = 2.2
  static let thicknessSpread: Float = 0.6
  static let pressure: Float = 0.1
  static let softness = Float(1)...1.5
  static let noise: Float = 10
}
