// A body that stays as it is, and a head that is trained on what the body makes of the input.
import Backprop

struct Network: Layer {
  let body: Sequential
  let head: Linear

  func forward(_ x: Tensor, _ mode: Mode) -> Tensor { head(body(x, mode), mode) }
}

var random = RandomSource(seed: 0)
let model = Network(
  body: Sequential {
    Linear(1, 64, initializer: .uniform(in: -3..<3), using: &random)
    Tanh()
  }, head: Linear(64, 1, using: &random))
model.body.isTrainable = false
let before = model.body.parameters.map(\.array)

let x = Tensor.linearSpace(from: -3, to: 3, count: 64).reshaped(to: [64, 1])
let optimizer = Adam(for: model, learningRate: 0.1)
for step in 0...1000 {
  let loss = meanSquaredError(predictions: model(x), targets: x.sin())
  if step % 250 == 0 { print("step \(step): loss \(loss)") }
  optimizer.update(using: loss.backward())
}
let loss = meanSquaredError(predictions: model(x), targets: x.sin())
precondition(loss.item < 0.01)
precondition(model.body.parameters.map(\.array) == before)
print("of \(model.parameterCount) numbers, \(model.head.parameterCount) were trained")
