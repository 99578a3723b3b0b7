import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// A block of an encoder: attention of a text to itself, then two linear layers, each added to what it
/// was made of, and a norm behind each sum.
///
/// `(tokens, width) -> (tokens, width)`, the texts' tokens one after the other.
///
/// Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language
/// Understanding" (2019).
public struct EncoderLayer: Module {
  /// What makes queries.
  public let query: Linear
  /// What makes keys.
  public let key: Linear
  /// What makes values.
  public let value: Linear
  /// What mixes the results of the heads.
  public let attentionOutput: Linear
  /// The norm behind the attention.
  public let attentionNorm: LayerNorm
  /// The linear layer to the hidden width.
  public let hidden: Linear
  /// The linear layer back.
  public let output: Linear
  /// The norm behind it.
  public let outputNorm: LayerNorm
  /// What drops numbers of each part's result in training.
  public let dropout: Dropout
  /// What drops weights of the attention in training.
  public let attentionDropout: Dropout
  private let settings: EncoderSettings

  /// What the parts are called in files.
  private struct Names {
    let query, key, value, attentionOutput, attentionNorm, hidden, output, outputNorm: String

    init(_ family: EncoderSettings.Family) {
      switch family {
      case .bert, .roberta:
        query = "attention.self.query"
        key = "attention.self.key"
        value = "attention.self.value"
        attentionOutput = "attention.output.dense"
        attentionNorm = "attention.output.LayerNorm"
        hidden = "intermediate.dense"
        output = "output.dense"
        outputNorm = "output.LayerNorm"
      case .distilBERT:
        query = "attention.q_lin"
        key = "attention.k_lin"
        value = "attention.v_lin"
        attentionOutput = "attention.out_lin"
        attentionNorm = "sa_layer_norm"
        hidden = "ffn.lin1"
        output = "ffn.lin2"
        outputNorm = "output_layer_norm"
      }
    }
  }

  init(_ weights: PretrainedWeights, _ settings: EncoderSettings) throws(PretrainedError) {
    let names = Names(settings.family)
    let (width, wide) = (settings.width, settings.hiddenWidth)
    query = try weights.linear(names.query, inputs: width, outputs: width)
    key = try weights.linear(names.key, inputs: width, outputs: width)
    value = try weights.linear(names.value, inputs: width, outputs: width)
    attentionOutput = try weights.linear(names.attentionOutput, inputs: width, outputs: width)
    attentionNorm = try weights.layerNorm(
      names.attentionNorm, width: width, epsilon: settings.epsilon)
    hidden = try weights.linear(names.hidden, inputs: width, outputs: wide)
    output = try weights.linear(names.output, inputs: wide, outputs: width)
    outputNorm = try weights.layerNorm(names.outputNorm, width: width, epsilon: settings.epsilon)
    dropout = Dropout(settings.dropout)
    attentionDropout = Dropout(settings.attentionDropout)
    self.settings = settings
  }

  /// The block applied to the tokens of texts.
  ///
  /// - Parameters:
  ///   - input: of shape (tokens, width).
  ///   - lengths: how many tokens each text has.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(
    _ input: Tensor, lengths: [Int], _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { mode in
      let gathered = attention(
        query(input, mode), key(input, mode), value(input, mode), lengths, mode)
      let x = attentionNorm(input + dropout(attentionOutput(gathered, mode), mode), mode)
      let wide = settings.activation(x, after: hidden, mode)
      return outputNorm(x + dropout(output(wide, mode), mode), mode)
    }
  }

  private func attention(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, _ lengths: [Int], _ mode: Mode
  ) -> Tensor {
    guard mode.isTraining, attentionDropout.probability > 0, q.shape[0] > 0 else {
      return packedAttention(q, k, v, lengths: lengths, heads: settings.heads)
    }
    // The weights come into being, text by text, so that some can be dropped.
    var results: [Tensor] = []
    var start = 0
    for length in lengths where length > 0 {
      let heads = [q, k, v].map {
        $0[start..<start + length]
          .reshaped(to: [length, settings.heads, settings.width / settings.heads] as Shape)
          .transposed([1, 0, 2])
      }
      let weights = attentionDropout(attentionWeights(heads[0], heads[1]), mode)
      results.append(
        weights.matmul(heads[2]).transposed([1, 0, 2])
          .reshaped(to: [length, settings.width] as Shape))
      start += length
    }
    return Tensor.concatenate(results, axis: 0)
  }

  public var members: [ModuleMember] {
    let names = Names(settings.family)
    return ModuleMember.named([
      names.query: query, names.key: key, names.value: value,
      names.attentionOutput: attentionOutput, names.attentionNorm: attentionNorm,
      names.hidden: hidden, names.output: output, names.outputNorm: outputNorm,
    ])
  }

  public var summaryName: String { "EncoderLayer(\(settings.width), \(settings.heads) heads)" }
}
