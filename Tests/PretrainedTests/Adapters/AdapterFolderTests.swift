import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropNeuralNetworks
import BackpropTestSupport
import BackpropWeightFiles
import Foundation
import Testing

@testable import BackpropPretrained

/// Folders of adapters as PEFT writes them, read and written.
@Suite struct AdapterFolderTests {
  /// What make_adapter_fixtures.py wrote.
  private struct Outputs: Decodable {
    struct Case: Decodable {
      let output: [[Float]]
      let trainable: Int
    }
    let input: [[Float]]
    let output: [[Float]]
    let cases: [String: Case]
  }

  private static let outputs = try! Fixtures.decode(Outputs.self, from: "adapters/outputs.json")
  private static let input = Tensor(outputs.input)

  private static func model() throws -> Sequential {
    let model = LowRankAdapterTests.model()
    try model.load(from: Fixtures.path("adapters/model.safetensors"))
    return model
  }

  private static func folder(_ name: String) -> String { Fixtures.path("adapters/\(name)") }

  @Test(arguments: ["plain", "whole", "stabilized"]) func outputsArePEFTs(_ name: String) throws {
    let model = try Self.model()
    let plain = model(Self.input, .inference).array
    #expect(
      mismatch(plain, NDArray(Self.outputs.output), relative: 1e-5, absolute: 1e-6) == nil)
    let adapters = try LowRankAdapters(contentsOf: Self.folder(name), in: model)
    let expected = NDArray(Self.outputs.cases[name]!.output)
    let adapted = model(Self.input, .inference).array
    #expect(mismatch(adapted, expected, relative: 1e-5, absolute: 1e-6) == nil)
    #expect(mismatch(adapted, plain, relative: 1e-2) != nil)
    let trainable = model.parameters.filter(\.isTrainable).reduce(0) { $0 + $1.count }
    #expect(trainable == Self.outputs.cases[name]!.trainable)

    // Written and read again: the same bits, scale and ranks included.
    try withTemporaryFolder { folder in
      try adapters.save(to: folder + "/a/b")
      let again = try Self.model()
      let copy = try LowRankAdapters(contentsOf: folder + "/a/b", in: again)
      #expect(again(Self.input, .inference).array == adapted)
      #expect(copy.names == adapters.names && copy.alpha == adapters.alpha)
    }

    adapters.merge()
    #expect(
      mismatch(model(Self.input, .inference).array, expected, relative: 1e-5, absolute: 1e-6)
        == nil)
  }

  /// PEFT's own reader takes what is written here, and gives the same outputs.
  @Test(
    .enabled(if: Python.has("peft", "safetensors.torch"), "Python with peft is not there"),
    arguments: ["plain", "whole", "stabilized"])
  func readByPEFT(_ name: String) throws {
    let adapters = try LowRankAdapters(contentsOf: Self.folder(name), in: try Self.model())
    try withTemporaryFolder { folder in
      try adapters.save(to: folder, base: "a \"base\"")
      let run = try Python.run([Fixtures.path("check_adapters_with_peft.py"), folder])
      let line = try #require(
        run.text.split(separator: "\n").first { $0.hasPrefix("RESULT") }, "\(run.text)")
      let output = try JSONDecoder().decode([[Float]].self, from: Data(line.dropFirst(6).utf8))
      #expect(
        mismatch(
          NDArray(output), NDArray(Self.outputs.cases[name]!.output), relative: 1e-5,
          absolute: 1e-6) == nil)
    }
  }

  /// Settings that cannot be: what is put in their place, and what the error names.
  @Test(
    arguments: [
      (#""peft_type": "LORA""#, #""peft_type": "IA3""#, "peft_type"),
      (#""r": 2"#, #""r": 0"#, "r: expected a positive whole number, found 0"),
      (#""r": 2"#, #""r": "x""#, "r: expected"),
      (#""r": 2"#, #""r": 3"#, "rank 2"),
      (#""lora_alpha": 6"#, #""lora_alpha": null"#, "lora_alpha"),
      (#""lora_dropout": 0.25"#, #""lora_dropout": 1.5"#, "lora_dropout"),
      (#""bias": "none""#, #""bias": "all""#, "bias"),
      (#""use_dora": false"#, #""use_dora": true"#, "use_dora"),
      (#""alpha_pattern": {}"#, #""alpha_pattern": {"0": 3}"#, "alpha_pattern"),
      (#""modules_to_save": null"#, #""modules_to_save": "4""#, "modules_to_save"),
      // Demanded, and not in the file.
      (#""modules_to_save": null"#, #""modules_to_save": ["4"]"#, "4.weight"),
      (#""modules_to_save": null"#, #""modules_to_save": ["*"]"#, "0.weight"),
      (#""r": 2,"#, #""r": 2"#, "JSON"),
    ]) func badSettings(_ old: String, _ new: String, _ expected: String) throws
  {
    try withChangedFolder("adapters/plain", in: "adapter_config.json", [(old, new)]) { folder in
      try expectRefusal(of: folder, expected)
    }
  }

  /// Arrays that are none of the model's adapters.
  @Test func badArrays() throws {
    let good = try StateDictionary(
      contentsOf: Self.folder("plain") + "/adapter_model.safetensors")
    let name = "base_model.model.0.lora_A.weight"
    let cases: [(changes: [String: NDArray], without: String?, expected: String)] = [
      ([name: .zeros([2, 4])], nil, "(rank, 5)"),
      ([name: .zeros([10])], nil, "(rank, 5)"),
      ([name: .zeros([0, 5])], nil, "(rank, 5)"),
      ([name: .zeros([2, 5], scalarType: .int32)], nil, "lora_A"),
      ([:], "base_model.model.0.lora_B.weight", "nothing"),
      ([:], name, "lora_B"),
      (["base_model.model.7.lora_A.weight": .zeros([2, 5])], nil, "'base_model.model.7'"),
      (["base_model.model.1.lora_A.weight": .zeros([2, 5])], nil, "no such layer"),
      (["x.lora_A.weight": .zeros([2, 5])], nil, "'x'"),
      (["base_model.model.4.weight": .zeros([3, 4])], nil, "4.weight"),
    ]
    for (changes, without, expected) in cases {
      var state = StateDictionary()
      for entry in good.entries where entry.name != without { state.set(entry.name, entry.array) }
      for (name, array) in changes { state.set(name, array) }
      try withTemporaryFolder { folder in
        try AtomicFile.write(
          try File.read(Self.folder("plain") + "/adapter_config.json"),
          to: folder + "/adapter_config.json")
        try state.write(to: folder + "/adapter_model.safetensors")
        try expectRefusal(of: folder, expected)
      }
    }
    try withTemporaryFolder { folder in try expectRefusal(of: folder, "adapter_config.json") }
  }

  /// The folder is refused with an error that says why, and the model is as it was.
  private func expectRefusal(of folder: String, _ expected: String) throws {
    let model = try Self.model()
    let error = #expect(throws: (any Error).self) {
      try LowRankAdapters(contentsOf: folder, in: model)
    }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains(expected), "\(text)")
    #expect(
      error is PretrainedError || error is WeightFileError || error is FileError, "\(text)")
    #expect(model.isTrainable && model.namedParameters.count == 6)
    #expect(
      mismatch(
        model(Self.input, .inference).array, NDArray(Self.outputs.output), relative: 1e-5,
        absolute: 1e-6) == nil)
  }
}
