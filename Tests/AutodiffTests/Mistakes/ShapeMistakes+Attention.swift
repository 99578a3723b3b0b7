import BackpropArrays

@testable import BackpropAutodiff

extension ShapeMistakes {
  static let attention: [ShapeMistake] = [
    ShapeMistake(
      "ScaledDotProductAttention",
      """
      scaledDotProductAttention: a query has 8 numbers and a key 16; they must agree
        shapes: (2, 5, 8) and (2, 7, 16) and (2, 7, 8)
      """
    ) { scaledDotProductAttention(t([2, 5, 8]), t([2, 7, 16]), t([2, 7, 8])) },
    ShapeMistake(
      "ScaledDotProductAttention",
      """
      scaledDotProductAttention: there is not one value for each key
        shapes: (2, 5, 8) and (2, 7, 8) and (2, 6, 8)
      """
    ) { scaledDotProductAttention(t([2, 5, 8]), t([2, 7, 8]), t([2, 6, 8])) },
    ShapeMistake(
      "ScaledDotProductAttention",
      """
      scaledDotProductAttention: the axes in front of the last two do not broadcast
        shapes: (2, 5, 8) and (3, 5, 8) and (3, 5, 8)
      """
    ) { scaledDotProductAttention(t([2, 5, 8]), t([3, 5, 8]), t([3, 5, 8])) },
    ShapeMistake(
      "ScaledDotProductAttention",
      """
      scaledDotProductAttention: causal attention of 5 queries to 3 keys: the last query stands at the \
      last key, and the first would see none
        shapes: (5, 8) and (3, 8) and (3, 8)
        hint: say which keys each query may look at, with a mask of shape (5, 3)
      """
    ) { scaledDotProductAttention(t([5, 8]), t([3, 8]), t([3, 8]), isCausal: true) },
    ShapeMistake(
      "ScaledDotProductAttention",
      """
      scaledDotProductAttention: the mask does not broadcast to (…, n, m), here (2, 5, 7)
        shapes: (2, 5, 8) and (2, 7, 8) and (2, 7, 8) and (7, 5)
      """
    ) {
      scaledDotProductAttention(
        t([2, 5, 8]), t([2, 7, 8]), t([2, 7, 8]), mask: t([7, 5], .bool))
    },
    ShapeMistake(
      "ScaledDotProductAttention",
      """
      scaledDotProductAttention: the mask holds int64, of which it is not clear whether they are flags
        shapes: (5, 8) and (5, 8) and (5, 8) and (5, 5)
        hint: make flags of them, with a comparison such as mask .!= 0
      """
    ) { scaledDotProductAttention(t([5, 8]), t([5, 8]), t([5, 8]), mask: t([5, 5], .int64)) },
    ShapeMistake(
      "PackedAttention",
      """
      packedAttention: queries, keys and values must have one shape
        shapes: (5, 8) and (5, 8) and (4, 8)
      """
    ) { packedAttention(t([5, 8]), t([5, 8]), t([4, 8]), lengths: [5], heads: 2) },
    ShapeMistake(
      "PackedAttention",
      """
      packedAttention: the queries are float32 and the keys float64
        shapes: (5, 8) and (5, 8) and (5, 8)
        hint: convert one, with cast(to: .float32)
      """
    ) { packedAttention(t([5, 8]), t([5, 8], .float64), t([5, 8]), lengths: [5], heads: 2) },
    ShapeMistake(
      "PackedAttention",
      """
      packedAttention: the rows are not of shape (rows, heads · d) for 3 heads of equal length
        shapes: (5, 8) and (5, 8) and (5, 8)
      """
    ) { packedAttention(t([5, 8]), t([5, 8]), t([5, 8]), lengths: [5], heads: 3) },
    ShapeMistake(
      "PackedAttention",
      """
      packedAttention: the lengths of the 2 texts do not add up to the 5 rows
        shapes: (5, 8) and (5, 8) and (5, 8)
      """
    ) { packedAttention(t([5, 8]), t([5, 8]), t([5, 8]), lengths: [2, 2], heads: 2) },
    ShapeMistake(
      "attentionWeights",
      """
      attentionWeights: the queries are float32 and the keys float64
        shapes: (5, 8) and (7, 8)
        hint: convert one, with cast(to: .float32)
      """
    ) { attentionWeights(t([5, 8]), t([7, 8], .float64)) },
    ShapeMistake(
      "attentionWeights",
      """
      attentionWeights: queries are of shape (…, n, d) and keys of shape (…, m, d)
        shapes: (8,) and (7, 8)
      """
    ) { attentionWeights(t([8]), t([7, 8])) },
    ShapeMistake(
      "attentionWeights",
      """
      attentionWeights: the axes in front of the last two do not broadcast
        shapes: (2, 5, 8) and (3, 7, 8)
      """
    ) { attentionWeights(t([2, 5, 8]), t([3, 7, 8])) },
    ShapeMistake(
      "RMSNormalize",
      """
      rmsNormalize: the numbers are int32, and must be float32 or float64
        shapes: (2, 3)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2, 3], .int32).rmsNormalized() },
    ShapeMistake(
      "Standardize",
      """
      standardize: the weight does not broadcast to the shape of the input
        shapes: (8, 64) and (32,)
        hint: its last axes are those of the input, or have the length 1
      """
    ) { t([8, 64]).standardized(weight: t([32])) },
    ShapeMistake(
      "Standardize",
      """
      standardize: the bias does not broadcast to the shape of the input
        shapes: (8, 64) and (64,) and (2, 8, 64)
        hint: its last axes are those of the input, or have the length 1
      """
    ) { t([8, 64]).standardized(weight: t([64]), bias: t([2, 8, 64])) },
    ShapeMistake(
      "Standardize",
      """
      standardize: the first is float32 and number 2 is float64
        shapes: (8, 64) and (64,)
        hint: convert one, with cast(to: .float32)
      """
    ) { t([8, 64]).standardized(weight: t([64], .float64)) },
    ShapeMistake(
      "Standardize",
      """
      standardize: the axes [1, -1] name axis 1 twice
        shapes: (8, 64)
        hint: name each axis once; negative axes count from the last
      """
    ) { t([8, 64]).standardized(axes: [1, -1]) },
  ]
}
