import BackpropArrays
import BackpropAutodiff

/// A function and a point at which to check its gradient.
struct GradientSample: Sendable {
  /// What this sample covers: `batch of matrices`.
  let label: String
  /// The point: `float64` arrays, where no kink of the function lies within the step of the check.
  let inputs: [NDArray]
  /// The function.
  let function: @Sendable ([Tensor]) -> Tensor

  /// A sample of `function` at `inputs`.
  init(
    _ label: String, _ inputs: [NDArray], _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.label = label
    self.inputs = inputs
    self.function = function
  }
}

extension NDArray {
  /// Numbers in [-1, 1] that repeat from run to run, none nearer to zero than 0.05.
  static func numbers(_ shape: Shape, seed: UInt64 = 1) -> NDArray {
    var random = RandomSource(seed: seed, stream: 0x5a)
    return NDArray(
      (0..<shape.elementCount).map { _ in
        let x = random.uniform() * 1.9 - 0.95
        return x < 0 ? x - 0.05 : x + 0.05
      }, shape: shape, scalarType: .float64)
  }

  /// Numbers in [0.5, 1.5] that repeat from run to run.
  static func positives(_ shape: Shape, seed: UInt64 = 1) -> NDArray {
    var random = RandomSource(seed: seed, stream: 0x5b)
    return NDArray(
      (0..<shape.elementCount).map { _ in random.uniform() + 0.5 }, shape: shape,
      scalarType: .float64)
  }

  /// Numbers in [0.5, 1.5] that repeat from run to run; in each row one zero more than in the row
  /// before.
  static func zerosAmong(_ shape: Shape) -> NDArray {
    var numbers = positives(shape)
    for row in 0..<shape[0] {
      for column in 0...row { numbers[row, column] = NDArray(scalar: 0, scalarType: .float64) }
    }
    return numbers
  }
}
