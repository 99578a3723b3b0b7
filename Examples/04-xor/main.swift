// XOR learned by backpropagation: two inputs, a hidden layer of four, one output.
import Backprop

var random = RandomSource(seed: 3)
let model = Sequential {
  Linear(2, 4, initializer: .xavier, using: &random)
  Tanh()
  Linear(4, 1, initializer: .xavier, using: &random)
}
let inputs = Tensor([[0, 0], [1, 0], [0, 1], [1, 1]])
let targets = Tensor([[0], [1], [1], [0]])
let optimizer = Adam(for: model, learningRate: 0.05)

print("step  loss")
for step in 0...300 {
  let loss = meanSquaredError(predictions: model(inputs), targets: targets)
  if step % 50 == 0 { print("\(step)  \(loss.item)") }
  optimizer.update(using: loss.backward())
}

print("\ninputs  wanted  got")
let results = withoutGradient { model(inputs) }.doubles
for (index, result) in results.enumerated() {
  print(inputs[index], " ", targets[index].item, "  ", (result * 1000).rounded() / 1000)
}
print("\n\(try model.summary(input: [1, 2]))")
