import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropNeuralNetworks
import BackpropTestSupport
import Testing

@testable import BackpropWeightFiles

@Suite struct WeightLayoutTests {
  private let weight = NDArray([Float(1), 2, 3, 4], shape: [2, 2])

  /// The metadata of a training run before files followed PyTorch.
  private let old = ["activation": "relu", "dataset": "digits", "classes": "a\nb"]

  private func state(_ name: String, _ metadata: [String: String] = [:]) -> StateDictionary {
    var state = StateDictionary()
    state.set(name, weight)
    state.metadata = metadata
    return state
  }

  private func layer() -> Sequential { Sequential { Linear(weight: .zeros([2, 2])) } }

  private func loaded(_ state: StateDictionary, _ layout: WeightLayout? = nil) throws -> [Double] {
    let model = layer()
    try model.load(state, layout: layout)
    let network = try MultilayerPerceptron(state, layout: layout)
    #expect(network.layers[0].weight.array.doubles == model.parameters[0].array.doubles)
    return model.parameters[0].array.doubles
  }

  @Test func theFileTellsItsLayout() throws {
    #expect(try loaded(state("0.weight")) == [1, 3, 2, 4])
    #expect(try loaded(state("0.weight", ["format": "pt"])) == [1, 3, 2, 4])
    #expect(try loaded(state("0.weight", ["activation": "relu"])) == [1, 3, 2, 4])
    for key in ["backprop", "format"] {
      let metadata = old.merging([key: "pt"]) { $1 }
      #expect(try loaded(state("0.weight", metadata)) == [1, 3, 2, 4])
    }
    #expect(try loaded(state("0.weight", old)) == [1, 2, 3, 4])
  }

  @Test func whatIsSaidComesFirst() throws {
    #expect(try loaded(state("0.weight"), .inputsOutputs) == [1, 2, 3, 4])
    #expect(try loaded(state("0.weight", old), .outputsInputs) == [1, 3, 2, 4])
    var said = state("0.weight")
    said.layout = .inputsOutputs
    #expect(try loaded(said) == [1, 2, 3, 4])
  }

  @Test func theCoursesNamesHaveItsLayout() throws {
    let course = state("W1")
    #expect(course.layout == .inputsOutputs)
    #expect(
      try MultilayerPerceptron(course).layers[0].weight.array.doubles == [1, 2, 3, 4])
    // It stays so under other names.
    let renamed = try course.renamed { _ in "0.weight" }
    #expect(renamed.layout == .inputsOutputs)
    #expect(try loaded(renamed) == [1, 2, 3, 4])
  }

  @Test func aNetworkSaysWhatIsBeforeItsNames() throws {
    let prefixed = try PyTorchModels.all(seed: 1)["list"]!.stateDictionary
      .replacingPrefix("", with: "module.")
    let error = try #require(throws: WeightFileError.self) { try MultilayerPerceptron(prefixed) }
    #expect("\(error)".contains("the names fit after removingPrefix(\"module.\")"))
    #expect(try MultilayerPerceptron(prefixed.removingPrefix("module.")).layers.count == 3)
  }

  /// Of (4, 3) and (4, 5), one after the other, each fits the other layout.
  @Test func aNetworkSaysThatATransposeFits() throws {
    var state = StateDictionary()
    state.set("0.weight", .zeros([4, 3]))
    state.set("1.weight", .zeros([4, 5]))
    let error = try #require(throws: WeightFileError.self) { try MultilayerPerceptron(state) }
    #expect("\(error)".contains("1.weight is (4, 5), expected (…, 4)"))
    #expect("\(error)".contains("its transpose fits"))
  }

  @Test func whatIsSavedIsAsInPyTorch() throws {
    let model = Sequential { Linear(weight: NDArray([Float(1), 2, 3, 4, 5, 6], shape: [2, 3])) }
    let state = model.stateDictionary
    #expect(state["0.weight"]!.shape == [3, 2])
    #expect(state["0.weight"]!.doubles == [1, 4, 2, 5, 3, 6])
    #expect(state.metadata == ["backprop": LibraryVersion.current])
    try withTemporaryFolder { folder in
      try model.save(to: folder + "/a", metadata: ["backprop": "another", "a": "b"])
      let file = try StateDictionary(contentsOf: folder + "/a")
      #expect(file.metadata == ["backprop": LibraryVersion.current, "a": "b"])
      #expect(file.format == .safetensors && file.layout == .outputsInputs)
    }
  }
}
