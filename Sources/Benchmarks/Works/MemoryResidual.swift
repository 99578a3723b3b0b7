import Backprop

/// Ten residual blocks, whose sums keep nothing that a gradient needs.
struct MemoryResidual: BenchmarkWork {
  let name = "memory-residual"
  let summary = "peak of live bytes in a step of ten residual blocks, width 256, batch 512"

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let model = ResidualStack(blocks: 10, width: 256, classes: 10, using: &random)
    let optimizer = SGD(for: model, learningRate: 0.01)
    let input = Tensor.normal([512, 256], using: &random)
    let labels = Tensor((0..<512).map { Int32($0 % 10) })
    let bytes = PeakMemory.ofSecondStep {
      let loss = crossEntropy(logits: model(input), targets: labels)
      optimizer.update(using: loss.backward())
    }
    return measurement("bytes", [bytes])
  }
}

private struct ResidualStack: Layer {
  /// h + relu(h · W₁ + b₁) · W₂ + b₂
  struct Block: Layer {
    let inner: SeparateLinear
    let outer: SeparateLinear

    func forward(_ h: Tensor, _ mode: Mode) -> Tensor { h + outer(inner(h, mode).relu(), mode) }
  }

  let blocks: [Block]
  let output: SeparateLinear

  init(blocks count: Int, width: Int, classes: Int, using random: inout RandomSource) {
    blocks = (0..<count).map { _ in
      Block(
        inner: SeparateLinear(width, width, using: &random),
        outer: SeparateLinear(width, width, using: &random))
    }
    output = SeparateLinear(width, classes, using: &random)
  }

  func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    output(blocks.reduce(input) { h, block in block(h, mode) }, mode)
  }
}
