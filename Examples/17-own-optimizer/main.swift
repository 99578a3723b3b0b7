// An optimizer of one's own: a rule, written in tensors. And a schedule of the learning rate.
import Backprop

/// A step of one length, in the direction of a running mean's sign (Bernstein et al., 2018).
struct Signum: ComposedRule {
  var slots: [String] { ["mean"] }

  func newValue(
    of w: Tensor, gradient g: Tensor, slots: inout [Tensor], step: UpdateStep
  ) -> Tensor {
    slots[0] = slots[0] * 0.9 + g * 0.1
    return w - (slots[0].sign() + w * step.weightDecay) * step.learningRate
  }
}

var random = RandomSource(seed: 0)
let model = Sequential {
  Linear(2, 16, using: &random)
  Tanh()
  Linear(16, 1, using: &random)
}
let x = Tensor.uniform([500, 2], in: -1..<1, using: &random)
let data = TensorDataset(inputs: x, targets: x[.all, ..<1] * x[.all, 1...])
let optimizer = Optimizer(Signum(), for: model, learningRate: 0.01, weightDecay: 0.01)
let loop = TrainingLoop(model, optimizer, data, batchSize: 50) { batch, mode in
  meanSquaredError(predictions: model(batch.inputs, mode), targets: batch.targets)
}
loop.schedule = .cosine(over: 300).warmedUp(over: 20)
loop.onEpoch = { if $0.epoch % 8 == 0 { print($0) } }
try loop.run(steps: 320)
let loss = meanSquaredError(predictions: model(data.inputs), targets: data.targets)
precondition(loss.item < 0.005)
