import Backprop

/// Layer norm and GELU written out in element-wise operations, most of which the graph records
/// though few of their results are needed again.
struct MemoryComposed: BenchmarkWork {
  let name = "memory-composed"
  let summary = "peak of live bytes in a step of four blocks of linear, layer norm and GELU"

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let model = ComposedStack(blocks: 4, width: 512, using: &random)
    let optimizer = SGD(for: model, learningRate: 0.01)
    let input = Tensor.normal([256, 512], using: &random)
    let bytes = PeakMemory.ofSecondStep {
      let loss = model(input).squared().mean()
      optimizer.update(using: loss.backward())
    }
    return measurement("bytes", [bytes])
  }
}

private struct ComposedStack: Layer {
  struct Block: Layer {
    let linear: SeparateLinear
    let gain: Parameter
    let shift: Parameter

    init(width: Int, using random: inout RandomSource) {
      linear = SeparateLinear(width, width, using: &random)
      gain = Parameter(.ones([width]))
      shift = Parameter(.zeros([width]))
    }

    func forward(_ input: Tensor, _ mode: Mode) -> Tensor { gelu(normalized(linear(input, mode))) }

    /// Source: Ba, Kiros and Hinton, "Layer Normalization" (2016).
    private func normalized(_ x: Tensor) -> Tensor {
      let centred = x - x.mean(axis: -1, keepDims: true)
      let variance = centred.squared().mean(axis: -1, keepDims: true)
      return centred / (variance + 1e-5).squareRoot() * gain.tensor + shift.tensor
    }

    /// Source: Hendrycks and Gimpel, "Gaussian Error Linear Units" (2016), the form with tanh.
    private func gelu(_ x: Tensor) -> Tensor {
      let inner = (2 / Double.pi).squareRoot() * (x + 0.044715 * x.pow(3))
      return 0.5 * x * (1 + inner.tanh())
    }
  }

  let blocks: [Block]

  init(blocks count: Int, width: Int, using random: inout RandomSource) {
    blocks = (0..<count).map { _ in Block(width: width, using: &random) }
  }

  func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    blocks.reduce(input) { h, block in block(h, mode) }
  }
}
