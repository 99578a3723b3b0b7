import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// A low-rank correction beside a linear layer's weight: y = x W + b + s · (x A) B.
///
/// A is of shape (inputs, rank) and B of shape (rank, outputs), so that with a small rank they are a
/// small part of W. A starts at random and B as zeros: at first the layer gives what it gave. The
/// factor s is α / rank, by which another rank needs no other learning rate. In training, numbers of
/// x are dropped on the way to A.
///
/// In files they are called `lora_A.weight` and `lora_B.weight`, and lie as PyTorch has linear layers.
///
/// Source: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021).
public struct LowRankAdapter: LinearAdapter {
  /// A: from a row of input to a few numbers.
  public let down: Linear
  /// B: from these to a row of output.
  public let up: Linear
  /// s, by which the correction is multiplied.
  public let scale: Double
  /// What drops numbers on the way to A; `nil` for nothing.
  public let dropout: Dropout?

  init(down: Linear, up: Linear, scale: Double, dropout: Double) {
    self.down = down
    self.up = up
    self.scale = scale
    self.dropout = dropout == 0 ? nil : Dropout(dropout)
  }

  /// A correction that does nothing yet.
  init(
    of layer: Linear, rank: Int, scale: Double, dropout: Double, using random: inout RandomSource
  ) {
    let (shape, type) = (layer.weight.shape, layer.weight.scalarType)
    self.init(
      down: Linear(shape[0], rank, hasBias: false, scalarType: type, using: &random),
      up: Linear(weight: .zeros([rank, shape[1]], scalarType: type)),
      scale: scale, dropout: dropout)
  }

  /// How many numbers lie between A and B.
  public var rank: Int { down.weight.shape[1] }

  public func callAsFunction(
    _ input: Tensor, of layer: Linear, then activation: Activation, _ mode: Mode
  ) -> Tensor {
    let given = input.affine(layer.weight.tensor, layer.bias?.tensor)
    let correction = up(down(dropout?(input, mode) ?? input, mode), mode)
    return activation(given + correction * scale)
  }

  /// s · A B: what the layer's weight becomes larger by.
  var product: Tensor { down.weight.tensor.matmul(up.weight.tensor) * scale }

  public var members: [ModuleMember] {
    ModuleMember.named(["lora_A": down, "lora_B": up, "lora_dropout": dropout])
  }

  public var summaryName: String { "LowRankAdapter(rank \(rank))" }
}
