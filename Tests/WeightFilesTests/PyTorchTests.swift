import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropNeuralNetworks
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropWeightFiles

/// Weights go from PyTorch to here and back, with the names and layouts that it has.
@Suite struct PyTorchTests {
  private func matches(_ model: any Layer, _ example: PyTorchModels.Example) -> String? {
    mismatch(
      withoutGradient { model(Tensor(example.input)) }.array, NDArray(example.output),
      relative: 1e-5, absolute: 1e-6)
  }

  @Test func itsWeightsGiveItsOutputs() throws {
    for (name, example) in try PyTorchModels.examples() {
      let model = PyTorchModels.all(seed: 1)[name]!
      try model.load(from: PyTorchModels.path("\(name).safetensors"))
      #expect(matches(model, example) == nil, "\(name)")
    }
  }

  /// What is loaded and saved again is the file that PyTorch wrote, but for the metadata.
  @Test func itsFilesComeBackBitForBit() throws {
    for (name, model) in PyTorchModels.all(seed: 1) {
      let path = PyTorchModels.path("\(name).safetensors")
      try model.load(from: path)
      try withTemporaryFolder { folder in
        try model.save(to: folder + "/a.safetensors", metadata: ["key": "value"])
        let ours = try Safetensors(contentsOf: folder + "/a.safetensors")
        #expect(try ours.tensors == Safetensors(contentsOf: path).tensors, "\(name)")
        #expect(ours.metadata == ["key": "value", "backprop": LibraryVersion.current])
      }
    }
  }

  @Test func aNetworkIsMadeOfItsFiles() throws {
    let examples = try PyTorchModels.examples()
    let names: [(file: String, example: String, activation: Activation)] = [
      ("square.safetensors", "square", .relu), ("square-format.safetensors", "square", .relu),
      ("square.pt", "square", .relu), ("square-epoch.pt", "square", .relu),
      ("square-old.pt", "square", .relu),
      ("square-list.safetensors", "square-list", .relu), ("list.safetensors", "list", .tanh),
      ("no-bias.safetensors", "no-bias", .sigmoid),
      ("two-layers.safetensors", "two-layers", .sigmoid),
    ]
    for (file, example, activation) in names {
      let state = try StateDictionary(contentsOf: PyTorchModels.path(file))
      let model = try MultilayerPerceptron(state, activation: activation)
      #expect(matches(model, examples[example]!) == nil, "\(file)")
    }
  }

  /// Runs where there is a Python with PyTorch: `BACKPROP_PYTHON`, or `python3`.
  @Test(.enabled(if: Python.hasPyTorch, "needs a Python with torch and safetensors"))
  func itLoadsOurWeightsStrictly() throws {
    try withTemporaryFolder { folder in
      var outputs = try PyTorchModels.examples()
      for (name, model) in PyTorchModels.all(seed: 7) {
        try model.save(to: "\(folder)/\(name).safetensors", metadata: ["activation": "relu"])
        let input = outputs[name]!.input
        let output = withoutGradient { model(Tensor(input)) }
        let rows = output.shape[1]
        let numbers = output.array.scalars(as: Float.self)
        outputs[name] = .init(
          input: input,
          output: stride(from: 0, to: numbers.count, by: rows).map {
            Array(numbers[$0..<$0 + rows])
          })
      }
      try AtomicFile.write(
        Array(try JSONEncoder().encode(outputs)), to: folder + "/outputs.json")
      let (status, text) = try Python.run(
        [Fixtures.path("check_with_pytorch.py"), folder])
      #expect(status == 0, "\(text)")
    }
  }
}
