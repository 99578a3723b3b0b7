import Backprop

var random = RandomSource(seed: 0)
let (train, test) = (try? MNIST.load()) ?? Digits.draw()
let model = Sequential {
  Linear(784, 50, using: &random)
  ReLU()
  Linear(50, 10, using: &random)
}
let optimizer = SGD(for: model, learningRate: 0.1)
let loop = TrainingLoop(model, optimizer, train, batchSize: 100) { batch, mode in
  crossEntropy(logits: model(batch.images, mode), targets: batch.labels)
}
loop.evaluation = { ["test accuracy": accuracy(of: model, on: test)] }
loop.onEpoch = { print($0) }
try loop.run(epochs: 2)
print(try model.summary(input: [1, 784]))
