import BackpropArrays
import BackpropAutodiff

/// How a gradient changes a parameter: all of an optimizer that is not the same in every other one.
///
/// A rule says which arrays it remembers of each parameter, its slots, and what one update does. An
/// ``Optimizer`` keeps the slots, counts the steps, sorts parameters into groups, and saves and
/// restores. A rule of one's own is most easily written in tensors: see ``ComposedRule``. This
/// protocol, over arrays, is for rules that go through raw elements in a single pass.
public protocol UpdateRule: Sendable {
  /// The names of the slots, such as `["mean", "square"]`. Each slot is an array of the parameter's
  /// shape and type that starts as zeros. None may be called `step`, as the count of steps is.
  var slots: [String] { get }

  /// Changes `weight` by its gradient, and `slots`, which stand in the order of their names.
  ///
  /// The weight keeps its shape and type. The gradient has the same ones.
  ///
  /// - Parameters:
  ///   - weight: the value, to be changed.
  ///   - gradient: the gradient by it.
  ///   - slots: what is remembered, in the order of the names; to be changed.
  ///   - step: the number of the step and its settings.
  func update(
    _ weight: inout NDArray, gradient: NDArray, slots: inout [NDArray], step: UpdateStep)
}

/// What an update is told besides the numbers.
public struct UpdateStep: Sendable, Hashable {
  /// Which update of this parameter it is; the first is 1.
  public var number: Int
  /// How far to go: the optimizer's learning rate times the factor of the parameter's group.
  public var learningRate: Double
  /// λ of weight decay for this parameter. What it means is the rule's to say.
  public var weightDecay: Double

  /// A step with these settings.
  ///
  /// - Parameters:
  ///   - number: which update of this parameter it is; the first is 1.
  ///   - learningRate: how far to go.
  ///   - weightDecay: λ of weight decay for this parameter.
  public init(number: Int, learningRate: Double, weightDecay: Double = 0) {
    self.number = number
    self.learningRate = learningRate
    self.weightDecay = weightDecay
  }
}

/// A rule that is written in tensors.
///
/// ```swift
/// /// A step of one length, in the direction of a running mean's sign (Bernstein et al., 2018).
/// struct Signum: ComposedRule {
///   var slots: [String] { ["mean"] }
///
///   func newValue(
///     of w: Tensor, gradient g: Tensor, slots: inout [Tensor], step: UpdateStep
///   ) -> Tensor {
///     slots[0] = slots[0] * 0.9 + g * 0.1
///     return w - (slots[0].sign() + w * step.weightDecay) * step.learningRate
///   }
/// }
///
/// let optimizer = Optimizer(Signum(), for: model, learningRate: 1e-4, weightDecay: 0.1)
/// ```
public protocol ComposedRule: UpdateRule {
  /// The parameter's new value. Nothing of this is recorded in a graph.
  ///
  /// - Parameters:
  ///   - weight: the value now.
  ///   - gradient: the gradient with respect to it.
  ///   - slots: what is remembered, in the order of the names; to be changed.
  ///   - step: the number of the step and its settings.
  func newValue(
    of weight: Tensor, gradient: Tensor, slots: inout [Tensor], step: UpdateStep
  ) -> Tensor
}

extension ComposedRule {
  /// Computes the new value, and checks that it and the slots have kept their shapes and types.
  ///
  /// Traps if they have not.
  ///
  /// - Parameters:
  ///   - weight: the value, to be changed.
  ///   - gradient: the gradient by it.
  ///   - slots: what is remembered, in the order of the names; to be changed.
  ///   - step: the number of the step and its settings.
  public func update(
    _ weight: inout NDArray, gradient: NDArray, slots: inout [NDArray], step: UpdateStep
  ) {
    var remembered = slots.map { Tensor($0) }
    let value = withoutGradient {
      newValue(of: Tensor(weight), gradient: Tensor(gradient), slots: &remembered, step: step)
    }
    for (index, tensor) in ([value] + remembered).enumerated() {
      guard tensor.shape == weight.shape, tensor.scalarType == weight.scalarType else {
        let what = index == 0 ? "the new value" : "slot \(index - 1)"
        ShapeError(
          "\(Self.self)", [weight.shape, tensor.shape],
          "\(what) is \(tensor.type), and the parameter \(weight.scalarType) \(weight.shape)",
          hint: "an update keeps shapes and types"
        ).trap()
      }
    }
    guard remembered.count == slots.count else {
      fatalError("\(Self.self): \(remembered.count) slots came back of \(slots.count)")
    }
    weight = value.array
    for index in slots.indices { slots[index] = remembered[index].array }
  }
}

/// Weight decay, for rules that are written in tensors.
extension UpdateStep {
  /// g + λ w: the gradient of the loss with ½ λ w² for each weight.
  func addingDecay(of weight: Tensor, to gradient: Tensor) -> Tensor {
    weightDecay == 0 ? gradient : gradient + weight * weightDecay
  }

  /// w − rate · λ w.
  func decayed(_ weight: Tensor) -> Tensor {
    weightDecay == 0 ? weight : weight * (1 - learningRate * weightDecay)
  }
}
