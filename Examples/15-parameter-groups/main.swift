// Parameter groups: the body learns at a tenth of the rate, and no bias is pulled to zero.
import Backprop

struct Network: Layer {
  let body = Linear(weight: .ones([2, 2]), bias: .ones([2]))
  let head = Linear(weight: .ones([2, 1]), bias: .ones([1]))

  func forward(_ x: Tensor, _ mode: Mode) -> Tensor { head(body(x, mode), mode) }
}

let model = Network()
let optimizer = AdamW(
  for: model, learningRate: 0.01, weightDecay: 0.1,
  groups: [
    // Each parameter belongs to the first group that wants it.
    ParameterGroup(
      where: { name, _ in name.hasPrefix("body.") && name.hasSuffix("bias") },
      learningRateFactor: 0.1, weightDecay: 0),
    ParameterGroup(where: { name, _ in name.hasPrefix("body.") }, learningRateFactor: 0.1),
    ParameterGroup(where: { name, _ in name.hasSuffix("bias") }, weightDecay: 0),
  ])
optimizer.update(using: model(Tensor([[1, 2]])).backward())

for (name, parameter) in model.namedParameters { print(name, parameter.tensor.flattened()) }
// One step of Adam is as long as the rate, and decay takes rate · 0.1 of a weight away.
precondition(model.body.weight.tensor.isClose(to: Tensor(repeating: 0.9989, shape: [2, 2])))
precondition(model.body.bias!.tensor.isClose(to: Tensor(repeating: 0.999, shape: [2])))
precondition(model.head.weight.tensor.isClose(to: Tensor(repeating: 0.989, shape: [2, 1])))
precondition(model.head.bias!.tensor.isClose(to: Tensor([0.99])))
