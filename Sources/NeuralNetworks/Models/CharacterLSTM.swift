import BackpropArrays
import BackpropAutodiff

/// A recurrent language model: a table of vectors, an ``LSTM`` that reads them one after the other, and
/// a linear layer that gives a score to every token that may come next.
///
/// `(batch, length) -> (batch, length, vocabulary)`. What it keeps of the tokens that it has read is the
/// state of the network, of the same size however many they were.
///
/// ```swift
/// let model = CharacterLSTM(vocabularySize: 65, width: 128, hidden: 128, using: &random)
/// let loss = crossEntropy(logits: model(tokens, mode), targets: next)   // (32, 64), (32, 64)
///
/// var memory: LSTM.State?
/// let scores = model(start, continuing: &memory, .inference)            // (1, 12) -> (1, 12, 65)
/// let more = model(token, continuing: &memory, .inference)              // (1, 1) -> (1, 1, 65)
/// ```
///
/// A token that is not in the vocabulary ends the program. Sources: Graves, "Generating Sequences With
/// Recurrent Neural Networks" (2013); where it drops: Zaremba et al., "Recurrent Neural Network
/// Regularization" (2014).
public struct CharacterLSTM: LanguageModel {
  /// The vector of each token.
  public let embedding: Embedding
  /// What reads them.
  public let lstm: LSTM
  /// Drops a part of what the head sees.
  public let dropout: Dropout
  /// The scores.
  public let head: Linear

  /// A model with random weights, drawn as PyTorch draws those of these layers.
  ///
  /// - Parameters:
  ///   - vocabularySize: how many tokens there are.
  ///   - width: how many numbers a token's vector has.
  ///   - hidden: how many numbers the state of a layer has.
  ///   - layers: how many layers the network has.
  ///   - dropout: how likely a number between two layers, and in front of the head, is dropped in
  ///     training.
  ///   - scalarType: of the parameters.
  ///   - random: where the weights come from.
  public init(
    vocabularySize: Int, width: Int, hidden: Int, layers: Int = 1, dropout: Double = 0,
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    embedding = Embedding(vocabularySize, width, scalarType: scalarType, using: &random)
    lstm = LSTM(
      width, hidden, layers: layers, dropout: dropout, scalarType: scalarType, using: &random)
    self.dropout = Dropout(dropout)
    head = Linear(hidden, vocabularySize, scalarType: scalarType, using: &random)
  }

  public var vocabularySize: Int { embedding.weight.shape[0] }

  /// `nil`: the state takes in any number of tokens.
  public var contextLength: Int? { nil }

  public func callAsFunction(
    _ tokens: Tensor, continuing memory: inout LSTM.State?, _ mode: Mode
  ) -> Tensor {
    let state = memory
    let (scores, after) = mode.call(self) { mode in read(tokens, state, mode) }
    memory = after
    return scores
  }

  public func callAsFunction(_ tokens: Tensor, _ mode: Mode = .unspecified) -> Tensor {
    mode.call(self) { mode in read(tokens, nil, mode).0 }
  }

  private func read(
    _ tokens: Tensor, _ state: LSTM.State?, _ mode: Mode
  ) -> (Tensor, LSTM.State) {
    guard tokens.rank == 2 else {
      let failed = tokens.failing(
        ShapeError("CharacterLSTM", [tokens.shape], "the tokens are not of shape (batch, length)"))
      return (failed, LSTM.State(hidden: failed, cell: failed))
    }
    let result = lstm(embedding, tokens, state: state, mode)
    let dropped = dropout.probability > 0 ? dropout(result.output, mode) : result.output
    return (head(dropped, mode), result.state)
  }
}
