// A chain of element-wise operations in one pass over memory: the same numbers, sooner.
import Backprop

var random = RandomSource(seed: 0)
let variables = (0..<3).map { _ in Parameter(Tensor.normal([1000, 1000], using: &random)) }
let (a, b, c) = (variables[0].tensor, variables[1].tensor, variables[2].tensor)

// Each operation reads and writes whole tensors.
func separate() -> Tensor { ((a * b + c).relu() * 0.5 - a).tanh() }

// All of them, on a few numbers at a time that stay in the first cache.
func together() -> Tensor {
  let y = fused { ((a * b + c).relu() * 0.5 - a).tanh() }
  return y
}

func time(_ body: () -> Tensor) -> Duration {
  (0..<20).map { _ in ContinuousClock().measure { _ = body() } }.min()!
}
print("separate: \(time(separate)), together: \(time(together))")
precondition(separate().array == together().array)

// Gradients are one pass too.
let gradients = (separate().sum().backward(), together().sum().backward())
for variable in variables {
  precondition(gradients.0[variable]?.array == gradients.1[variable]?.array)
}
print("the same numbers and gradients, bit for bit")
