import BackpropArrays
import BackpropAutodiff

/// The parameters of one group, and what is remembered of them.
struct OwnedParameters {
  /// What is remembered of one parameter.
  struct Memory {
    // Of each parameter by itself: one without a gradient is left out of a step.
    var stepCount = 0
    var slots: [NDArray]
  }

  let names: [String]
  let parameters: [Parameter]
  var memory: [Memory]

  init(_ named: [(name: String, parameter: Parameter)], slotCount: Int) {
    names = named.map(\.name)
    parameters = named.map(\.parameter)
    memory = parameters.map { parameter in
      Memory(
        slots: (0..<slotCount).map { _ in
          .zeros(parameter.shape, scalarType: parameter.scalarType)
        })
    }
  }
}

extension UpdateRule {
  /// Updates those of the parameters that have a gradient.
  ///
  /// In an extension so that whoever holds `any UpdateRule` opens it once for all of them, not for
  /// each one.
  func update(
    _ owned: inout OwnedParameters, using gradients: Gradients, learningRate: Double,
    weightDecay: Double
  ) {
    let parameters = owned.parameters
    owned.memory.withUnsafeMutableBufferPointer { memory in
      gradients.forEach(of: parameters) { index, parameter, gradient in
        memory[index].stepCount += 1
        let step = UpdateStep(
          number: memory[index].stepCount, learningRate: learningRate, weightDecay: weightDecay)
        parameter.update {
          update(&$0, gradient: gradient, slots: &memory[index].slots, step: step)
        }
      }
    }
  }
}
