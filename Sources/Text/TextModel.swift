import BackpropArrays
import BackpropNeuralNetworks
import BackpropWeightFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A language model and the characters that its tokens stand for: all that is needed to write.
///
/// ```swift
/// let writer = try TextModel(contentsOf: "runs/stories/model.safetensors")
/// var random = RandomSource(seed: 1)
/// print(try writer.text(after: "There was", count: 300, using: &random))
/// ```
public struct TextModel: Sendable {
  /// The model.
  public let model: any LanguageModel
  /// Its kind and sizes.
  public let shape: TextModelShape
  /// What its tokens stand for.
  public let vocabulary: CharacterVocabulary

  /// A model with random weights for the characters of a vocabulary.
  ///
  /// - Parameters:
  ///   - shape: its kind and sizes.
  ///   - vocabulary: what its tokens stand for.
  ///   - dropout: how likely a number is dropped in training.
  ///   - random: where the weights come from.
  public init(
    _ shape: TextModelShape, _ vocabulary: CharacterVocabulary, dropout: Double = 0,
    using random: inout RandomSource
  ) {
    model = shape.make(vocabularySize: vocabulary.count, dropout: dropout, using: &random)
    self.shape = shape
    self.vocabulary = vocabulary
  }

  /// The model in a weight file that was saved with ``metadata``.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - dropout: how likely a number is dropped, if it is trained further.
  /// - Throws: `FileError`; `WeightFileError` for a file that holds no language model of characters.
  public init(contentsOf path: String, dropout: Double = 0) throws {
    let state = try StateDictionary(contentsOf: path)
    func fail(_ problem: String) -> WeightFileError {
      WeightFileError(.mismatch([problem]), file: path)
    }
    guard let text = state.metadata["shape"], let characters = state.metadata["characters"] else {
      throw fail(
        "the metadata have no 'shape' and 'characters', as a model has that 'backprop text train' "
          + "wrote")
    }
    guard let shape = try? JSONDecoder().decode(TextModelShape.self, from: Data(text.utf8)) else {
      throw fail("the metadata's 'shape' is \(text), which is no shape of a known model")
    }
    if let (name, found, expected) = shape.problem {
      throw fail("the metadata's '\(name)' is \(found), expected \(expected)")
    }
    // Fewer numbers than any of the models has: one that the metadata make up must take no memory.
    let count = state.entries.reduce(0) { $0 + $1.shape.elementCount }
    let fewest =
      shape.layers * shape.width * shape.width + shape.context
      * (shape.model == .gpt ? shape.width : 0)
    if count < fewest {
      throw fail("the file holds \(count) numbers, and a model of the shape \(text) has more")
    }
    let vocabulary = CharacterVocabulary(characters.unicodeScalars)
    guard vocabulary.count > 0 else { throw fail("the metadata's 'characters' are none") }
    var random = RandomSource(seed: 0)
    self.init(shape, vocabulary, dropout: dropout, using: &random)
    try model.load(state)
  }

  /// The texts that a weight file needs, beside the weights, for ``init(contentsOf:dropout:)``.
  public var metadata: [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var characters = String.UnicodeScalarView()
    characters.append(contentsOf: vocabulary.characters)
    // Sizes and a name: always encodable.
    let shape = String(decoding: try! encoder.encode(shape), as: UTF8.self)
    return ["model": self.shape.model.rawValue, "shape": shape, "characters": String(characters)]
  }

  /// What stands before a text of its own: the end of a line, or the first character for a model that
  /// knows no lines.
  public var start: [Int32] { (try? vocabulary.encode("\n")) ?? [0] }

  /// What the model writes at the beginning of a line.
  ///
  /// - Parameters:
  ///   - count: how many characters to write.
  ///   - sampling: how the next character is drawn.
  ///   - random: decides.
  public func text(
    count: Int, by sampling: TokenSampling = TokenSampling(), using random: inout RandomSource
  ) -> String {
    text(after: start, count: count, by: sampling, using: &random)
  }

  /// What the model writes after a beginning.
  ///
  /// - Parameters:
  ///   - beginning: what stands before; at least one character.
  ///   - count: how many characters to write.
  ///   - sampling: how the next character is drawn.
  ///   - random: decides.
  /// - Throws: ``UnknownCharacter`` if the beginning has one that the model does not know.
  public func text(
    after beginning: String, count: Int, by sampling: TokenSampling = TokenSampling(),
    using random: inout RandomSource
  ) throws(UnknownCharacter) -> String {
    text(after: try vocabulary.encode(beginning), count: count, by: sampling, using: &random)
  }

  private func text(
    after tokens: [Int32], count: Int, by sampling: TokenSampling, using random: inout RandomSource
  ) -> String {
    func write(_ model: some LanguageModel) -> String {
      vocabulary.decode(model.tokens(after: tokens, by: sampling, using: &random).prefix(count))
    }
    return write(model)
  }
}
