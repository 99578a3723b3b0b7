import BackpropArrays
import BackpropAutodiff

/// Long short-term memory: a recurrent network whose gates decide what its memory keeps, so that
/// what is far back is not lost and gradients do not fade.
///
/// With z = xₜ W + b + hₜ₋₁ U + c, cut into four parts for the gates i, f, g, o:
/// cₜ = σ(f) cₜ₋₁ + σ(i) tanh(g), hₜ = σ(o) tanh(cₜ). Each layer has weights of its own, and the next
/// layer's input is what this one gives. The batch is the first axis, as everywhere here, which is
/// PyTorch's `batch_first=True`: `(batch, steps, inputs) -> (batch, steps, hidden)`.
///
/// ```swift
/// let network = LSTM(64, 128, layers: 2, dropout: 0.3, using: &random)
/// let first = network(words, mode)                            // (8, 20, 64) -> (8, 20, 128)
/// let second = network(more, state: first.state, mode)        // goes on where the first ended
/// let padded = network(texts, lengths: lengths, mode)         // of different lengths
/// ```
///
/// Source: Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997), with the forget gate of Gers
/// et al. (2000); PyTorch's `LSTM`, whose order of gates and names in files these are.
public struct LSTM: Module {
  /// What the network carries from step to step.
  public struct State: ModuleResult, Sendable {
    /// h, what each layer and direction gave last: of shape (layers · directions, batch, hidden).
    public var hidden: Tensor
    /// c, the memory of each: of the same shape.
    public var cell: Tensor

    /// A state, of two tensors of shape (layers · directions, batch, hidden).
    public init(hidden: Tensor, cell: Tensor) {
      self.hidden = hidden
      self.cell = cell
    }

    public mutating func forEachTensor(_ body: (inout Tensor) -> Void) {
      body(&hidden)
      body(&cell)
    }
  }

  /// What the network gives.
  public struct Result: ModuleResult, Sendable {
    /// What the last layer gave at each step: of shape (batch, steps, directions · hidden).
    public var output: Tensor
    /// The state at the end, where the next part of the sequences goes on.
    public var state: State

    public mutating func forEachTensor(_ body: (inout Tensor) -> Void) {
      body(&output)
      state.forEachTensor(body)
    }
  }

  private let stack: RecurrentStack

  /// The weights, by layer and then by direction: forward, and backward if there is one.
  public var weights: [[RecurrentWeights]] { stack.weights }

  /// A network with weights drawn evenly from ±1/√hidden.
  ///
  /// - Parameters:
  ///   - inputs: how many numbers a step has.
  ///   - hidden: how many numbers h has, and c.
  ///   - layers: how many layers stand over each other.
  ///   - isBidirectional: whether each layer also walks from the end to the beginning, with weights
  ///     of its own. What both give is joined along the last axis.
  ///   - dropout: how likely a number between two layers is dropped in training.
  ///   - hasBias: whether there are b and c.
  ///   - scalarType: of the weights.
  ///   - random: where the weights come from.
  public init(
    _ inputs: Int, _ hidden: Int, layers: Int = 1, isBidirectional: Bool = false,
    dropout: Double = 0, hasBias: Bool = true, scalarType: ScalarType = .float32,
    using random: inout RandomSource
  ) {
    stack = RecurrentStack(
      "LSTM", .lstm, inputs: inputs, hidden: hidden, layers: layers,
      isBidirectional: isBidirectional, dropout: dropout, hasBias: hasBias,
      scalarType: scalarType, using: &random)
  }

  /// The network applied to sequences.
  ///
  /// Where sequences have different lengths, the output behind a sequence's end is zeros, the state at
  /// the end is that at its own, and the way back begins there: what PyTorch does with
  /// `pack_padded_sequence` and `pad_packed_sequence`.
  ///
  /// - Parameters:
  ///   - input: of shape (batch, steps, inputs), of at least one step.
  ///   - state: at the beginning; `nil` for zeros.
  ///   - lengths: how many steps each sequence has, from 1 on: whole numbers of shape (batch). `nil`
  ///     where each has all.
  ///   - mode: whether the network is being trained or used.
  public func callAsFunction(
    _ input: Tensor, state: State? = nil, lengths: Tensor? = nil, _ mode: Mode = .unspecified
  ) -> Result {
    mode.call(self) { mode in
      let initial = state.map { [$0.hidden, $0.cell] }
      let (output, state) = stack(input, initial, lengths: lengths, mode)
      return Result(output: output, state: State(hidden: state[0], cell: state[1]))
    }
  }

  /// The network applied to sequences of words, each of which stands for a vector of `embedding`.
  ///
  /// What `network(embedding(words), …)` gives, but for rounding, and faster where there are more words
  /// than vectors: then the vectors are multiplied by W, each once, and rows of that product are taken for
  /// the words. An observer sees the embedding's result all the same, but no gradient of it.
  ///
  /// ```swift
  /// let result = network(embedding, words, mode)     // 32 texts of 64 characters: (32, 64)
  /// ```
  ///
  /// Traps if a word is not in the table, as the embedding does.
  ///
  /// - Parameters:
  ///   - embedding: the vectors, of as many numbers as a step has.
  ///   - words: whole numbers of shape (batch, steps), of at least one step.
  ///   - state: at the beginning; `nil` for zeros.
  ///   - lengths: how many steps each sequence has, from 1 on: whole numbers of shape (batch). `nil`
  ///     where each has all.
  ///   - mode: whether the network is being trained or used.
  public func callAsFunction(
    _ embedding: Embedding, _ words: Tensor, state: State? = nil, lengths: Tensor? = nil,
    _ mode: Mode = .unspecified
  ) -> Result {
    let initial = state.map { [$0.hidden, $0.cell] }
    return stack.walk(self, embedding, words, initial, lengths: lengths, mode) {
      Result(output: $0, state: State(hidden: $1[0], cell: $1[1]))
    }
  }

  public var members: [ModuleMember] { stack.members }
  public func fileLayout(of parameter: String) -> ParameterLayout {
    RecurrentWeights.fileLayout(of: parameter)
  }
  public var summaryName: String { "LSTM(\(stack.summary))" }
}
