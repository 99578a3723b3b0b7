import BackpropArrays
import BackpropNeuralNetworks

/// The kind of a language model and its sizes: all that is needed to make one of the same shape.
public struct TextModelShape: Codable, Sendable, Hashable {
  /// The kind.
  public var model = KnownLanguageModel.gpt
  /// How many numbers a token is inside the model: its vector, and an LSTM's state.
  public var width = 128
  /// How many layers stand over each other.
  public var layers = 4
  /// How many heads a GPT's attention has.
  public var heads = 4
  /// How many tokens a GPT can look back on.
  public var context = 64

  /// A GPT of 4 layers, 128 wide, with 4 heads, that looks back on 64 tokens.
  public init() {}

  /// The usual shape of a kind.
  public init(_ model: KnownLanguageModel) {
    self.model = model
    if model == .lstm { layers = 1 }
  }

  /// A model of this shape with random weights.
  ///
  /// Traps if ``problem`` is not `nil`.
  ///
  /// - Parameters:
  ///   - vocabularySize: how many tokens there are.
  ///   - dropout: how likely a number is dropped in training.
  ///   - random: where the weights come from.
  public func make(
    vocabularySize: Int, dropout: Double = 0, using random: inout RandomSource
  ) -> any LanguageModel {
    switch model {
    case .lstm:
      CharacterLSTM(
        vocabularySize: vocabularySize, width: width, hidden: width, layers: layers,
        dropout: dropout, using: &random)
    case .gpt:
      GPT(
        vocabularySize: vocabularySize, contextLength: context, width: width, layers: layers,
        heads: heads, dropout: dropout, using: &random)
    }
  }

  /// The first size that makes no sense: its name, what it is, and what is expected; `nil` if all do.
  public var problem: (name: String, found: String, expected: String)? {
    let sizes = [
      ("width", width, 16_384), ("layers", layers, 1024), ("heads", heads, 1024),
      ("context", context, 1 << 20),
    ]
    for (name, size, most) in sizes where !(1...most).contains(size) {
      return (name, "\(size)", "1 to \(most)")
    }
    if model == .gpt, width % heads != 0 {
      return ("heads", "\(heads)", "a number that divides the width, \(width)")
    }
    return nil
  }
}
