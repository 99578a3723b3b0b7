// Gradient clipping: a weight that is applied twenty times over, as in a recurrent network, has
// gradients of any size.
import Backprop

let weight = Parameter(Tensor(1.5))
func loss() -> Tensor {
  var state = Tensor(1.0)
  for _ in 1...20 { state *= weight.tensor }
  return (state - 1).squared()
}
let optimizer = SGD(for: ModuleGroup(["weight": weight]), learningRate: 0.001)
for step in 0...600 {
  let (gradients, norm) = loss().backward().clipped(toNorm: 1)
  if step % 200 == 0 { print("step \(step): weight \(weight.tensor), norm \(norm)") }
  optimizer.update(using: gradients)
}
precondition(abs(weight.array.item - 1) < 1e-3)
