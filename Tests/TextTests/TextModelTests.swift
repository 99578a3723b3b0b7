import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropNeuralNetworks
import BackpropTestSupport
import BackpropText
import BackpropTraining
import BackpropWeightFiles
import Testing

@Suite struct TextModelTests {
  private static func small(_ kind: KnownLanguageModel) -> TextModelShape {
    var shape = TextModelShape(kind)
    (shape.width, shape.layers, shape.heads, shape.context) = (8, 2, 2, 6)
    return shape
  }

  @Test(arguments: KnownLanguageModel.allCases)
  func aFileSaysAllThatIsNeededToWrite(_ kind: KnownLanguageModel) throws {
    var random = RandomSource(seed: 1)
    let writer = TextModel(Self.small(kind), CharacterVocabulary(of: "ab\né"), using: &random)
    #expect(writer.model.vocabularySize == 4)
    try withTemporaryFolder { folder in
      let path = folder + "/model.safetensors"
      try writer.model.save(to: path, metadata: writer.metadata)
      let read = try TextModel(contentsOf: path)
      #expect(read.shape == writer.shape && read.vocabulary == writer.vocabulary)
      func text(_ writer: TextModel, seed: UInt64) throws -> String {
        var random = RandomSource(seed: seed)
        return try writer.text(after: "ab", count: 40, using: &random)
      }
      #expect(try text(read, seed: 5) == text(writer, seed: 5))
      #expect(try text(read, seed: 5).unicodeScalars.count == 40)
      #expect(try text(read, seed: 5) != text(writer, seed: 6))
      var random = RandomSource(seed: 1)
      #expect(throws: UnknownCharacter.self) {
        _ = try read.text(after: "xyz", count: 1, using: &random)
      }
    }
  }

  @Test func filesThatAreNoWriters() throws {
    var random = RandomSource(seed: 1)
    let writer = TextModel(Self.small(.lstm), CharacterVocabulary(of: "abc"), using: &random)
    try withTemporaryFolder { folder in
      let path = folder + "/model.safetensors"
      func message(_ changes: [String: String?]) throws -> String {
        var metadata = writer.metadata
        for (key, value) in changes { metadata[key] = value }
        try writer.model.save(to: path, metadata: metadata)
        let error = try #require(throws: WeightFileError.self) {
          _ = try TextModel(contentsOf: path)
        }
        return error.description
      }
      #expect(try message(["shape": nil]).contains("no 'shape' and 'characters'"))
      #expect(try message(["shape": "{}"]).contains("no shape of a known model"))
      #expect(try message(["characters": ""]).contains("'characters' are none"))
      #expect(try message(["characters": "abcd"]).contains("head.weight"))
      let wide = writer.metadata["shape"]!.replacing("\"width\":8", with: "\"width\":0")
      #expect(try message(["shape": wide]).contains("'width' is 0, expected 1 to 16384"))
    }
  }

  /// A text of which each character follows from the one before is learned to nearly no bits.
  @Test(arguments: KnownLanguageModel.allCases)
  func whatFollowsIsLearned(_ kind: KnownLanguageModel) throws {
    var configuration = TextTrainingConfiguration()
    configuration.shape = Self.small(kind)
    configuration.shape.width = 16
    configuration.length = 6
    let text = String(repeating: "abcdefgh", count: 100)
    let data = try configuration.prepare(text)
    #expect(data.vocabulary.count == 8)
    var random = RandomSource(seed: 2)
    let writer = TextModel(configuration.shape, data.vocabulary, using: &random)
    func train(_ model: some LanguageModel) throws -> (before: Double, after: Double) {
      let before = data.heldOut.loss(of: model)
      let loop = TrainingLoop(
        model, configuration.optimizer.make(for: model, learningRate: 0.01, weightDecay: 0.01),
        data.train, batchSize: 12
      ) { batch, mode in
        crossEntropy(logits: model(batch.inputs, mode), targets: batch.targets)
      }
      try loop.run(steps: 100)
      return (before, data.heldOut.loss(of: model))
    }
    let (before, after) = try train(writer.model)
    // ln 8 = 2.08 for one that knows nothing.
    #expect(before > 1.5 && after < 0.1, "\(before) \(after)")
    #expect(
      try writer.text(after: "cd", count: 20, by: .greedy, using: &random)
        == "efghabcdefghabcdefgh")
  }
}
