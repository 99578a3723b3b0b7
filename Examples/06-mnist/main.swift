import Backprop

var random = RandomSource(seed: 0)
let (train, test) = (try? MNIST.load()) ?? Digits.draw()
let model = Sequential {
  Linear(784, 50, using: &random)
  ReLU()
  Linear(50, 10, using: &random)
}
let optimizer = SGD(for: model, learningRate: 0.1)
for epoch in 1...2 {
  for batch in train.batches(of: 100, shuffledUsing: &random) {
    let loss = crossEntropy(logits: model(batch.images), targets: batch.labels)
    optimizer.update(using: loss.backward())
  }
  print("epoch \(epoch): test accuracy \(accuracy(of: model, on: test))")
}
print(try model.summary(input: [1, 784]))
