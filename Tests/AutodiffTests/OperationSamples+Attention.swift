import BackpropArrays
import BackpropTestSupport

@testable import BackpropAutodiff

extension OperationSamples {
  static let attention: [String: [GradientSample]] = [
    "ScaledDotProductAttention": [
      GradientSample(
        "heads",
        [
          .numbers([2, 2, 3, 4]), .numbers([2, 2, 5, 4], seed: 2), .numbers([2, 2, 5, 3], seed: 3),
        ]
      ) { scaledDotProductAttention($0[0], $0[1], $0[2]) },
      GradientSample(
        "causal, more keys than queries",
        [.numbers([2, 3, 4]), .numbers([2, 5, 4], seed: 2), .numbers([2, 5, 3], seed: 3)]
      ) { scaledDotProductAttention($0[0], $0[1], $0[2], isCausal: true, scale: 0.7) },
      GradientSample(
        "flags, and a query that sees nothing",
        [.numbers([2, 3, 2]), .numbers([2, 2, 2], seed: 2), .numbers([2, 2, 2], seed: 3)]
      ) {
        let mask = Tensor([true, false, false, false, true, true], shape: [3, 2])
        return scaledDotProductAttention($0[0], $0[1], $0[2], mask: mask)
      },
      GradientSample(
        "numbers that want a gradient",
        [
          .numbers([2, 3, 2]), .numbers([2, 4, 2], seed: 2), .numbers([2, 4, 2], seed: 3),
          .numbers([3, 4], seed: 4),
        ]
      ) { scaledDotProductAttention($0[0], $0[1], $0[2], mask: $0[3], isCausal: true) },
      GradientSample(
        "keys and values that heads share",
        [.numbers([2, 2, 3, 2]), .numbers([2, 1, 3, 2], seed: 2), .numbers([1, 3, 2], seed: 3)]
      ) { scaledDotProductAttention($0[0], $0[1], $0[2]) },
      GradientSample("of the values alone", [.numbers([3, 2])]) {
        scaledDotProductAttention(
          Tensor(NDArray.numbers([2, 2], seed: 2)), Tensor(NDArray.numbers([3, 2], seed: 3)), $0[0])
      },
      GradientSample("of the keys alone", [.numbers([3, 2])]) {
        scaledDotProductAttention(
          Tensor(NDArray.numbers([2, 2], seed: 2)), $0[0], Tensor(NDArray.numbers([3, 2], seed: 3)))
      },
    ],
    "PackedAttention": [
      GradientSample(
        "texts of several lengths, one of none",
        [.numbers([6, 4]), .numbers([6, 4], seed: 2), .numbers([6, 4], seed: 3)]
      ) { packedAttention($0[0], $0[1], $0[2], lengths: [2, 0, 1, 3], heads: 2) },
      GradientSample(
        "one head, with a scale",
        [.numbers([3, 2]), .numbers([3, 2], seed: 2), .numbers([3, 2], seed: 3)]
      ) { packedAttention($0[0], $0[1], $0[2], lengths: [3], heads: 1, scale: 0.7) },
      GradientSample("of the values alone", [.numbers([3, 2])]) {
        packedAttention(
          Tensor(NDArray.numbers([3, 2], seed: 2)), Tensor(NDArray.numbers([3, 2], seed: 3)), $0[0],
          lengths: [2, 1], heads: 1)
      },
      GradientSample("of the keys alone", [.numbers([3, 2])]) {
        packedAttention(
          Tensor(NDArray.numbers([3, 2], seed: 2)), $0[0],
          Tensor(NDArray.numbers([3, 2], seed: 3)), lengths: [2, 1], heads: 2)
      },
    ],
    "RMSNormalize": [
      GradientSample("rows", [.numbers([3, 4])]) { $0[0].rmsNormalized() },
      GradientSample("two axes", [.numbers([2, 3, 2])]) {
        $0[0].rmsNormalized(axes: [0, 2], epsilon: 0.3)
      },
      GradientSample("with a weight", [.numbers([3, 4]), .numbers([4], seed: 2)]) {
        $0[0].rmsNormalized(epsilon: 0.1, weight: $0[1])
      },
    ],
    "Standardize": [
      GradientSample("rows", [.numbers([3, 4])]) { $0[0].standardized(epsilon: 0.1) },
      GradientSample(
        "rows, with weight and bias",
        [.numbers([3, 5]), .numbers([5], seed: 2), .numbers([5], seed: 3)]
      ) { $0[0].standardized(epsilon: 0.1, weight: $0[1], bias: $0[2]) },
      GradientSample(
        "features over the batch",
        [.numbers([2, 2, 9]), .numbers([2, 1], seed: 2), .numbers([2, 1], seed: 3)]
      ) { $0[0].standardized(axes: [0, 2], epsilon: 0.2, weight: $0[1], bias: $0[2]) },
      GradientSample(
        "groups of features",
        [.numbers([2, 2, 2, 3]), .numbers([2, 2, 1], seed: 2), .numbers([2, 2, 1], seed: 3)]
      ) { $0[0].standardized(axes: [2, 3], epsilon: 0.2, weight: $0[1], bias: $0[2]) },
      GradientSample("weights of no layer", [.numbers([3, 4]), .numbers([3, 1], seed: 2)]) {
        $0[0].standardized(axes: [0], epsilon: 0.2, weight: $0[1])
      },
      GradientSample("a bias alone", [.numbers([3, 4]), .numbers([4], seed: 2)]) {
        $0[0].standardized(epsilon: 0.2, bias: $0[1])
      },
    ],
  ]
}
