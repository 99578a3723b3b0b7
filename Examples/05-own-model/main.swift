// A model of one's own: a type that holds layers. Trained, saved as safetensors, loaded elsewhere.
import Backprop
import Foundation

/// Two layers whose result is added to their input: a residual block between two projections.
///
/// Nothing is registered: parameters are found by reflection and called `inner.weight`, …
struct ResidualNetwork: Layer {
  let input: Linear
  let inner: Linear
  let output: Linear
  /// A parameter that is no layer: how much of the inner layer is added.
  let gate: Parameter

  init(width: Int, using random: inout RandomSource) {
    input = Linear(1, width, using: &random)
    inner = Linear(width, width, using: &random)
    output = Linear(width, 1, using: &random)
    gate = Parameter(NDArray([0.5]))
  }

  func forward(_ x: Tensor, _ mode: Mode) -> Tensor {
    let start = input(x, mode).tanh()
    return output(start + gate.tensor * inner(start, mode).tanh(), mode)
  }
}

// Learn the sine from 64 points of it.
let x = Tensor.linearSpace(from: -3, to: 3, count: 64).reshaped(to: [64, 1])
let y = x.sin()
var random = RandomSource(seed: 0)
let model = ResidualNetwork(width: 16, using: &random)
print(try model.summary(input: [64, 1]))

let optimizer = Adam(for: model, learningRate: 0.01)
for step in 1...500 {
  let loss = meanSquaredError(predictions: model(x), targets: y)
  optimizer.update(using: loss.backward())
  if step % 100 == 0 { print("step \(step): loss \(loss.item)") }
}

// Save, and load into a model that started from other random numbers.
let path = FileManager.default.temporaryDirectory.appendingPathComponent("sine.safetensors").path
try model.save(to: path, metadata: ["trained on": "sin"])
let copy = ResidualNetwork(width: 16, using: &random)
try copy.load(from: path)
let question = Tensor([[1.5707963]])
print("\nsin(π/2) = \(model(question).item); the loaded copy says \(copy(question).item)")
print("in the file: \(try StateDictionary(contentsOf: path).names.joined(separator: ", "))")

// A file that does not fit is refused as a whole, with all that is wrong with it.
do {
  try ResidualNetwork(width: 8, using: &random).load(from: path)
} catch {
  print("\ninto a model of width 8:\n\(error)")
}
