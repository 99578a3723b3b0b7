import BackpropArrays
import BackpropAutodiff

/// A rule by which gradients change parameters.
///
/// An optimizer keeps what it needs to remember from step to step, and never the model: it is made
/// for a model's parameters and changes just those.
///
/// ```swift
/// let optimizer = Adam(for: model)
/// optimizer.update(using: loss.backward())
/// ```
public protocol Optimizer: AnyObject {
  /// How far a step goes. May be changed between steps.
  var learningRate: Double { get set }

  /// Takes one step. A parameter that the gradients say nothing about stays as it is.
  func update(using gradients: Gradients)
}
