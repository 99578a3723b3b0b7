// Few examples of a rare class: weights for the classes, a learning rate that is looked for, and
// cross-validation, by metrics that say more than the accuracy.
import Backprop

var random = RandomSource(seed: 0)
// Two clouds that overlap; one example in ten is of the second.
let count = 600
let labels = (0..<count).map { $0 % 10 == 0 ? 1 : 0 }
let centers = Tensor(labels).cast(to: .float32).reshaped(to: [count, 1]) * 2
let data = TensorDataset(
  inputs: Tensor.normal([count, 2], using: &random) + centers, targets: Tensor(labels))
let weights = balancedClassWeights(labels: labels, classes: 2)
print("weights of the classes: \(weights)")

func makeModel(seed: UInt64) -> Sequential {
  var random = RandomSource(seed: seed)
  return Sequential {
    Linear(2, 16, using: &random)
    Tanh()
    Linear(16, 2, using: &random)
  }
}

func makeLoop<Data: Dataset<TensorDataset.Batch>>(
  _ model: Sequential, _ data: Data, seed: UInt64
) -> TrainingLoop<Data> {
  TrainingLoop(model, Adam(for: model), data, batchSize: 20, seed: seed) { batch, mode in
    crossEntropy(
      logits: model(batch.inputs, mode), targets: batch.targets, classWeights: weights)
  }
}

// Everything is as it was after the sweep: the model is not trained yet.
let sweep = try makeLoop(makeModel(seed: 0), data, seed: 0).findLearningRate()
let rate = sweep.suggestion!
print("the loss falls fastest at a learning rate of \(rate)")

// Every example is judged once, by a model that did not learn from it.
let result = try crossValidate(data, folds: 5, stratifiedBy: labels, seed: 1) { fold in
  let model = makeModel(seed: fold.seed)
  let loop = makeLoop(model, fold.train, seed: fold.seed)
  loop.learningRate = rate
  try loop.run(epochs: 10)
  var metrics = ClassificationMetrics(classes: 2)
  for batch in fold.validation.batches(of: 100) {
    metrics.add(logits: model(batch.inputs, .inference), labels: batch.targets)
  }
  return [
    "accuracy": metrics.confusion.accuracy, "rare found": metrics.confusion.recall(of: 1),
    "ROC area": metrics.roc.area(of: 1),
  ]
}
print(result)
precondition(result.mean(of: "rare found") > 0.8 && result.mean(of: "ROC area") > 0.9)
