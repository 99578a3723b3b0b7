import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks

/// Parts of one length of a text, each with the part one token later: what a language model learns
/// from.
///
/// ```swift
/// let windows = TextWindows(try vocabulary.encode(text), length: 64)
/// let loop = TrainingLoop(model, optimizer, windows, batchSize: 12) { batch, mode in
///   crossEntropy(logits: model(batch.inputs, mode), targets: batch.targets)
/// }
/// ```
public struct TextWindows: Dataset {
  /// A few windows together.
  public struct Batch: Sendable {
    /// The tokens: `int32`, of shape (windows, length).
    public let inputs: Tensor
    /// The token that comes after each of them, of the same shape.
    public let targets: Tensor
  }

  /// The tokens of the text.
  public let tokens: [Int32]
  /// How many tokens a window has.
  public let length: Int
  /// From which token to which the next window begins.
  public let stride: Int

  /// The windows of a text that begin at every `stride`-th token, as many as are whole.
  ///
  /// Traps if the length or the stride is not positive.
  ///
  /// - Parameters:
  ///   - tokens: the text.
  ///   - length: how many tokens a window has.
  ///   - stride: how far apart windows begin; `nil` for one after the other.
  public init(_ tokens: [Int32], length: Int, stride: Int? = nil) {
    guard length > 0, stride ?? 1 > 0 else {
      fatalError("TextWindows: length \(length), stride \(stride ?? length); both are positive")
    }
    self.tokens = tokens
    self.length = length
    self.stride = stride ?? length
  }

  public var count: Int {
    tokens.count <= length ? 0 : (tokens.count - length - 1) / stride + 1
  }

  public func batch(_ positions: [Int]) -> Batch {
    func part(from offset: Int) -> Tensor {
      var result: [Int32] = []
      result.reserveCapacity(positions.count * length)
      for position in positions {
        guard (0..<count).contains(position) else {
          fatalError("TextWindows: there is no window \(position) of \(count)")
        }
        let start = position * stride + offset
        result += tokens[start..<start + length]
      }
      return Tensor(NDArray(result, shape: [positions.count, length]))
    }
    return Batch(inputs: part(from: 0), targets: part(from: 1))
  }
}

extension TextWindows {
  /// The mean loss of a model at all characters, in nats: how much it has to be told, on average, to know
  /// the next one.
  ///
  /// - Parameters:
  ///   - model: gives scores of the next character.
  ///   - batchSize: how many windows to look at together.
  public func loss(of model: some LanguageModel, batchSize: Int = 32) -> Double {
    withoutGradient {
      means(batchSize: batchSize) { batch in
        ["loss": crossEntropy(logits: model(batch.inputs, .inference), targets: batch.targets).item]
      }
    }["loss"]!
  }
}
