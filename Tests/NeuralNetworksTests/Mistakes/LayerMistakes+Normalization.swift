import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

extension LayerMistakes {
  static let normalization: [LayerMistake] = [
    LayerMistake(
      "BatchNorm",
      """
      BatchNorm: the input has 28 features along axis 1, and the layer normalizes 8
        shapes: (32, 28, 28, 8)
        module: BatchNorm(8)
        hint: the features stand last here; bring them to axis 1, with transposed(_:)
      """
    ) { _ in try BatchNorm(8).outputShape(for: [32, 28, 28, 8]) },
    LayerMistake(
      "BatchNorm",
      """
      BatchNorm: the input has no axis of features
        shapes: (32,)
        module: BatchNorm(8)
        hint: it is of shape (batch, 8), or has more axes behind these
      """
    ) { _ in try BatchNorm(8).outputShape(for: [32]) },
    LayerMistake(
      "LayerNorm",
      """
      LayerNorm: the input does not end in axes of shape (64,), over which the layer normalizes
        shapes: (32, 10, 32)
        module: LayerNorm(64,)
      """
    ) { _ in try LayerNorm([64]).outputShape(for: [32, 10, 32]) },
    LayerMistake(
      "Dropout",
      """
      Dropout: the numbers are int64, and must be float32 or float64
        shapes: (3,)
        module: Dropout
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try Dropout(0.5)(t([3], .int64), .training(seed: 0, step: 0)).checkedType() },
    LayerMistake(
      "RMSNorm",
      """
      RMSNorm: the input does not end in axes of shape (64,), over which the layer normalizes
        shapes: (8, 32)
        module: RMSNorm(64,)
      """
    ) { _ in try RMSNorm([64]).outputShape(for: [8, 32]) },
    LayerMistake(
      "ChannelDropout",
      """
      ChannelDropout: the channels have no places
        shapes: (32, 8)
        module: ChannelDropout(0.5)
        hint: it is of shape (batch, channels, length), or has more axes behind these; Dropout drops single numbers
      """
    ) { _ in try ChannelDropout().outputShape(for: [32, 8]) },
    LayerMistake(
      "GroupNorm",
      """
      GroupNorm: the input has 28 features along axis 1, and the layer normalizes 8
        shapes: (32, 28, 28, 8)
        module: GroupNorm(8, 2 groups)
        hint: the features stand last here; bring them to axis 1, with transposed(_:)
      """
    ) { _ in try GroupNorm(groups: 2, 8).outputShape(for: [32, 28, 28, 8]) },
    LayerMistake(
      "InstanceNorm",
      """
      InstanceNorm: the features have no places to normalize over
        shapes: (32, 8)
        module: InstanceNorm(8)
        hint: it is of shape (batch, 8, length), or has more axes behind these; LayerNorm normalizes over features
      """
    ) { _ in try InstanceNorm(8).outputShape(for: [32, 8]) },
  ]
}
