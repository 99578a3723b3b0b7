import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropWeightFiles

@Suite struct ConvolutionalNetworkTests {
  /// The state of a case under the names that the course's programs pickle.
  private func courseState(_ example: ConvolutionalModelCase) -> StateDictionary {
    var result = StateDictionary()
    for (index, entry) in example.draw().state.entries.enumerated() {
      let name = "\(entry.name.hasSuffix("weight") ? "W" : "b")\(index / 2 + 1)"
      // Linear weights are (inputs, outputs) there, and not in memory of their own.
      result.set(name, entry.array.rank == 2 ? entry.array.matrixTransposed : entry.array)
    }
    return result
  }

  private func expect(
    _ model: some Layer, gives example: ConvolutionalModelCase,
    at location: SourceLocation = #_sourceLocation
  ) {
    let y = withoutGradient { model(Tensor(example.draw().input), .inference) }
    #expect(y.count == example.output.count, sourceLocation: location)
    for (found, expected) in zip(y.doubles, example.output) {
      #expect(abs(found - expected) <= 1e-10 * max(1, abs(expected)), sourceLocation: location)
    }
  }

  /// A file of the course's programs gives what PyTorch gives with its numbers.
  @Test func theCoursesDictionariesLoad() throws {
    let examples = try ConvolutionalModelCase.all()
    let simple = examples["simple-convnet"]!
    let file = try StateDictionary(contentsOf: Fixtures.path("pickle/simple_convnet.pkl"))
    #expect(file.names == ["W1", "b1", "W2", "b2", "W3", "b3"])
    expect(try SimpleConvNet(file, scalarType: .float64), gives: simple)
    expect(try SimpleConvNet(courseState(simple), scalarType: .float64), gives: simple)
    let deep = examples["deep-convnet"]!
    expect(try DeepConvNet(courseState(deep), scalarType: .float64), gives: deep)
  }

  /// Files with PyTorch's names and layouts do too.
  @Test func pyTorchsNamesLoad() throws {
    let examples = try ConvolutionalModelCase.all()
    for name in ["lenet", "simple-convnet", "deep-convnet"] {
      let example = examples[name]!
      let state = example.draw().state
      switch name {
      case "lenet": expect(try LeNet(state, scalarType: .float64), gives: example)
      case "simple-convnet":
        expect(try SimpleConvNet(state, scalarType: .float64), gives: example)
      default: expect(try DeepConvNet(state, scalarType: .float64), gives: example)
      }
    }
  }

  /// What is written has PyTorch's names, layouts and numbers.
  @Test func statesComeBackBitForBit() throws {
    for (name, example) in try ConvolutionalModelCase.all() {
      let model = ConvolutionalModelCase.model(name)
      let state = example.draw().state
      try model.load(state)
      let written = model.stateDictionary
      #expect(Set(written.names) == Set(state.names))
      for entry in written.entries {
        #expect(mismatch(entry.array, state[entry.name]!) == nil, "\(name) \(entry.name)")
      }
    }
  }

  /// The course's programs multiply by what they kept when a network is used.
  @Test func dropoutWithoutScaleIsMadeUpFor() throws {
    let example = try ConvolutionalModelCase.all()["deep-convnet"]!
    let state = courseState(example)
    let plain = try DeepConvNet(state, scalarType: .float64)
    let scaled = try DeepConvNet(state, isDropoutUnscaled: true, scalarType: .float64)
    let x = Tensor(example.draw().input)
    // Half of what the last layer gives for half of what it got.
    plain.fc1.weight.array = (plain.fc1.weight.tensor * 0.5).array
    plain.fc1.bias!.array = (plain.fc1.bias!.tensor * 0.5).array
    let expected = (plain(x, .inference) * 0.5).array
    #expect(
      mismatch(scaled(x, .inference).array, expected, relative: 1e-13, absolute: 1e-13) == nil)
  }

  @Test func whatDoesNotFitIsReported() throws {
    func problems(_ body: () throws -> Void) throws -> [String] {
      let error = try #require(throws: WeightFileError.self) { try body() }
      guard case .doesNotFit(let report) = error.reason else { return ["\(error)"] }
      return report.problems
    }
    let simple = try ConvolutionalModelCase.all()["simple-convnet"]!
    var state = courseState(simple)
    #expect(
      try problems { _ = try DeepConvNet(state) }.contains { $0.hasPrefix("missing: conv4.weight") }
    )
    #expect(
      try problems { _ = try SimpleConvNet(state, input: [1, 20, 20]) }.first
        == "misshapen: fc1.weight is (432, 7), expected (192, 7)")
    state.set("W1", .zeros([3, 2, 5, 5]))
    #expect(
      try problems { _ = try SimpleConvNet(state) } == [
        "misshapen: conv1.weight is (3, 2, 5, 5), expected (3, 1, 5, 5)"
      ])
    state.set("W1", .zeros([3, 1, 99, 99]))
    #expect(
      try problems { _ = try SimpleConvNet(state) }.contains { $0.contains("(3, 1, 99, 99)") })
    state.set("W9", .zeros([3]))
    #expect(
      try problems { _ = try SimpleConvNet(state) }.contains { $0.contains("unexpected: W9") })
    #expect(try problems { _ = try LeNet(StateDictionary()) }.count == 10)
  }

  /// The course's networks in full size, pickled by Python. Runs where there is a Python with PyTorch:
  /// `BACKPROP_PYTHON`, or `python3`.
  @Test(.enabled(if: Python.hasPyTorch, "needs a Python with torch and safetensors"))
  func networksInFullSizeGivePyTorchsOutputs() throws {
    struct Example: Decodable { let input, output: [Double] }
    try withTemporaryFolder { folder in
      let script = Fixtures.path("make_convolutional_model_fixtures.py")
      let (status, text) = try Python.run([script, folder])
      try #require(status == 0, "\(text)")
      for name in ["simple-convnet", "deep-convnet"] {
        let path = "\(folder)/\(name)"
        let example = try JSONDecoder().decode(
          Example.self, from: Data(contentsOf: URL(fileURLWithPath: path + ".json")))
        let state = try StateDictionary(contentsOf: path + ".pkl")
        let model: any Layer =
          name == "deep-convnet"
          ? try DeepConvNet(state, scalarType: .float64)
          : try SimpleConvNet(state, scalarType: .float64)
        let x = NDArray(example.input, shape: [3, 1, 28, 28], scalarType: .float64)
        let y = withoutGradient { model(Tensor(x), .inference) }
        #expect(y.shape == [3, 10])
        for (found, expected) in zip(y.doubles, example.output) {
          #expect(abs(found - expected) <= 1e-10 * max(1, abs(expected)), "\(name)")
        }
      }
    }
  }
}
