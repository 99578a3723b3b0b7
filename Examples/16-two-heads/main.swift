// A model with two heads: which quadrant a point lies in, and how far out, by two losses.
import Backprop

struct TwoHeads: Module {
  let body: Linear
  let quadrant: Linear
  let distance: Linear

  init(width: Int, using random: inout RandomSource) {
    body = Linear(2, width, using: &random)
    quadrant = Linear(width, 4, using: &random)
    distance = Linear(width, 1, using: &random)
  }

  func callAsFunction(_ x: Tensor, _ mode: Mode) -> (quadrant: Tensor, distance: Tensor) {
    mode.call(self) { mode in
      let features = body(x, mode).relu()
      return (quadrant(features, mode), distance(features, mode))
    }
  }
}

/// Points with what is to be said of them; a batch of points is such a set again.
struct Points: Dataset {
  let positions: Tensor
  let quadrants: Tensor
  let distances: Tensor

  var count: Int { positions.shape[0] }
  func batch(_ rows: [Int]) -> Points {
    Points(
      positions: positions.gather(rows: rows), quadrants: quadrants.gather(rows: rows),
      distances: distances.gather(rows: rows))
  }
}

func draw(_ count: Int, using random: inout RandomSource) -> Points {
  let x = Tensor.uniform([count, 2], in: -1..<1, using: &random)
  let isPositive = (x .> 0).cast(to: .int32)
  return Points(
    positions: x, quadrants: (isPositive * Tensor([1, 2] as [Int32])).sum(axis: 1),
    distances: x.squared().sum(axis: 1, keepDims: true).squareRoot())
}

var random = RandomSource(seed: 0)
let (train, test) = (draw(1000, using: &random), draw(500, using: &random))
let model = TwoHeads(width: 32, using: &random)
let loop = TrainingLoop(model, Adam(for: model, learningRate: 0.01), train, batchSize: 50) {
  points, mode in
  let (quadrant, distance) = model(points.positions, mode)
  return crossEntropy(logits: quadrant, targets: points.quadrants)
    + 2 * meanSquaredError(predictions: distance, targets: points.distances)
}
loop.evaluation = {
  let (quadrant, distance) = model(test.positions, .inference)
  return [
    "accuracy": accuracy(logits: quadrant, targets: test.quadrants),
    "distance error": (distance - test.distances).abs().mean().item,
  ]
}
loop.onEpoch = { if $0.epoch % 5 == 0 { print($0) } }
let metrics = try loop.run(epochs: 20).metrics
precondition(metrics["accuracy"]! > 0.95 && metrics["distance error"]! < 0.05)
