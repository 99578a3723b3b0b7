import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropOptimizers
import Testing

/// One model, of which each task says how it runs.
@Suite struct SharedModelTests {
  private struct Model: Layer {
    let body: Sequential
    let head: Linear

    init() {
      var random = RandomSource(seed: 21)
      body = Sequential {
        Linear(4, 16, using: &random)
        BatchNorm(16)
        ReLU()
        Dropout(0.5)
      }
      head = Linear(16, 2, using: &random)
    }

    func forward(_ x: Tensor, _ mode: Mode) -> Tensor { head(body(x, mode), mode) }
  }

  private static func batch(_ step: Int) -> Tensor {
    var random = RandomSource(seed: 5, stream: UInt64(step))
    return Tensor.normal([32, 4], mean: 1, using: &random)
  }

  /// A step whose loss is that of the sum of an example's numbers and their difference.
  private static func train(_ model: Model, _ optimizer: Optimizer, _ step: Int) -> Double {
    let x = batch(step)
    let target = Tensor.stack([x.sum(axis: 1), x[.all, 0] - x[.all, 1]], axis: 1)
    let loss = (model(x, .training(seed: 1, step: step)) - target).squared().mean()
    let value = loss.item
    optimizer.update(using: loss.backward())
    return value
  }

  /// Eight tasks use a model while one trains it. Training goes as it does alone, and who uses the
  /// model sees neither dropout nor batches, but numbers that are finite and, at the end, the same.
  @Test func tasksUseAModelWhileOneTrainsIt() async {
    let steps = 60
    let alone = Model()
    let optimizer = SGD(for: alone, learningRate: 0.05)
    let losses = (0..<steps).map { Self.train(alone, optimizer, $0) }
    #expect(losses.suffix(10).reduce(0, +) < losses.prefix(10).reduce(0, +))

    let model = Model()
    let examples = Self.batch(1000)
    await withTaskGroup(of: [Double].self) { group in
      group.addTask {
        let optimizer = SGD(for: model, learningRate: 0.05)
        return (0..<steps).map { Self.train(model, optimizer, $0) }
      }
      for task in 0..<8 {
        group.addTask {
          for _ in 0..<steps {
            let scores = model(examples[task..<(task + 2)], .inference)
            guard scores.shape == [2, 2], scores.doubles.allSatisfy({ $0.isFinite }) else {
              return [.nan]
            }
          }
          return []
        }
      }
      for await result in group where !result.isEmpty { #expect(result == losses) }
    }
    let expected = alone(examples, .inference).doubles
    #expect(model(examples, .inference).doubles == expected)
    #expect(
      model.namedBuffers.map(\.buffer.array.doubles)
        == alone.namedBuffers.map(\.buffer.array.doubles))
    // An example alone is rounded otherwise than in a batch.
    for example in 0..<8 {
      let one = model(examples[example..<(example + 1)], .inference).doubles
      for (x, y) in zip(one, expected[(2 * example)...]) { #expect(abs(x - y) < 1e-5) }
    }
  }
}
