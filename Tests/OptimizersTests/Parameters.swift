import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropOptimizers

/// A model that is nothing but its parameters, `all.0`, `all.1` and so on.
struct Parameters: Layer {
  let all: [Parameter]
  func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input }

  /// Matrices and vectors of these shapes, drawn from a seed.
  static func drawn(
    _ shapes: Shape..., scalarType: ScalarType = .float32, seed: UInt64 = 0
  ) -> Parameters {
    var random = RandomSource(seed: seed)
    return Parameters(
      all: shapes.map {
        Parameter(Tensor.uniform($0, scalarType: scalarType, using: &random).array)
      })
  }

  /// The gradients that step `step` of some training finds: they follow from the weights and it.
  func gradients(step: Int) -> Gradients {
    var random = RandomSource(seed: 7, stream: UInt64(step))
    return all.map {
      ($0.tensor * Tensor.uniform($0.shape, scalarType: $0.scalarType, using: &random) - 0.3)
        .squared().sum()
    }.reduce(Tensor(0, scalarType: all[0].scalarType), +).backward()
  }

  /// A loss whose gradient by each parameter is the given one; `nil` leaves a parameter out.
  func loss(_ gradients: [[Double]?]) -> Tensor {
    zip(all, gradients).compactMap { parameter, gradient in
      gradient.map {
        (parameter.tensor
          * Tensor(
            NDArray($0, shape: parameter.shape, scalarType: .float64).cast(
              to: parameter.scalarType))).sum()
      }
    }.reduce(Tensor(0, scalarType: all[0].scalarType), +)
  }
}

extension Parameters {
  /// Every optimizer of the library, and those settings of it that remember more or other things.
  static let optimizers: [(name: String, make: @Sendable (Parameters) -> Optimizer)] = [
    ("SGD", { SGD(for: $0, learningRate: 0.1, weightDecay: 0.1) }),
    ("momentum", { SGD(for: $0, learningRate: 0.1, momentum: 0.9) }),
    ("dampening", { SGD(for: $0, learningRate: 0.1, momentum: 0.9, dampening: 0.5) }),
    ("Nesterov", { SGD(for: $0, learningRate: 0.1, momentum: 0.9, nesterov: true) }),
    ("Adam", { Adam(for: $0, learningRate: 0.1, weightDecay: 0.1) }),
    ("AMSGrad", { Adam(for: $0, learningRate: 0.1, amsgrad: true) }),
    ("AdamW", { AdamW(for: $0, learningRate: 0.1) }),
    (
      "AdamW in groups",
      { AdamW(for: $0, groups: [ParameterGroup(where: { $1.rank < 2 }, weightDecay: 0)]) }
    ),
    ("AdaGrad", { AdaGrad(for: $0, learningRateDecay: 0.1, initialSum: 0.5) }),
    ("RMSProp", { RMSProp(for: $0) }),
    ("RMSProp, centered", { RMSProp(for: $0, epsilon: 1e-2, centered: true) }),
    ("RMSProp, momentum", { RMSProp(for: $0, momentum: 0.5) }),
    ("RMSProp, both", { RMSProp(for: $0, epsilon: 1e-2, momentum: 0.5, centered: true) }),
    ("AdaDelta", { AdaDelta(for: $0, weightDecay: 0.1) }),
    ("NAdam", { NAdam(for: $0, weightDecay: 0.1) }),
    ("RAdam", { RAdam(for: $0, weightDecay: 0.1, decouplesWeightDecay: true) }),
    ("Lion", { Lion(for: $0, weightDecay: 0.1) }),
  ]
}
