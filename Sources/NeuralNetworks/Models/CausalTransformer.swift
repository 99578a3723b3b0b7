import BackpropArrays
import BackpropAutodiff

/// A language model of causal attention, told by one function that serves training and writing: what its
/// layers keep of earlier tokens is handed on to them, and may be nothing.
///
/// A model of your own needs three members, and then trains, writes token by token with keys and values
/// kept (`tokens(after:by:using:)`), and writes several texts side by side:
///
/// ```swift
/// struct Tiny: CausalTransformer {
///   let tokens: Embedding, attention: GroupedQueryAttention
///   let contextLength: Int? = nil
///   var vocabularySize: Int { tokens.weight.shape[0] }
///   let attentionLayers = 1
///
///   func vectors(
///     of input: Tensor, continuing memory: inout KeyValueMemory, _ mode: Mode
///   ) -> Tensor {
///     let x = tokens(input, mode)
///     return x + attention(x, continuing: &memory, layer: 0, mode)
///   }
///   func scores(of vectors: Tensor, _ mode: Mode) -> Tensor { tokens.scores(of: vectors) }
/// }
/// ```
///
/// Attention of another kind calls ``KeyValueMemory/attention(layer:_:_:_:_:)`` with its queries, keys
/// and values.
public protocol CausalTransformer: Layer, LanguageModel where Memory == KeyValueMemory {
  /// How many layers of attention keep keys and values.
  var attentionLayers: Int { get }

  /// What the model makes of each token, from which the scores are worked out.
  ///
  /// - Parameters:
  ///   - input: tokens, whole numbers of shape (batch, length).
  ///   - memory: of the tokens before these, to which the layers of attention add these; at how many
  ///     they stand, ``KeyValueMemory/places(_:)`` says.
  ///   - mode: whether the model is being trained or used.
  /// - Returns: of shape (batch, length, width).
  func vectors(of input: Tensor, continuing memory: inout KeyValueMemory, _ mode: Mode) -> Tensor

  /// The scores of what comes next: `(…, width) -> (…, vocabulary)`.
  func scores(of vectors: Tensor, _ mode: Mode) -> Tensor
}

extension CausalTransformer {
  public var inputScalarType: ScalarType { .int64 }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    scores(of: wholeVectors(input, mode), mode)
  }

  /// What the model makes of each token of whole texts, from which the scores are worked out.
  ///
  /// - Parameters:
  ///   - tokens: of shape (batch, length).
  ///   - mode: whether the model is being trained or used.
  /// - Returns: of shape (batch, length, width).
  public func hiddenStates(of tokens: Tensor, _ mode: Mode = .unspecified) -> Tensor {
    mode.call(self) { mode in wholeVectors(tokens, mode) }
  }

  /// The scores of what follows each token, of texts that go on.
  ///
  /// - Parameters:
  ///   - tokens: whole numbers of shape (batch, length).
  ///   - memory: of the tokens before these, to which these are added; `nil` at the beginning.
  ///   - mode: whether the model is being trained or used.
  /// - Returns: of shape (batch, length, vocabulary).
  public func callAsFunction(
    _ tokens: Tensor, continuing memory: inout KeyValueMemory?, _ mode: Mode
  ) -> Tensor {
    mode.call(self) { mode in scores(of: vectors(tokens, &memory, mode), mode) }
  }

  /// The scores of what follows the last token, of texts that go on.
  ///
  /// - Parameters:
  ///   - tokens: whole numbers of shape (batch, length).
  ///   - memory: of the tokens before these, to which these are added; `nil` at the beginning.
  ///   - mode: whether the model is being trained or used.
  /// - Returns: of shape (batch, vocabulary).
  public func nextScores(
    after tokens: Tensor, continuing memory: inout KeyValueMemory?, _ mode: Mode
  ) -> Tensor {
    mode.call(self) { mode in
      let vectors = vectors(tokens, &memory, mode)
      return scores(of: vectors.rank == 3 ? vectors[.all, -1] : vectors, mode)
    }
  }

  private func wholeVectors(_ tokens: Tensor, _ mode: Mode) -> Tensor {
    if let error = misfit(tokens) { return tokens.failing(error) }
    var memory = KeyValueMemory.keepingNothing
    return vectors(of: tokens, continuing: &memory, mode)
  }

  private func vectors(
    _ tokens: Tensor, _ memory: inout KeyValueMemory?, _ mode: Mode
  ) -> Tensor {
    if let error = misfit(tokens) { return tokens.failing(error) }
    // Moved, not copied, so that the caches are written in place.
    var current = memory.take() ?? KeyValueMemory(layers: attentionLayers)
    defer { memory = current }
    guard current.layers ?? attentionLayers == attentionLayers else {
      fatalError(
        "\(Self.self): a memory of \(current.layers!) layers was given to a model of "
          + "\(attentionLayers)")
    }
    let result = vectors(of: tokens, continuing: &current, mode)
    if !result.isShapeOnly { current.advance(by: tokens.shape[1]) }
    return result
  }

  private func misfit(_ tokens: Tensor) -> ShapeError? {
    if tokens.rank == 2, !tokens.scalarType.isFloatingPoint { return nil }
    return ShapeError(
      "\(Self.self)", [tokens.shape],
      "tokens are whole numbers of shape (batch, length), and these are \(tokens.scalarType)")
  }
}
