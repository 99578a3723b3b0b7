import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

extension LayerMistakes {
  static let attention: [LayerMistake] = [
    LayerMistake(
      "MultiHeadAttention",
      """
      MultiHeadAttention: the query is not of shape (batch, length, 16)
        shapes: (2, 5, 8) and (2, 5, 16) and (2, 5, 16)
        module: MultiHeadAttention
      """
    ) {
      try MultiHeadAttention(16, heads: 2, using: &$0)(
        t([2, 5, 8]), t([2, 5, 16]), t([2, 5, 16])
      ).checkedType()
    },
    LayerMistake(
      "MultiHeadAttention",
      """
      MultiHeadAttention: there is not one value for each key
        shapes: (2, 5, 16) and (2, 7, 16) and (2, 6, 16)
        module: MultiHeadAttention
      """
    ) {
      try MultiHeadAttention(16, heads: 2, using: &$0)(
        t([2, 5, 16]), t([2, 7, 16]), t([2, 6, 16])
      ).checkedType()
    },
    LayerMistake(
      "MultiHeadAttention",
      """
      MultiHeadAttention: the mask does not broadcast to (batch, heads, n, m), here (2, 2, 5, 7)
        shapes: (2, 5, 16) and (2, 7, 16) and (2, 7, 16) and (5, 5)
        module: MultiHeadAttention
      """
    ) {
      try MultiHeadAttention(16, heads: 2, using: &$0)(
        t([2, 5, 16]), t([2, 7, 16]), t([2, 7, 16]), mask: t([5, 5], .bool)
      ).checkedType()
    },
    LayerMistake(
      "GroupedQueryAttention",
      """
      GroupedQueryAttention: the input is not of shape (batch, length, 16)
        shapes: (2, 5, 8)
        module: GroupedQueryAttention
      """
    ) {
      try GroupedQueryAttention(16, heads: 4, keyValueHeads: 2, using: &$0)(t([2, 5, 8]))
        .checkedType()
    },
    LayerMistake(
      "GatedFeedForward",
      """
      affine: the input has rows of 8 numbers, and the weight takes rows of 16
        shapes: (2, 5, 8) and (16, 40)
        module: 'gate_proj', Linear(16 -> 40, no bias)
        hint: flatten each example to one row of 16
      """
    ) { try GatedFeedForward(16, inner: 40, using: &$0).outputShape(for: [2, 5, 8]) },
    LayerMistake(
      "SinusoidalPositions",
      """
      SinusoidalPositions: the input is not of shape (batch, steps, width)
        shapes: (64,)
        module: SinusoidalPositions
      """
    ) { _ in try SinusoidalPositions().outputShape(for: [64]) },
    LayerMistake(
      "RotaryPositions",
      """
      RotaryPositions: the input is not of shape (…, steps, d) with rows of the 64 numbers that are \
      turned, or longer
        shapes: (8, 4, 20, 32)
        module: RotaryPositions(64, halves)
      """
    ) { _ in try RotaryPositions(64).outputShape(for: [8, 4, 20, 32]) },
    LayerMistake(
      "TransformerEncoderLayer",
      """
      MultiHeadAttention: the query is not of shape (batch, length, 16)
        shapes: (2, 5, 8) and (2, 5, 8) and (2, 5, 8)
        module: 'self_attn', MultiHeadAttention(16, 2 heads)
      """
    ) {
      try TransformerEncoderLayer(.init(width: 16, heads: 2), using: &$0)
        .outputShape(for: [2, 5, 8])
    },
    LayerMistake(
      "TransformerDecoderLayer",
      """
      MultiHeadAttention: the key is not of shape (batch, length, 16)
        shapes: (2, 5, 16) and (2, 7, 8) and (2, 7, 8)
        module: TransformerDecoderLayer > MultiHeadAttention
      """
    ) {
      try TransformerDecoderLayer(.init(width: 16, heads: 2), using: &$0)(
        t([2, 5, 16]), t([2, 7, 8])
      ).checkedType()
    },
    LayerMistake(
      "TransformerEncoder",
      """
      MultiHeadAttention: the mask does not broadcast to (batch, heads, n, m), here (2, 2, 5, 5)
        shapes: (2, 5, 16) and (2, 5, 16) and (2, 5, 16) and (2, 5)
        module: TransformerEncoder > TransformerEncoderLayer > MultiHeadAttention
        hint: one flag for each key of a text is a mask of shape (2, 1, 1, 5)
      """
    ) {
      try TransformerEncoder(1, .init(width: 16, heads: 2), using: &$0)(
        t([2, 5, 16]), mask: t([2, 5], .bool)
      ).checkedType()
    },
    LayerMistake(
      "TransformerDecoder",
      """
      MultiHeadAttention: there are 2 batches of queries and 3 of keys
        shapes: (2, 5, 16) and (3, 7, 16) and (3, 7, 16)
        module: TransformerDecoder > TransformerDecoderLayer > MultiHeadAttention
      """
    ) {
      try TransformerDecoder(1, .init(width: 16, heads: 2), using: &$0)(
        t([2, 5, 16]), t([3, 7, 16])
      ).checkedType()
    },
  ]
}
