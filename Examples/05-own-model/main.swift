// A model of one's own: a type that holds layers, and says what becomes of an input.
import Backprop

/// Two layers whose result is added to their input: a residual block between two projections.
struct ResidualNetwork: Layer {
  let input: Linear
  let inner: Linear
  let output: Linear
  /// A parameter that is no layer: how much of the inner layer is added.
  let gate = Parameter(Tensor([0.5]))

  init(width: Int, using random: inout RandomSource) {
    input = Linear(1, width, using: &random)
    inner = Linear(width, width, using: &random)
    output = Linear(width, 1, using: &random)
  }

  func forward(_ x: Tensor, _ mode: Mode) -> Tensor {
    let start = input(x, mode).tanh()
    return output(start + gate.tensor * inner(start, mode).tanh(), mode)
  }
}

// Learn the sine from 64 points of it.
let x = Tensor.linearSpace(from: -3, to: 3, count: 64).reshaped(to: [64, 1])
var random = RandomSource(seed: 0)
let model = ResidualNetwork(width: 16, using: &random)
let optimizer = Adam(for: model, learningRate: 0.01)
for step in 0..<500 {
  let predictions = model(x, .training(seed: 0, step: step))
  let loss = meanSquaredError(predictions: predictions, targets: x.sin())
  if step % 100 == 0 { print("step \(step): loss \(loss)") }
  optimizer.update(using: loss.backward())
}
let peak = model(Tensor([[1.5707963]]), .inference).item
print("sin(π/2) = \(peak)")
precondition(abs(peak - 1) < 0.02)

// Nothing was registered: parameters are found, and named after the properties.
for (name, parameter) in model.namedParameters { print(name, parameter.shape) }
print(try model.summary(input: [64, 1]))
