// A training that is cut off and taken up again: its weights are those of one that never was, bit for bit.
import Backprop
import Foundation

/// The model, the data and the settings, as every process that trains makes them anew.
func makeLoop() -> TrainingLoop<TensorDataset> {
  var random = RandomSource(seed: 0)
  let x = Tensor.uniform([200, 1], in: -3..<3, using: &random)
  let model = Sequential {
    Linear(1, 32, using: &random)
    Tanh()
    Dropout(0.1)
    Linear(32, 1, using: &random)
  }
  let loop = TrainingLoop(
    model, Adam(for: model, learningRate: 0.01), TensorDataset(inputs: x, targets: x.sin()),
    batchSize: 8
  ) { batch, mode in
    meanSquaredError(predictions: model(batch.inputs, mode), targets: batch.targets)
  }
  loop.schedule = .cosine(over: 10 * loop.stepsPerEpoch)
  return loop
}

struct PowerFailure: Error {}

let folder = NSTemporaryDirectory() + "backprop-example-\(UUID().uuidString)"

let first = makeLoop()
first.observers = [FailureAfterStep(130)]
do {
  try first.run(epochs: 10, checkpoints: Checkpoints(in: folder, everySteps: 20))
} catch is PowerFailure {
  print("cut off after \(first.stepCount) steps")
}

let second = makeLoop()
let resumption = try second.resume(from: folder)
print("taken up after \(resumption.step!) steps")
try second.run(epochs: 10, checkpoints: Checkpoints(in: folder, everySteps: 20))

let whole = makeLoop()
try whole.run(epochs: 10)
let pairs = zip(second.model.parameters, whole.model.parameters)
precondition(pairs.allSatisfy { $0.array.scalars(as: Float.self) == $1.array.scalars() })
print("the same weights after \(second.stepCount) steps")
try FileManager.default.removeItem(atPath: folder)

/// Ends the training as a power failure would, for the example's sake.
final class FailureAfterStep: TrainingObserver {
  let step: Int
  init(_ step: Int) { self.step = step }
  func receive(_ event: TrainingEvent) throws {
    if case .step(let report) = event, report.step == step { throw PowerFailure() }
  }
}
