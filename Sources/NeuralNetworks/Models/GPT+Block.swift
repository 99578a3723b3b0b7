import BackpropArrays
import BackpropAutodiff

extension GPT {
  /// A block: x + attention(norm(x)), and then the same with two linear layers.
  ///
  /// `(batch, length, width) -> (batch, length, width)`.
  public struct Block: Layer {
    /// The norm in front of the attention.
    public let norm1: LayerNorm
    /// What makes queries, keys and values, one beside the other.
    public let attentionInput: Linear
    /// What mixes the results of the heads.
    public let attentionOutput: Linear
    /// What drops weights of the attention.
    public let attentionDropout: Dropout
    /// The norm in front of the linear layers.
    public let norm2: LayerNorm
    /// The linear layer to an inner width, mostly four times the width.
    public let hidden: Linear
    /// The function behind it: for GPT-2 a gelu, approximated by tanh.
    public let activation: FeedForwardActivation
    /// The linear layer back.
    public let output: Linear
    /// What drops numbers of each part's result.
    public let dropout: Dropout
    /// The number of heads.
    public let heads: Int
    /// By what the products of queries and keys are multiplied; `nil` for 1 / √d.
    public let attentionScale: Double?

    /// A block of given layers. Traps unless they fit each other and the heads.
    ///
    /// - Parameters:
    ///   - norm1: the norm in front of the attention.
    ///   - attentionInput: what makes queries, keys and values, of (width, 3 · width).
    ///   - attentionOutput: what mixes the results of the heads, of (width, width).
    ///   - norm2: the norm in front of the linear layers.
    ///   - hidden: the linear layer to the inner width.
    ///   - output: the linear layer back.
    ///   - heads: how many heads there are.
    ///   - activation: the function between the linear layers.
    ///   - attentionScale: by what the products of queries and keys are multiplied.
    ///   - attentionDropout: how likely a weight of the attention is dropped in training.
    ///   - dropout: how likely a number of each part's result is.
    public init(
      norm1: LayerNorm, attentionInput: Linear, attentionOutput: Linear, norm2: LayerNorm,
      hidden: Linear, output: Linear, heads: Int,
      activation: FeedForwardActivation = .gelu(.tanh), attentionScale: Double? = nil,
      attentionDropout: Double = 0, dropout: Double = 0
    ) {
      let shapes = [attentionInput, attentionOutput, hidden, output].map(\.weight.shape)
      let width = shapes[0][0]
      guard shapes[0][1] == 3 * width, shapes[1] == [width, width], shapes[2][0] == width,
        shapes[3] == [shapes[2][1], width], norm1.shape == [width], norm2.shape == [width]
      else {
        ShapeError(
          "GPT.Block", shapes,
          "the layers are of (w, 3 w), (w, w), (w, inner) and (inner, w), and the norms of w numbers"
        ).trap()
      }
      guard heads > 0, width % heads == 0 else {
        fatalError("GPT: \(width) numbers do not divide evenly among \(heads) heads")
      }
      self.norm1 = norm1
      self.attentionInput = attentionInput
      self.attentionOutput = attentionOutput
      self.attentionDropout = Dropout(attentionDropout)
      self.norm2 = norm2
      self.hidden = hidden
      self.activation = activation
      self.output = output
      self.dropout = Dropout(dropout)
      self.heads = heads
      self.attentionScale = attentionScale
    }

    init(
      width: Int, heads: Int, layers: Int, dropout: Double, hasBias: Bool, scalarType: ScalarType,
      using random: inout RandomSource
    ) {
      func linear(
        _ inputs: Int, _ outputs: Int, _ deviation: Double, _ random: inout RandomSource
      ) -> Linear {
        Linear(
          inputs, outputs, hasBias: hasBias, initializer: .normal(standardDeviation: deviation),
          biasInitializer: .zeros,
          scalarType: scalarType, using: &random)
      }
      let last = 0.02 / Double(2 * layers).squareRoot()
      self.init(
        norm1: LayerNorm([width], hasBias: hasBias, scalarType: scalarType),
        attentionInput: linear(width, 3 * width, 0.02, &random),
        attentionOutput: linear(width, width, last, &random),
        norm2: LayerNorm([width], hasBias: hasBias, scalarType: scalarType),
        hidden: linear(width, 4 * width, 0.02, &random),
        output: linear(4 * width, width, last, &random), heads: heads, attentionDropout: dropout,
        dropout: dropout)
    }

    public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
      var memory = KeyValueMemory.keepingNothing
      return result(input, &memory, 0, mode)
    }

    /// The block applied to what stands behind the tokens of a memory, into which it goes.
    func callAsFunction(
      _ input: Tensor, continuing memory: inout KeyValueMemory, layer: Int, _ mode: Mode
    ) -> Tensor {
      mode.call(self) { mode in result(input, &memory, layer, mode) }
    }

    private func result(
      _ input: Tensor, _ memory: inout KeyValueMemory, _ layer: Int, _ mode: Mode
    ) -> Tensor {
      guard input.rank == 3, input.shape[2] == norm1.shape[0] else {
        return input.failing(
          ShapeError(
            "GPT.Block", [input.shape],
            "the input is not of shape (batch, length, \(norm1.shape[0]))"))
      }
      let parts = attentionInput(norm1(input, mode), mode).split(into: 3, axis: 2).map {
        $0.asHeads(heads)
      }
      let gathered = memory.attention(layer: layer, parts[0], parts[1], parts[2]) {
        attentionDropout.attention(
          $0, $1, $2, mask: nil, isCausal: true, scale: attentionScale, mode)
      }
      let x = input + dropout(attentionOutput(gathered.withoutHeads, mode), mode)
      let inner = activation(norm2(x, mode), after: hidden, mode)
      return x + dropout(output(inner, mode), mode)
    }

    public var members: [ModuleMember] {
      ModuleMember.named([
        "ln_1": norm1, "attn.c_attn": attentionInput, "attn.attn_dropout": attentionDropout,
        "attn.c_proj": attentionOutput, "ln_2": norm2, "mlp.c_fc": hidden, "mlp.c_proj": output,
        "mlp.dropout": dropout,
      ])
    }

    public var summaryName: String { "GPT.Block(\(norm1.shape[0]), \(heads) heads)" }
  }
}
