import Backprop

/// A recurrent network: the same three parameters in each of a thousand steps.
struct MemoryRecurrent: BenchmarkWork {
  let name = "memory-recurrent"
  let summary = "peak of live bytes in a step through 1,000 times of a recurrent network, width 128"

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let model = RecurrentNetwork(inputs: 16, width: 128, using: &random)
    let optimizer = SGD(for: model, learningRate: 0.01)
    let input = Tensor.normal([1000, 8, 16], using: &random)
    let bytes = PeakMemory.ofSecondStep {
      let loss = model(input).squared().mean()
      optimizer.update(using: loss.backward())
    }
    return measurement("bytes", [bytes])
  }
}

/// h ← tanh(xₜ · U + h · W + b) for each time t, from zeros; the last h is the result.
private struct RecurrentNetwork: Layer {
  let inputWeight: Parameter
  let stateWeight: Parameter
  let bias: Parameter

  init(inputs: Int, width: Int, using random: inout RandomSource) {
    func weight(_ rows: Int) -> Parameter {
      Parameter(
        Initializer.xavier.array([rows, width], fanIn: rows, fanOut: width, using: &random))
    }
    inputWeight = weight(inputs)
    stateWeight = weight(width)
    bias = Parameter(.zeros([width]))
  }

  /// `(times, batch, inputs) -> (batch, width)`
  func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    var h = Tensor.zeros([input.shape[1], bias.count])
    for time in 0..<input.shape[0] {
      h =
        (input[time].matmul(inputWeight.tensor) + h.matmul(stateWeight.tensor) + bias.tensor).tanh()
    }
    return h
  }
}
