import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTestSupport
import BackpropWeightFiles
import Foundation
import Testing

@testable import BackpropPretrained

/// Encoders of the BERT family give the numbers of the library that wrote their folders.
@Suite struct EncoderTests {
  @Test(arguments: EncoderFixture.names)
  func giveTheReferencesNumbers(_ name: String) throws {
    let fixture = try EncoderFixture(named: name)
    #expect(try fixture.mismatch(of: EncoderModel(fixture.folder)) == nil)
  }

  /// The same for larger models of every family, head and type of numbers, in one file and in shards.
  @Test func giveTheReferencesNumbersForEveryFamily() throws {
    guard Python.has("torch", "transformers", "safetensors.torch") else {
      print("Skipped: Python with torch, transformers and safetensors is not there.")
      return
    }
    try withTemporaryFolder { folder in
      let result = try Python.run([Fixtures.path("make_encoder_fixtures.py"), folder])
      try #require(result.status == 0, "\(result.text)")
      let names = File.names(in: folder)
      #expect(names.count == 53)
      for name in names {
        let fixture = try EncoderFixture(folder + "/" + name)
        #expect(try fixture.mismatch(of: EncoderModel(fixture.folder)) == nil, "\(name)")
      }
    }
  }

  /// What is saved lies under the names of its family, and is read again.
  @Test(arguments: EncoderFixture.names)
  func areSavedUnderTheNamesOfTheirFamily(_ name: String) throws {
    let fixture = try EncoderFixture(named: name)
    let model = try EncoderModel(fixture.folder)
    try withTemporaryFolder { folder in
      try model.module.save(to: folder + "/model.safetensors")
      try FileManager.default.copyItem(
        atPath: fixture.folder.file("config.json"), toPath: folder + "/config.json")
      let again = try EncoderModel(ModelFolder(folder))
      #expect(fixture.mismatch(of: again) == nil)
      let (theirs, ours) = (try fixture.folder.weights(), try ModelFolder(folder).weights())
      let missing = Set(theirs.names).subtracting(ours.names)
      #expect(missing.allSatisfy { $0.hasSuffix("position_ids") }, "\(missing.sorted())")
    }
  }

  // MARK: Batches

  @Test(arguments: EncoderFixture.names)
  func aTextHasTheSameBitsInAnyBatch(_ name: String) throws {
    let fixture = try EncoderFixture(named: name)
    let body = try TextEncoder(fixture.folder)
    let packed = PackedEncoder(body)
    let threads = Parallel.threadCount
    defer { Parallel.threadCount = threads }
    Parallel.threadCount = 1
    let alone = zip(fixture.texts, fixture.types).map {
      EncoderFixture.packedVectors(packed, TokenBatch([$0], typeIDs: [$1])).scalars(as: Float.self)
    }
    for count in [1, 2, 3, 7] {
      Parallel.threadCount = count
      for repetitions in [1, 40] {
        let order = (0..<repetitions * alone.count).map { ($0 * 7 + 3) % alone.count }
        let batch = TokenBatch(
          order.map { fixture.texts[$0] }, typeIDs: order.map { fixture.types[$0] })
        let together = EncoderFixture.packedVectors(packed, batch).scalars(as: Float.self)
        #expect(together == Array(order.map { alone[$0] }.joined()))
      }
    }
  }

  @Test func takeNoTextsAndEmptyTexts() throws {
    let fixture = try EncoderFixture(named: "bert")
    let packed = PackedEncoder(try TextEncoder(fixture.folder))
    #expect(EncoderFixture.packedVectors(packed, TokenBatch([])).shape == [0, 8])
    let vectors = EncoderFixture.packedVectors(packed, TokenBatch([[], [3, 4], []]))
    #expect(vectors.shape == [2, 8])
    #expect(vectors.doubles.allSatisfy { $0.isFinite })
  }

  // MARK: Training

  @Test func trainWholeAndFrozen() throws {
    let fixture = try EncoderFixture(named: "bert-classifier")
    for isFrozen in [false, true] {
      let model = try SequenceClassifier(fixture.folder)
      model.body.isTrainable = !isFrozen
      let before = model.body.layers[0].query.weight.array
      let targets = Tensor([2, 0, 1, 2] as [Int32])
      let optimizer = AdamW(for: model, learningRate: 0.01)
      var losses: [Double] = []
      for step in 0..<30 {
        let mode = Mode.training(seed: 1, step: step)
        let loss = crossEntropy(logits: model(fixture.batch, mode), targets: targets)
        losses.append(loss.item)
        optimizer.update(using: loss.backward())
      }
      let after = model.body.layers[0].query.weight.array
      #expect((mismatch(after, before) == nil) == isFrozen)
      let loss = crossEntropy(
        logits: withoutGradient { model(fixture.batch, .inference) }, targets: targets)
      #expect(loss.item < losses[0], "\(losses)")
    }
  }

  @Test func passTheGradientOnToEveryParameter() throws {
    for name in EncoderFixture.names {
      let fixture = try EncoderFixture(named: name)
      let module = try EncoderModel(fixture.folder)
      let output: Tensor =
        switch module {
        case .encoder(let model): model.pooled(model(fixture.batch, .inference), fixture.batch)
        case .sequenceClassifier(let model): model(fixture.batch, .inference)
        case .tokenClassifier(let model): model(fixture.batch, .inference)
        case .maskedLanguageModel(let model): model(fixture.batch, .inference)
        }
      let gradients = (output * output).sum().backward()
      for (parameter, weight) in module.module.namedParameters where !parameter.contains("pooler") {
        let gradient = try #require(gradients[weight], "\(name): \(parameter)")
        // A key's bias moves all scores of a query alike.
        if parameter.contains("key.bias") || parameter.contains("k_lin.bias") { continue }
        #expect(gradient.abs().max().item > 0, "\(name): \(parameter)")
      }
    }
  }

  // MARK: Errors

  @Test func otherArchitecturesAreNamed() throws {
    for (text, named) in [
      (#"{"model_type": "t5", "architectures": ["T5Model"]}"#, "'t5'"),
      (
        #"{"model_type": "bert", "architectures": ["BertForNextSentencePrediction"]}"#,
        "NextSentence"
      ),
    ] {
      try withTemporaryFolder { folder in
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
        try FileManager.default.copyItem(
          atPath: Fixtures.path("encoders/bert/model.safetensors"),
          toPath: folder + "/model.safetensors")
        let error = #expect(throws: PretrainedError.self) {
          _ = try EncoderModel(ModelFolder(folder))
        }
        #expect(error?.description.contains(named) == true, "\(error as Any)")
      }
    }
  }
}
