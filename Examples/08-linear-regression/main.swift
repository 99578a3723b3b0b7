// Linear regression by gradient descent, from Swift's own arrays.
import Backprop

let inputs = [[0.5, 1.2], [1.5, 0.3], [2.0, 2.2], [3.1, 1.0], [4.0, 3.3], [5.2, 0.7]]
let targets = [0.6, 3.5, 2.6, 6.3, 5.9, 10.6]

let x = Tensor(inputs)
let y = Tensor(targets, shape: [6, 1])
let model = Linear(weight: .zeros([2, 1]), bias: .zeros([1]))
let optimizer = SGD(for: model, learningRate: 0.05)
for step in 0...2000 {
  let loss = meanSquaredError(predictions: model(x), targets: y)
  if step % 500 == 0 { print("step \(step): loss \(loss)") }
  optimizer.update(using: loss.backward())
}
print("weights \(model.weight.tensor.flattened()), bias \(model.bias!.tensor)")

// At the least squares, the errors are at right angles to each input.
let errors = model(x) - y
precondition(x.transposed().matmul(errors).abs().max().item < 1e-3)
