import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTestSupport
import BackpropWeightFiles
import Testing

@testable import BackpropTraining

/// A training that PyTorch began goes on here.
@Suite struct PyTorchOptimizerTests {
  /// Two steps after the checkpoint, by PyTorch: see `make_checkpoint_fixtures.py`.
  private struct Continued: Decodable {
    let rate: Double
    let inputs: [[[Float]]]
    let weights: [String: [Double]]
  }

  private func makeModel(inputs: Int = 3) -> Sequential {
    var random = RandomSource(seed: 1)
    let (first, last) = (Linear(inputs, 4, using: &random), Linear(4, 2, using: &random))
    return Sequential {
      first
      ReLU()
      BatchNorm(4)
      last
    }
  }

  private func optimizer(_ name: String, _ model: Sequential, rate: Double) -> Optimizer {
    name == "adam"
      ? AdamW(for: model, learningRate: rate, weightDecay: 0.01)
      : SGD(for: model, learningRate: rate, momentum: 0.9)
  }

  @Test(arguments: ["adam", "momentum"], ["", "-old"])
  func itGoesOnAsInPyTorch(_ name: String, _ form: String) throws {
    let after = try #require(
      try Fixtures.decode([String: Continued].self, from: "checkpoints/continued.json")[name])
    let path = Fixtures.path("checkpoints/\(name)\(form).pt")
    let checkpoint = try PyTorchFile.read(path)
    let model = makeModel()
    try model.load(from: path, key: "model")
    let optimizer = optimizer(name, model, rate: after.rate)
    try optimizer.restore(fromPyTorch: try #require(checkpoint["optimizer"]), for: model)
    for (step, input) in after.inputs.enumerated() {
      let y = model(Tensor(input), .training(seed: 0, step: step))
      optimizer.update(using: (y * y).mean().backward())
    }
    let state = model.stateDictionary
    for (parameter, expected) in after.weights {
      let found = try #require(state[parameter]).doubles
      #expect(found.count == expected.count)
      for (found, expected) in zip(found, expected) {
        #expect(abs(found - expected) <= 1e-5 * max(1, abs(expected)), "\(parameter)")
      }
    }
  }

  @Test func whatDoesNotBelongTogetherIsRefused() throws {
    let adam = try #require(PyTorchFile.read(Fixtures.path("checkpoints/adam.pt"))["optimizer"])
    let model = makeModel()
    // Another rule.
    let descent = SGD(for: model, learningRate: 0.1, momentum: 0.9)
    #expect(throws: OptimizerStateError.self) { try descent.restore(fromPyTorch: adam, for: model) }
    // Other parameters.
    var random = RandomSource(seed: 1)
    let (small, wide) = (Linear(3, 4, using: &random), makeModel(inputs: 5))
    let error = #expect(throws: WeightFileError.self) {
      try AdamW(for: small).restore(fromPyTorch: adam, for: small)
    }
    #expect("\(error!)".contains("6 parameters, and there are 2"), "\(error!)")
    let shapes = #expect(throws: WeightFileError.self) {
      try AdamW(for: wide).restore(fromPyTorch: adam, for: wide)
    }
    #expect("\(shapes!)".contains("parameter 0 is of shape [4, 3]"), "\(shapes!)")
    let optimizer = AdamW(for: model)
    let names = #expect(throws: WeightFileError.self) {
      try optimizer.restore(
        fromPyTorch: adam, for: model,
        names: ["0.weight", "0.bias", "2.weight", "2.bias", "3.weight", "bias"])
    }
    #expect("\(names!)".contains("'bias' is no parameter"), "\(names!)")
    #expect(throws: WeightFileError.self) {
      try optimizer.restore(fromPyTorch: .dictionary([]), for: model)
    }
    // It stayed as it was, and takes what belongs to it.
    #expect(optimizer.state["0.weight.step"]?.item == 0)
    try optimizer.restore(fromPyTorch: adam, for: model)
    #expect(optimizer.state["0.weight.step"]?.item == 3)
  }
}
