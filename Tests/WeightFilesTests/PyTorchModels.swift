import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import Foundation

/// The models of `make_pytorch_fixtures.py`, written with this library.
enum PyTorchModels {
  struct Example: Codable {
    let input: [[Float]]
    let output: [[Float]]
  }

  struct Nested: Layer {
    let scale: Parameter
    let blocks: [Sequential]
    func forward(_ x: Tensor, _ mode: Mode) -> Tensor {
      blocks.reduce(x) { $1($0, mode) } * scale.tensor
    }
  }

  /// By name, with weights drawn from `seed`.
  static func all(seed: UInt64) -> [String: any Layer] {
    var random = RandomSource(seed: seed)
    var blocks: [Sequential] = []
    for _ in 0..<2 {
      let (first, second) = (
        Linear(4, 4, using: &random), Linear(4, 4, hasBias: false, using: &random)
      )
      blocks.append(
        Sequential {
          first
          Tanh()
          Sequential { second }
        })
    }
    let square = (Linear(4, 4, using: &random), Linear(4, 4, using: &random))
    return [
      "square": Sequential([square.0, ReLU(), square.1]),
      "square-list": MultilayerPerceptron([4, 4, 4], activation: .relu, using: &random),
      "list": MultilayerPerceptron([3, 5, 4, 2], activation: .tanh, using: &random),
      "no-bias": MultilayerPerceptron(
        [3, 3, 2], activation: .sigmoid, hasBias: false, using: &random),
      "two-layers": TwoLayerNet(4, 4, 4, activation: .sigmoid, using: &random),
      "nested": Nested(
        scale: Parameter(.normal([4, 4], using: &random)), blocks: blocks),
    ]
  }

  /// What PyTorch computes with the weights in the fixtures.
  static func examples() throws -> [String: Example] {
    try Fixtures.decode([String: Example].self, from: "pytorch/outputs.json")
  }

  static func path(_ name: String) -> String { Fixtures.path("pytorch/\(name)") }
}
