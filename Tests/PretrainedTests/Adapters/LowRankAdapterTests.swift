import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTestSupport
import BackpropTraining
import BackpropWeightFiles
import Testing

@testable import BackpropPretrained

/// Adapters in models: what they compute, what is trained, what merging leaves.
@Suite struct LowRankAdapterTests {
  static func model(seed: UInt64 = 0) -> Sequential {
    var random = RandomSource(seed: seed)
    return Sequential {
      Linear(5, 6, using: &random)
      Tanh()
      Linear(6, 4, using: &random)
      Tanh()
      Linear(4, 3, using: &random)
    }
  }

  static let input: Tensor = {
    var random = RandomSource(seed: 9)
    return .normal([7, 5], using: &random)
  }()

  private static func bits(_ module: some Module) -> [String: [Float]] {
    var result: [String: [Float]] = [:]
    for (name, parameter) in module.namedParameters {
      result[name] = parameter.array.scalars(as: Float.self)
    }
    return result
  }

  @Test func newOnesChangeNothing() throws {
    let model = Self.model()
    let before = model(Self.input, .inference).doubles
    var random = RandomSource(seed: 1)
    let adapters = try LowRankAdapters(in: model, layers: ["*"], rank: 2, using: &random)
    #expect(adapters.names == ["0", "2", "4"] && adapters.alpha == 4)
    #expect(adapters.parameterCount == 2 * (5 + 6 + 6 + 4 + 4 + 3))
    #expect(model(Self.input, .inference).doubles == before)
    #expect(
      model.namedParameters.filter(\.parameter.isTrainable).map(\.name)
        == ["0", "2", "4"].flatMap { ["\($0).lora_A.weight", "\($0).lora_B.weight"] })
  }

  /// y = x W + b + α / r · (x A) B, written out.
  @Test func theFormula() throws {
    let model = Self.model()
    var random = RandomSource(seed: 1)
    _ = try LowRankAdapters(in: model, layers: ["0"], rank: 2, alpha: 3, using: &random)
    let layer = model.layers[0] as! Linear
    let adapter = try #require(layer.adapter as? LowRankAdapter)
    let (a, b) = (adapter.down.weight, adapter.up.weight)
    b.array = Tensor.normal([2, 6], using: &random).array
    let x = Self.input
    let expected =
      x.matmul(layer.weight.tensor) + layer.bias!.tensor + x.matmul(a.tensor).matmul(b.tensor) * 1.5
    #expect(mismatch(layer(x).array, expected.array, relative: 1e-5, absolute: 1e-6) == nil)
  }

  @Test func gradientsAreThoseOfTheFormula() throws {
    var random = RandomSource(seed: 4)
    let layer = Linear(3, 2, scalarType: .float64, using: &random)
    _ = try LowRankAdapters(in: layer, layers: ["*"], rank: 2, using: &random)
    let adapter = try #require(layer.adapter as? LowRankAdapter)
    adapter.up.weight.array = Tensor.normal([2, 2], scalarType: .float64, using: &random).array
    let x = Tensor.normal([4, 3], scalarType: .float64, using: &random)
    #expect(checkGradient(of: adapter) { _ in layer(x, .inference).tanh().sum() }.passes())
  }

  @Test func theOrdinaryLoopTrainsThemAndNothingElse() throws {
    let model = Self.model()
    let frozen = Self.bits(model)
    var random = RandomSource(seed: 2)
    let adapters = try LowRankAdapters(
      in: model, layers: ["0", "2"], rank: 2, alpha: 8, dropout: 0.1, trainingWhole: ["4"],
      using: &random)
    let inputs = Tensor.normal([64, 5], using: &random)
    let targets = Tensor((0..<64).map { Int32($0 % 3) })
    let data = TensorDataset(inputs: inputs, targets: targets)
    func loss() -> Double {
      crossEntropy(logits: model(inputs, .inference), targets: targets).item
    }
    let before = loss()
    let loop = TrainingLoop(
      model, AdamW(for: model, learningRate: 0.02, weightDecay: 0), data, batchSize: 16
    ) { batch, mode in
      crossEntropy(logits: model(batch.inputs, mode), targets: batch.targets)
    }
    try loop.run(epochs: 40)
    #expect(loss() < 0.9 * before)
    for (name, numbers) in Self.bits(model) where !name.contains("lora") {
      #expect((numbers == frozen[name]!) == !name.hasPrefix("4."), "\(name)")
    }

    // Merged, the model gives the same without them; saved, another model does.
    let scores = model(inputs, .inference).array
    try withTemporaryFolder { folder in
      try adapters.save(to: folder + "/adapters")
      let other = Self.model()
      let loaded = try LowRankAdapters(contentsOf: folder + "/adapters", in: other)
      #expect(other(inputs, .inference).array == scores)
      #expect(loaded.names == ["0", "2"] && loaded.dropout == 0.1 && loaded.trainedWhole == ["4"])
    }
    adapters.merge()
    #expect(model.namedParameters.count == 6)
    #expect(
      mismatch(model(inputs, .inference).array, scores, relative: 1e-5, absolute: 1e-5) == nil)
  }

  @Test func removedTheyLeaveTheModelAsItWas() throws {
    let model = Self.model()
    let before = model(Self.input, .inference).doubles
    var random = RandomSource(seed: 2)
    let adapters = try LowRankAdapters(in: model, layers: ["2"], using: &random)
    let adapter = (model.layers[2] as! Linear).adapter as! LowRankAdapter
    adapter.up.weight.array = .ones([8, 4])
    #expect(model(Self.input, .inference).doubles != before)
    adapters.remove()
    #expect(model(Self.input, .inference).doubles == before)
    #expect(model.namedParameters.count == 6)
  }

  @Test func numbersAreDroppedInTrainingAlone() throws {
    let model = Self.model()
    var random = RandomSource(seed: 2)
    _ = try LowRankAdapters(in: model, layers: ["0"], dropout: 0.5, using: &random)
    let adapter = (model.layers[0] as! Linear).adapter as! LowRankAdapter
    adapter.up.weight.array = .ones([8, 6])
    let quiet = model(Self.input, .inference).doubles
    let first = model(Self.input, .training(seed: 0, step: 0)).doubles
    #expect(first != quiet)
    #expect(first == model(Self.input, .training(seed: 0, step: 0)).doubles)
    #expect(first != model(Self.input, .training(seed: 0, step: 1)).doubles)
  }

  @Test func aLayerWithTwoNamesGetsOne() throws {
    var random = RandomSource(seed: 2)
    let shared = Linear(5, 5, using: &random)
    let model = Sequential {
      shared
      shared
    }
    let adapters = try LowRankAdapters(in: model, layers: ["*"], rank: 1, using: &random)
    #expect(adapters.names == ["0"] && adapters.parameterCount == 10)
  }

  @Test(
    arguments: [
      ("a.b.query", "query", true), ("a.b.query", "b.query", true), ("a.b.query", "*", true),
      ("a.b.query", "a.*.query", true), ("a.b.query", "*.query", true),
      ("a.b.query", "uery", false), ("a.b.query", "x.a.b.query", false), ("query", "query", true),
      ("a.b.query", "b", false), ("", "*", true),
    ]) func namesByTheirEnds(_ name: String, _ pattern: String, _ fits: Bool)
  {
    #expect(LowRankAdapters.does(name, endIn: pattern) == fits)
  }

  @Test func mistakesChangeNothing() throws {
    let model = Self.model()
    var random = RandomSource(seed: 2)
    func attempt(_ layers: [String], whole: [String] = []) throws(LowRankAdapterError) {
      _ = try LowRankAdapters(in: model, layers: layers, trainingWhole: whole, using: &random)
    }
    let missing = #expect(throws: LowRankAdapterError.self) { try attempt(["0", "query"]) }
    #expect(missing == .noSuchLayer("query", layers: ["0", "2", "4"]))
    #expect(missing!.description.contains("'query'") && missing!.description.contains("0, 2, 4"))
    // An activation is a module, and no linear layer; and so is what is trained whole.
    #expect(throws: LowRankAdapterError.self) { try attempt(["1"]) }
    #expect(throws: LowRankAdapterError.self) { try attempt(["0", "4"], whole: ["4"]) }
    #expect(throws: LowRankAdapterError.noSuchModule("head")) {
      try attempt(["0"], whole: ["head"])
    }
    #expect(model.isTrainable && model.namedParameters.count == 6)
    try attempt(["2"])
    #expect(throws: LowRankAdapterError.alreadyAdapted("2")) { try attempt(["0", "2"]) }
    #expect((model.layers[0] as! Linear).adapter == nil)
  }
}
