import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// The tokens of several texts that a transformer writes side by side: a step reads all weights once,
/// however many texts there are.
///
/// Each text's tokens are those that ``WrittenTokens`` writes for it alone with the same random numbers,
/// as far as it stays within what the model can look back on.
package struct TokensSideBySide<Model: CausalTransformer> {
  private struct Text {
    /// Which of the texts it is.
    let index: Int
    /// The token that the model reads next.
    var unread: Int32
    var random: RandomSource
    var known: Set<Int32>
  }

  private let model: Model
  private let sampling: TokenSampling
  /// Those that have not ended; row i of the memory is of the i-th.
  private var texts: [Text] = []
  private var memory: KeyValueMemory?

  /// Reads the beginnings, each by itself, and draws a token after each.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - beginnings: the tokens before, of each text at least one and no more than the model can look
  ///     back on.
  ///   - sampling: how the next token is drawn.
  ///   - random: decides for each text, from numbers of its own that are split off.
  package init(
    _ model: Model, after beginnings: [[Int32]], by sampling: TokenSampling, random: RandomSource
  ) {
    (self.model, self.sampling) = (model, sampling)
    var memories: [KeyValueMemory] = []
    for (index, beginning) in beginnings.enumerated() {
      var own = random
      var memory: KeyValueMemory?
      let scores = withoutGradient {
        model.nextScores(
          after: Tensor(NDArray(beginning, shape: [1, beginning.count])), continuing: &memory,
          .inference)
      }
      memories.append(memory!)
      let known: Set<Int32> = sampling.repetitionPenalty == 1 ? [] : Set(beginning)
      var text = Text(index: index, unread: 0, random: own.split(), known: known)
      draw(from: scores[0], for: &text)
      texts.append(text)
    }
    if !memories.isEmpty { memory = .joining(memories) }
  }

  /// The last token of each text that goes on.
  package var tokens: [(text: Int, token: Int32)] { texts.map { ($0.index, $0.unread) } }

  /// Ends texts, which are then written no further.
  package mutating func end(_ ended: Set<Int>) {
    for place in texts.indices.reversed() where ended.contains(texts[place].index) {
      texts.remove(at: place)
      memory?.remove(at: place)
    }
  }

  /// Has each text that goes on read its last token, and draws the next.
  package mutating func advance() {
    guard !texts.isEmpty else { return }
    let scores = withoutGradient {
      model.nextScores(
        after: Tensor(NDArray(texts.map(\.unread), shape: [texts.count, 1])),
        continuing: &memory, .inference)
    }
    for place in texts.indices { draw(from: scores[place], for: &texts[place]) }
  }

  private func draw(from scores: Tensor, for text: inout Text) {
    text.unread = sampling.draw(from: scores, after: text.known, using: &text.random)
    if sampling.repetitionPenalty != 1 { text.known.insert(text.unread) }
  }
}
