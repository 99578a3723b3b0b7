// A loss of one's own: Huber's, a parabola for small errors and a line for large ones.
import Backprop

func huber(_ predictions: Tensor, _ targets: Tensor, delta: Double = 1) -> Tensor {
  let error = (predictions - targets).abs()
  let (small, large) = (0.5 * error.squared(), delta * (error - 0.5 * delta))
  return Tensor.where(error .<= delta, small, large).mean()
}

let predictions = Tensor([0.0, 0.5, 3.0, -4.0]).requiringGradient()
let loss = huber(predictions, .zeros([4]))
print("loss \(loss), gradient \(loss.backward()[predictions])")

// y = 3 x - 1, of which one point is far off.
let x = Tensor.range(from: 0, to: 10).reshaped(to: [10, 1]) / 10
let y = Tensor([-1, -0.7, -0.4, -0.1, 0.2, 0.5, 0.8, 1.1, 1.4, 20], shape: [10, 1])

func slope(_ loss: (Tensor, Tensor) -> Tensor) -> Double {
  let model = Linear(weight: .zeros([1, 1]), bias: .zeros([1]))
  let optimizer = SGD(for: model, learningRate: 0.3)
  for _ in 1...1000 { optimizer.update(using: loss(model(x), y).backward()) }
  return model.weight.array.item
}
let found = slope { huber($0, $1, delta: 0.1) }
let squares = slope { meanSquaredError(predictions: $0, targets: $1) }
print("slope by squares \(squares), by Huber's loss \(found)")
precondition(abs(found - 3) < 0.5)
