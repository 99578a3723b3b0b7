import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropNeuralNetworks
import BackpropPretrained
import BackpropText
import Foundation
import Testing

/// What the library `transformers` computed with a model: the file `expected.json` in its folder.
struct DecoderReference: Decodable {
  let prompt: [Int32]
  let hidden: [[Double]]
  let likeliest: [Int]
  let written: [Int32]

  init(folder: String) throws {
    self = try JSONDecoder().decode(
      Self.self, from: Data(try File.read(folder + "/expected.json")))
  }

  /// Some of the prompt as a batch of one.
  func tokens(_ range: Range<Int>) -> Tensor {
    Tensor(NDArray(Array(prompt[range]), shape: [1, range.count]))
  }
}

/// Compares a folder's model with its reference: hidden states, the likeliest tokens, and what is
/// written.
func expectReference(in folder: String, _ name: String) throws {
  let expected = try DecoderReference(folder: folder)
  let model = try ModelFolder(folder).languageModel()
  let tokens = expected.tokens(expected.prompt.indices)
  let vectors = (model as? any CausalTransformer)?.hiddenStates(of: tokens, .inference)
  let hidden = try #require(vectors).array.scalars(as: Float.self).map(Double.init)
  let reference = expected.hidden.flatMap { $0 }
  #expect(hidden.count == reference.count, "\(name)")
  let size = reference.map { abs($0) }.max() ?? 0
  let error = zip(hidden, reference).map { abs($0 - $1) }.max() ?? 0
  #expect(error <= 1e-4 * size, "\(name): \(error) of \(size)")
  expectScores(of: model, expected, name)
}

private func expectScores(
  of model: some LanguageModel, _ expected: DecoderReference, _ name: String
) {
  let all = model(expected.tokens(expected.prompt.indices), .inference)
  #expect(all.shape == [1, expected.prompt.count, model.vocabularySize])
  let likeliest = all.argmax(axis: -1).array.cast(to: .int64).scalars(as: Int64.self).map(Int.init)
  #expect(likeliest == expected.likeliest, "\(name)")

  var random = RandomSource(seed: 0)
  let written = Array(
    model.tokens(after: expected.prompt, by: .greedy, using: &random).prefix(
      expected.written.count))
  let common = zip(written, expected.written).prefix { $0 == $1 }.count
  #expect(written == expected.written, "\(name): \(common) tokens are equal")

  // Read in parts, with a memory, the scores are those of the whole.
  expectSameInParts(model, expected, all, name)
}

private func expectSameInParts<Model: LanguageModel>(
  _ model: Model, _ expected: DecoderReference, _ all: Tensor, _ name: String
) {
  var memory: Model.Memory?
  for range in [0..<5, 5..<6, 6..<expected.prompt.count] {
    let part = model(expected.tokens(range), continuing: &memory, .inference)
    let difference = (part - all[.all, range]).abs().max().item
    #expect(difference <= 1e-4 * all.abs().max().item, "\(name), \(range)")
  }
}
