import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropNeuralNetworks
import BackpropPretrained
import BackpropTestSupport
import BackpropText
import Foundation
import Testing

@Suite struct DecoderReferenceTests {
  /// Small models that are committed; see `make_decoder_fixtures.py`.
  @Test(arguments: ["gpt2", "llama"]) func smallModels(_ name: String) throws {
    try expectReference(in: Fixtures.path("decoders/" + name), name)
  }

  private static let hasTransformers = Python.has("torch", "transformers", "safetensors.torch")

  /// Every form that is read, made anew where a Python has `transformers`.
  @Test(.enabled(if: hasTransformers, "needs a Python with transformers"))
  func everyForm() throws {
    try withTemporaryFolder { folder in
      let (status, text) = try Python.run([Fixtures.path("make_decoder_fixtures.py"), folder])
      try #require(status == 0, "\(text)")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(names.count == 36)
      for name in names { try expectReference(in: folder + "/" + name, name) }
    }
  }

  /// The same bits on one thread and on several, of scores and of what is written.
  @Test(arguments: ["gpt2", "llama"]) func threadsDoNotMatter(_ name: String) throws {
    let folder = Fixtures.path("decoders/" + name)
    let expected = try DecoderReference(folder: folder)
    func scores(_ model: some LanguageModel) -> NDArray {
      model(expected.tokens(expected.prompt.indices), .inference).array
    }
    let model = try ModelFolder(folder).languageModel()
    let count = Parallel.threadCount
    defer { Parallel.threadCount = count }
    Parallel.threadCount = 1
    let alone = scores(model)
    for threads in [2, 3, 5] {
      Parallel.threadCount = threads
      #expect(scores(model) == alone)
    }
  }

  /// What was loaded trains: the loss of a text falls, also where the weights lay in a mapped file.
  @Test(arguments: ["gpt2", "llama"]) func modelsTrain(_ name: String) throws {
    let folder = Fixtures.path("decoders/" + name)
    let expected = try DecoderReference(folder: folder)
    func losses(_ model: some LanguageModel) -> [Double] {
      let text = Tensor(NDArray(expected.prompt, shape: [1, expected.prompt.count]))
      return (0..<40).map { step in
        let loss = crossEntropy(
          logits: model(text[.all, ..<(-1)], .training(seed: 1, step: step)),
          targets: text[.all, 1...])
        let gradients = loss.backward()
        for (name, parameter) in model.namedParameters {
          #expect(gradients[parameter] != nil, "\(name)")
          guard let gradient = gradients[parameter] else { continue }
          parameter.array = (Tensor(parameter.array) - gradient * 0.2).array
        }
        return loss.item
      }
    }
    let found = losses(try ModelFolder(folder).languageModel())
    #expect(found.last! < 0.7 * found.first!, "\(found)")
    // And the file is as it was.
    try expectReference(in: folder, name)
  }
}
