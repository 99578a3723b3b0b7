// The training loop: batches, validation, early stopping, and the best weights brought back.
import Backprop

var random = RandomSource(seed: 0)
let x = Tensor.uniform([240, 1], in: -3..<3, using: &random)
let y = x.sin() + .normal([240, 1], standardDeviation: 0.3, using: &random)
let train = TensorDataset(inputs: x[..<40], targets: y[..<40])
let validation = TensorDataset(inputs: x[40...], targets: y[40...])

// Far too large for 40 examples: trained to the end, it would learn the noise.
let model = Sequential {
  Linear(1, 64, using: &random)
  Tanh()
  Linear(64, 64, using: &random)
  Tanh()
  Linear(64, 1, using: &random)
}
let loop = TrainingLoop(model, Adam(for: model, learningRate: 0.005), train, batchSize: 8) {
  batch, mode in
  meanSquaredError(predictions: model(batch.inputs, mode), targets: batch.targets)
}
loop.evaluation = {
  validation.means { batch in
    let predictions = model(batch.inputs, .inference)
    return ["validation": meanSquaredError(predictions: predictions, targets: batch.targets).item]
  }
}
loop.earlyStopping = EarlyStopping(on: "validation", .smallest, patience: 20)
loop.onEpoch = { if $0.epoch % 10 == 0 { print($0) } }

let result = try loop.run(epochs: 500)
let best = loop.best!
print("stopped after \(loop.epochCount) epochs; best \(best.value) in epoch \(best.epoch)")
precondition(result.end == .stoppedEarly)
let metrics = try loop.evaluation!()
precondition(metrics["validation"] == best.value)
