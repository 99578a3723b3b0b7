import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

extension LanguageModel {
  /// What the model writes after a beginning, token by token, without end.
  ///
  /// ```swift
  /// var random = RandomSource(seed: 7)
  /// let start = try vocabulary.encode("Once upon a time")
  /// for token in model.tokens(after: start, by: TokenSampling(temperature: 0.8), using: &random)
  ///   .prefix(200)
  /// {
  ///   print(vocabulary.decode([token]), terminator: "")
  /// }
  /// ```
  ///
  /// The model reads each token once and keeps what it needs of those before. Where it can look back on
  /// `contextLength` tokens alone and that many have been read, it forgets, and reads the
  /// later half of them again: from then on it sees at least half as many tokens as it can.
  ///
  /// - Parameters:
  ///   - beginning: the tokens before, at least one; of more than the model can look back on, the last.
  ///   - sampling: how the next token is drawn.
  ///   - random: decides; the numbers are drawn from a source split off from it.
  public func tokens(
    after beginning: [Int32], by sampling: TokenSampling = TokenSampling(),
    using random: inout RandomSource
  ) -> WrittenTokens<Self> {
    WrittenTokens(self, after: beginning, by: sampling, random: random.split())
  }
}

/// The tokens that a language model writes. There is always another one.
public struct WrittenTokens<Model: LanguageModel>: Sequence, IteratorProtocol {
  private let model: Model
  private let sampling: TokenSampling
  private var random: RandomSource
  private var memory: Model.Memory?
  /// The tokens that the model reads next.
  private var unread: [Int32]
  /// Those that it has read and may have to read again: what the memory is of, for a model that can look
  /// back on a few alone.
  private var read: [Int32] = []
  /// Those that the text has, for a penalty.
  private var known: Set<Int32>

  init(
    _ model: Model, after beginning: [Int32], by sampling: TokenSampling, random: RandomSource
  ) {
    guard !beginning.isEmpty else {
      fatalError("tokens(after:): a model needs a token, after which to write")
    }
    self.model = model
    self.sampling = sampling
    self.random = random
    known = sampling.repetitionPenalty == 1 ? [] : Set(beginning)
    unread = model.contextLength.map { Array(beginning.suffix($0)) } ?? beginning
  }

  /// The next token.
  public mutating func next() -> Int32? {
    if let limit = model.contextLength, read.count + unread.count > limit {
      let all = read + unread
      (read, unread, memory) = ([], Array(all.suffix(Swift.max(1, limit / 2))), nil)
    }
    let scores = withoutGradient {
      let tokens = Tensor(NDArray(unread, shape: [1, unread.count]))
      return model.nextScores(after: tokens, continuing: &memory, .inference)[0]
    }
    if model.contextLength != nil { read += unread }
    let token = sampling.draw(from: scores, after: known, using: &random)
    if sampling.repetitionPenalty != 1 { known.insert(token) }
    unread = [token]
    return token
  }
}
