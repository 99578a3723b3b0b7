import BackpropAutodiff

/// A model that reads texts, token by token, and gives after each token a score for every token that
/// may come next.
///
/// A token is a whole number from 0: a character's or a word's place in a vocabulary. Trained, all
/// tokens of many texts are read at once; writing, the model reads one token after the other and
/// keeps, in its memory, what it needs of those before:
///
/// ```swift
/// var memory: CharacterLSTM.Memory? = nil
/// let scores = model(start, continuing: &memory, .inference)      // (1, 12) -> (1, 12, 65)
/// let next = model(token, continuing: &memory, .inference)        // (1, 1) -> (1, 1, 65)
/// ```
public protocol LanguageModel: Module {
  /// What the model keeps of the tokens that it has read: the keys and values of attention, the
  /// state of a recurrent network.
  associatedtype Memory: Sendable

  /// How many tokens there are.
  var vocabularySize: Int { get }

  /// How many tokens the model can look back on, the last included; `nil` where there is no limit.
  var contextLength: Int? { get }

  /// The table of tokens, where the scores are the products with its vectors; `nil` where a layer of
  /// their own gives them, which is the default.
  var outputTable: Embedding? { get }

  /// The scores of what comes after each token.
  ///
  /// - Parameters:
  ///   - tokens: of shape (batch, length) and a type of whole numbers, from 0 to the size of the
  ///     vocabulary.
  ///   - memory: of the tokens before these, and afterwards of these too; `nil` at the beginning of
  ///     a text. The memory and the tokens together are no more than ``contextLength``.
  ///   - mode: whether the model is being trained or used.
  /// - Returns: of shape (batch, length, vocabulary). What stands at a token follows from it and those
  ///   before it alone.
  func callAsFunction(_ tokens: Tensor, continuing memory: inout Memory?, _ mode: Mode) -> Tensor

  /// The scores of what comes after the last of these tokens alone.
  ///
  /// Of a long text the scores after every token take more memory than the model. The default works
  /// them all out; a model that need not says so.
  ///
  /// - Parameters:
  ///   - tokens: as of the call with a memory.
  ///   - memory: likewise.
  ///   - mode: whether the model is being trained or used.
  /// - Returns: of shape (batch, vocabulary).
  func nextScores(
    after tokens: Tensor, continuing memory: inout Memory?, _ mode: Mode
  ) -> Tensor

  /// The scores of what comes after each token of whole texts, of which no memory is kept.
  ///
  /// - Parameters:
  ///   - tokens: of shape (batch, length).
  ///   - mode: whether the model is being trained or used.
  /// - Returns: of shape (batch, length, vocabulary).
  func callAsFunction(_ tokens: Tensor, _ mode: Mode) -> Tensor
}

extension LanguageModel {
  public var outputTable: Embedding? { nil }

  public func nextScores(
    after tokens: Tensor, continuing memory: inout Memory?, _ mode: Mode
  ) -> Tensor {
    self(tokens, continuing: &memory, mode)[.all, -1]
  }
}
