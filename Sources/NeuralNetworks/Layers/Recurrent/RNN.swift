import BackpropArrays
import BackpropAutodiff

/// A recurrent network: it walks along sequences and carries a state from step to step.
///
/// hₜ = tanh(xₜ W + b + hₜ₋₁ U + c), for each layer with weights of its own; the next layer's input is
/// what this one gives. The batch is the first axis, as everywhere here, which is PyTorch's
/// `batch_first=True`: `(batch, steps, inputs) -> (batch, steps, hidden)`.
///
/// ```swift
/// let network = RNN(8, 32, layers: 2, using: &random)
/// let result = network(sequences, mode)             // (16, 20, 8)
/// result.output                                     // (16, 20, 32)
/// result.state                                      // (2, 16, 32)
/// ```
///
/// Source: Elman, "Finding Structure in Time" (1990); PyTorch's `RNN`, whose names in files these
/// are.
public struct RNN: Module {
  /// What the network gives.
  public struct Result: ModuleResult, Sendable {
    /// What the last layer gave at each step: of shape (batch, steps, directions · hidden).
    public var output: Tensor
    /// The state of each layer and direction at the end: of shape (layers · directions, batch,
    /// hidden). It is where the next part of the sequences goes on.
    public var state: Tensor

    public mutating func forEachTensor(_ body: (inout Tensor) -> Void) {
      body(&output)
      body(&state)
    }
  }

  /// What is applied to each step's sum.
  public let activation: Activation
  private let stack: RecurrentStack

  /// The weights, by layer and then by direction: forward, and backward if there is one.
  public var weights: [[RecurrentWeights]] { stack.weights }

  /// A network with weights drawn evenly from ±1/√hidden.
  ///
  /// - Parameters:
  ///   - inputs: how many numbers a step has.
  ///   - hidden: how many numbers the state has.
  ///   - layers: how many layers stand over each other.
  ///   - activation: what is applied to each step's sum.
  ///   - isBidirectional: whether each layer also walks from the end to the beginning, with weights
  ///     of its own. What both give is joined along the last axis.
  ///   - dropout: how likely a number between two layers is dropped in training.
  ///   - hasBias: whether there are b and c.
  ///   - scalarType: of the weights.
  ///   - random: where the weights come from.
  public init(
    _ inputs: Int, _ hidden: Int, layers: Int = 1, activation: Activation = .tanh,
    isBidirectional: Bool = false, dropout: Double = 0, hasBias: Bool = true,
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    self.activation = activation
    stack = RecurrentStack(
      "RNN", .rnn(activation), inputs: inputs, hidden: hidden, layers: layers,
      isBidirectional: isBidirectional, dropout: dropout, hasBias: hasBias,
      scalarType: scalarType, using: &random)
  }

  /// The network applied to sequences.
  ///
  /// Where sequences have different lengths, the output behind a sequence's end is zeros, the state at
  /// the end is that at its own, and the way back begins there.
  ///
  /// - Parameters:
  ///   - input: of shape (batch, steps, inputs), of at least one step.
  ///   - state: at the beginning, of shape (layers · directions, batch, hidden); `nil` for zeros.
  ///   - lengths: how many steps each sequence has, from 1 on: whole numbers of shape (batch). `nil`
  ///     where each has all.
  ///   - mode: whether the network is being trained or used.
  public func callAsFunction(
    _ input: Tensor, state: Tensor? = nil, lengths: Tensor? = nil, _ mode: Mode = .unspecified
  ) -> Result {
    mode.call(self) { mode in
      let (output, state) = stack(input, state.map { [$0] }, lengths: lengths, mode)
      return Result(output: output, state: state[0])
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
  ///   - state: at the beginning, of shape (layers · directions, batch, hidden); `nil` for zeros.
  ///   - lengths: how many steps each sequence has, from 1 on: whole numbers of shape (batch). `nil`
  ///     where each has all.
  ///   - mode: whether the network is being trained or used.
  public func callAsFunction(
    _ embedding: Embedding, _ words: Tensor, state: Tensor? = nil, lengths: Tensor? = nil,
    _ mode: Mode = .unspecified
  ) -> Result {
    stack.walk(self, embedding, words, state.map { [$0] }, lengths: lengths, mode) {
      Result(output: $0, state: $1[0])
    }
  }

  public var members: [ModuleMember] { stack.members }
  public func fileLayout(of parameter: String) -> ParameterLayout {
    RecurrentWeights.fileLayout(of: parameter)
  }
  public var summaryName: String { "RNN(\(stack.summary))" }
}
