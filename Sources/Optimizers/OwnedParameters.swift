import BackpropArrays
import BackpropAutodiff

/// The parameters of one group, and what is remembered of them.
///
/// What is remembered lies in memory of its own: in a property that changes, every step would pay for
/// a look at who else has access to it.
final class OwnedParameters {
  /// What is remembered of one parameter.
  struct Memory {
    // Of each parameter by itself: one without a gradient is left out of a step.
    var stepCount = 0
    // Made with the first update: what is never updated, as when it is frozen, takes no memory.
    var slots: [NDArray] = []
  }

  let names: [String]
  let parameters: [Parameter]
  let memory: UnsafeMutableBufferPointer<Memory>

  init(_ named: [(name: String, parameter: Parameter)]) {
    names = named.map(\.name)
    parameters = named.map(\.parameter)
    memory = .allocate(capacity: named.count)
    memory.initialize(repeating: Memory())
  }

  /// The slots of a parameter before its first update.
  @inline(never)
  static func makeSlots(_ count: Int, for parameter: Parameter) -> [NDArray] {
    (0..<count).map { _ in NDArray.zeros(parameter.shape, scalarType: parameter.scalarType) }
  }

  deinit {
    memory.deinitialize()
    memory.deallocate()
  }
}

extension UpdateRule {
  /// Updates those of the parameters that have a gradient.
  ///
  /// In an extension so that whoever holds `any UpdateRule` opens it once for all of them, not for
  /// each one. Of the library's rules there are versions in which the rule is known: the small
  /// networks that take a microsecond a step notice the calls.
  @_specialize(where Self == SGD.Rule)
  @_specialize(where Self == Adam.Rule)
  func update(
    _ owned: OwnedParameters, using gradients: Gradients, learningRate: Double,
    weightDecay: Double
  ) {
    let memory = owned.memory
    gradients.forEach(of: owned.parameters) { index, parameter, gradient in
      if memory[index].stepCount == 0 {
        memory[index].slots = OwnedParameters.makeSlots(slots.count, for: parameter)
      }
      memory[index].stepCount += 1
      let step = UpdateStep(
        number: memory[index].stepCount, learningRate: learningRate, weightDecay: weightDecay)
      parameter.update {
        update(&$0, gradient: gradient, slots: &memory[index].slots, step: step)
      }
    }
  }
}
