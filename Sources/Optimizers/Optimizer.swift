import BackpropAutodiff
import BackpropNeuralNetworks

/// Changes a model's parameters by their gradients: a rule, and what the rule remembers from step to
/// step.
///
/// ```swift
/// let optimizer = Adam(for: model)
/// optimizer.update(using: loss.backward())
/// ```
///
/// ``SGD``, ``Adam``, ``AdamW``, ``NAdam``, ``RAdam``, ``AdaGrad``, ``AdaDelta``, ``RMSProp`` and
/// ``Lion`` are made like this one with a rule of the library. An optimizer never keeps the model,
/// only its parameters, and changes just those.
public class Optimizer {
  /// How far a step goes; scales the rates of all groups. May be changed between steps.
  // A number that is read as a whole can have no overlapping access, and a step is short enough to
  // notice the check.
  @exclusivity(unchecked)
  public final var learningRate: Double
  /// λ of weight decay, for parameters whose group has none of its own. What it means is the rule's
  /// to say. May be changed between steps.
  @exclusivity(unchecked)
  public final var weightDecay: Double
  /// The groups with settings of their own. The settings may be changed between steps, to thaw a
  /// frozen group, say; which parameters belong to a group was settled when the optimizer was made.
  ///
  /// Traps if groups are added or taken away.
  public final var groups: [ParameterGroup] {
    didSet {
      guard groups.count == owned.count - 1 else {
        fatalError(
          "Optimizer: \(groups.count) groups instead of \(owned.count - 1); groups can be changed, "
            + "and those of another number need another optimizer")
      }
    }
  }
  /// How a gradient changes a parameter.
  public final let rule: any UpdateRule

  // Of each group, and at last those that no group wants.
  final let owned: [OwnedParameters]
  // All of them, by falling number of their variables.
  private final let variables: [VariableID]

  /// An optimizer of a model's parameters by `rule`.
  ///
  /// Traps if two parameters have one name, or two slots of the rule have.
  ///
  /// - Parameters:
  ///   - rule: how a gradient changes a parameter.
  ///   - model: whose parameters to change. One that two layers share is changed once a step, and
  ///     goes by the first of its names.
  ///   - learningRate: how far a step goes.
  ///   - weightDecay: λ of weight decay, where a group does not say otherwise.
  ///   - groups: settings for some of the parameters; the first group that wants one gets it.
  public init(
    _ rule: some UpdateRule, for model: some Module, learningRate: Double, weightDecay: Double = 0,
    groups: [ParameterGroup] = []
  ) {
    self.rule = rule
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.groups = groups
    let slots = rule.slots
    guard Set(slots).count == slots.count, !slots.contains("step") else {
      fatalError(
        "Optimizer: the slots of \(type(of: rule)) are called \(slots); each needs a name of its "
          + "own, and 'step' is the count of steps")
    }
    var members: [[(name: String, parameter: Parameter)]] = Array(
      repeating: [], count: groups.count + 1)
    var (seen, names): (Set<ObjectIdentifier>, Set<String>) = ([], [])
    for (name, parameter) in model.namedParameters
    where seen.insert(ObjectIdentifier(parameter)).inserted {
      guard names.insert(name).inserted else {
        fatalError(
          "Optimizer: two parameters of \(type(of: model)) are called '\(name)'; state is kept by "
            + "name, so each needs one of its own")
      }
      let group = groups.firstIndex { $0.wants(name, parameter) } ?? groups.count
      members[group].append((name, parameter))
    }
    owned = members.map { OwnedParameters($0) }
    variables = members.joined().map(\.parameter.variableID).sorted(by: >)
  }

  /// Takes one step. A parameter that the gradients say nothing about stays as it is, and so does
  /// one whose group is frozen.
  ///
  /// Traps if a gradient has another shape or type than its parameter, or the rule's result has.
  public final func update(using gradients: Gradients) {
    for index in owned.indices {
      var (rate, decay) = (learningRate, weightDecay)
      if index < owned.count - 1 {
        if groups[index].isFrozen { continue }
        rate *= groups[index].learningRateFactor
        decay = groups[index].weightDecay ?? decay
      }
      rule.update(owned[index], using: gradients, learningRate: rate, weightDecay: decay)
    }
  }

  /// The variables that have a gradient and are no parameter of this optimizer, in the order in
  /// which they were made: what a step leaves as it is. Frozen parameters are the optimizer's.
  ///
  /// ```swift
  /// let gradients = loss.backward()
  /// assert(optimizer.unowned(in: gradients).isEmpty, "a layer that the model does not list?")
  /// ```
  public final func unowned(in gradients: Gradients) -> [VariableID] {
    let own = Set(variables)
    return gradients.variables.filter { !own.contains($0) }
  }

  /// Whether each of the gradients is with respect to a parameter of this optimizer: what a loop asks
  /// at each step.
  package final func owns(allOf gradients: Gradients) -> Bool {
    gradients.areWithRespect(toSome: variables)
  }
}
