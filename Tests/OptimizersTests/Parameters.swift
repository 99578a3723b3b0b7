import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

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
