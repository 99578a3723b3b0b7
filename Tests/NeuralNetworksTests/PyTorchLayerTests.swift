import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import BackpropWeightFiles
import Testing

/// Layers compute what PyTorch's do, with the same files.
@Suite struct PyTorchLayerTests {
  static let layers = [
    "batch-norm", "layer-norm", "group-norm", "instance-norm", "rms-norm", "bilinear", "embedding",
    "rnn-cell", "gru-cell", "lstm-cell", "rnn", "gru", "lstm", "character-lstm", "attention",
    "transformer-encoder", "transformer-decoder", "sinusoidal-positions", "rotary-positions", "gpt",
  ]

  /// In double precision but for the last digits; in single precision to 1e-5, relative to numbers
  /// greater than 1.
  @Test(arguments: layers) func outputsAndGradientsAgree(_ layer: String) throws {
    let cases = try PyTorchCase.all(of: layer)
    #expect(cases.count >= 3)
    for (type, tolerance) in [(ScalarType.float64, 1e-13), (.float32, 1e-5)] {
      for example in cases {
        let errors = try example.errors(type)
        #expect(errors.largest <= tolerance, "\(example.name), \(type): \(errors)")
      }
    }
  }

  /// What is loaded and saved again has PyTorch's names and numbers.
  @Test(arguments: layers) func itsStateComesBackBitForBit(_ layer: String) throws {
    for example in try PyTorchCase.all(of: layer) {
      let module = try example.module(.float32).module
      let state = module.stateDictionary
      // A tied parameter is saved once.
      let names = example.stateNames.subtracting(module.fileAliases.keys)
      #expect(Set(state.names) == names, "\(example.name)")
      for (name, array) in state.entries.map({ ($0.name, $0.array) }) {
        #expect(mismatch(array, example.array("state/\(name)")!) == nil, "\(example.name) \(name)")
      }
    }
  }

  /// Runs where there is a Python with PyTorch: `BACKPROP_PYTHON`, or `python3`.
  @Test(.enabled(if: Python.hasPyTorch, "needs a Python with torch and safetensors"))
  func weightsGoThroughFilesBothWays() throws {
    let cases = try Self.layers.flatMap { try PyTorchCase.all(of: $0) }
    try withTemporaryFolder { folder in
      for example in cases {
        let layer = PyTorchLayer(example, .float32, seed: 7)
        try layer.module.save(to: "\(folder)/\(example.name).safetensors")
        var outputs = StateDictionary()
        for (index, output) in layer.call(example.inputs(.float32)).enumerated() {
          outputs.set("\(index)", output.array)
        }
        try outputs.write(to: "\(folder)/\(example.name)-outputs.safetensors")
      }
      let (status, text) = try Python.run(
        [Fixtures.path("check_layers_with_pytorch.py"), folder])
      try #require(status == 0, "\(text)")
      #expect(text.contains("\(cases.count) cases agree"), "\(text)")

      for example in cases {
        let layer = PyTorchLayer(example, .float32, seed: 8)
        try layer.module.load(from: "\(folder)/\(example.name)-theirs.safetensors")
        let theirs = try StateDictionary(
          contentsOf: "\(folder)/\(example.name)-theirs-outputs.safetensors")
        for (index, output) in layer.call(example.inputs(.float32)).enumerated() {
          let difference = mismatch(
            output.array, try #require(theirs["\(index)"]), relative: 1e-5, absolute: 1e-5)
          #expect(difference == nil, "\(example.name), output \(index)")
        }
      }
    }
  }
}
