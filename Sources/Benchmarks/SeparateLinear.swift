import Backprop

/// A linear layer as two operations, a product and a sum, each of which the graph records.
struct SeparateLinear: Layer {
  let weight: Parameter
  let bias: Parameter

  init(_ inputs: Int, _ outputs: Int, using random: inout RandomSource) {
    weight = Parameter(
      Initializer.he.array([inputs, outputs], fanIn: inputs, fanOut: outputs, using: &random))
    bias = Parameter(.zeros([outputs]))
  }

  func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    input.matmul(weight.tensor) + bias.tensor
  }
}
