import BackpropAutodiff

/// Settings for some of a model's parameters.
///
/// An optimizer takes a list of groups. Each parameter belongs to the first that wants it, and takes
/// the optimizer's own settings where none does.
///
/// ```swift
/// let optimizer = AdamW(
///   for: model, weightDecay: 0.01,
///   groups: [
///     ParameterGroup(where: { name, _ in name.hasPrefix("base.") }, isFrozen: true),
///     // Biases and other vectors are not pulled to zero.
///     ParameterGroup(where: { _, parameter in parameter.rank < 2 }, weightDecay: 0),
///   ])
/// ```
public struct ParameterGroup {
  /// What the optimizer's learning rate is multiplied by.
  public var learningRateFactor: Double
  /// λ of weight decay; `nil` for the optimizer's.
  public var weightDecay: Double?
  /// Whether these parameters stay as they are. What is remembered of them stays too.
  public var isFrozen: Bool
  let wants: (_ name: String, _ parameter: Parameter) -> Bool

  /// The group of the parameters for which `filter` says true. It is asked once, when an optimizer
  /// is made; the name is the one in the model, such as `hidden.weight`.
  ///
  /// - Parameters:
  ///   - filter: is told the name and the parameter.
  ///   - learningRateFactor: what the optimizer's learning rate is multiplied by.
  ///   - weightDecay: λ of weight decay; nil for the optimizer's.
  ///   - isFrozen: whether these parameters stay as they are.
  public init(
    where filter: @escaping (_ name: String, _ parameter: Parameter) -> Bool,
    learningRateFactor: Double = 1, weightDecay: Double? = nil, isFrozen: Bool = false
  ) {
    wants = filter
    self.learningRateFactor = learningRateFactor
    self.weightDecay = weightDecay
    self.isFrozen = isFrozen
  }
}
