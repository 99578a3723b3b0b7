import BackpropArrays
import BackpropTestSupport

@testable import BackpropAutodiff

extension OperationSamples {
  /// Functions that are no operations of their own, by their names.
  static let compositions: [String: [GradientSample]] = [
    "attentionWeights": [
      GradientSample("causal", [.numbers([2, 2, 3]), .numbers([2, 4, 3], seed: 2)]) {
        attentionWeights($0[0], $0[1], isCausal: true)
      }
    ],
    "standardDeviation": [
      GradientSample("last axis", [.numbers([3, 4])]) { $0[0].standardDeviation(axis: -1) },
      GradientSample("all, corrected", [.numbers([3, 4])]) {
        $0[0].standardDeviation(correction: 1)
      },
    ],
    "sorted": [
      GradientSample("rows", [.numbers([3, 5])]) { $0[0].sorted() },
      GradientSample("columns, falling", [.numbers([3, 5])]) {
        $0[0].sorted(axis: 0, descending: true)
      },
    ],
    "topK": [
      GradientSample("of rows", [.numbers([3, 5])]) { $0[0].topK(2).values },
      GradientSample("smallest of columns", [.numbers([3, 5])]) {
        $0[0].topK(1, axis: 0, largest: false).values
      },
    ],
    "quantile": [
      GradientSample("of all", [.numbers([3, 4])]) { $0[0].quantile(0.3) },
      GradientSample("median of rows, kept", [.numbers([3, 4])]) {
        $0[0].median(axis: 1, keepDims: true)
      },
    ],
    "tiled": [
      GradientSample("both axes", [.numbers([2, 3])]) { $0[0].tiled([2, 3]) },
      GradientSample("a new axis, and none of the last", [.numbers([2, 2])]) {
        $0[0].tiled([3, 1, 2])
      },
    ],
    "repeated": [
      GradientSample("middle axis", [.numbers([2, 3, 2])]) { $0[0].repeated(2, axis: 1) },
      GradientSample("by counts", [.numbers([2, 3])]) { $0[0].repeated([2, 0, 1], axis: -1) },
    ],
    "padded": ([.constant(3), .reflect, .replicate, .circular] as [PaddingMode]).map { mode in
      GradientSample("\(mode)", [.numbers([3, 4])]) {
        $0[0].padded([(before: 2, after: 1), (before: 0, after: 5)], mode: mode)
      }
    },
    "split": [
      GradientSample("columns", [.numbers([2, 6])]) { $0[0].split(into: 3, axis: 1)[1] },
      GradientSample("lengths", [.numbers([5])]) {
        let parts = $0[0].split(lengths: [2, 3])
        return parts[0].sum() * parts[1]
      },
    ],
    "smoothL1Loss": [
      GradientSample("by both", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        smoothL1Loss(predictions: $0[0], targets: $0[1], beta: 0.4)
      }
    ],
    "marginRankingLoss": [
      GradientSample("by both", [.numbers([7]), .numbers([7], seed: 2)]) {
        marginRankingLoss(
          $0[0], $0[1], targets: Tensor([1, -1, 1, 1, -1, -1, 1], scalarType: .float64),
          margin: 0.3)
      }
    ],
    "hingeEmbeddingLoss": [
      GradientSample("of distances", [.positives([5])]) {
        hingeEmbeddingLoss(
          distances: $0[0], targets: Tensor([1, -1, 1, -1, -1], scalarType: .float64))
      }
    ],
    "cosineEmbeddingLoss": [
      GradientSample("by both", [.numbers([4, 3]), .numbers([4, 3], seed: 2)]) {
        cosineEmbeddingLoss($0[0], $0[1], targets: Tensor([1, -1, 1, -1] as [Int]), margin: -0.9)
      }
    ],
    "tripletMarginLoss": [
      GradientSample(
        "by all", [.numbers([3, 4]), .numbers([3, 4], seed: 2), .numbers([3, 4], seed: 3)]
      ) { tripletMarginLoss(anchors: $0[0], positives: $0[1], negatives: $0[2], margin: 2) }
    ],
    "multiclassHingeLoss": [
      GradientSample("of rows", [.numbers([4, 3])]) {
        multiclassHingeLoss(logits: $0[0], targets: Tensor([1, 2, 0, 1] as [Int]))
      }
    ],
    "flipped": [
      GradientSample("all axes", [.numbers([2, 3])]) { $0[0].flipped() },
      GradientSample("one", [.numbers([2, 3])]) { $0[0].flipped(axis: 1) },
    ],
    "rolled": [
      GradientSample("flat", [.numbers([2, 3])]) { $0[0].rolled(-4) },
      GradientSample("two axes", [.numbers([2, 3])]) { $0[0].rolled([1, 5], axes: [0, -1]) },
    ],
    "movingAxis": [
      GradientSample("to the end", [.numbers([2, 3, 4])]) { $0[0].movingAxis(0, to: -1) }
    ],
    "swappingAxes": [
      GradientSample("outer", [.numbers([2, 3, 4])]) { $0[0].swappingAxes(0, -1) }
    ],
    "diagonalMatrix": [
      GradientSample("above", [.numbers([2, 3])]) { $0[0].diagonalMatrix(offset: 1) },
      GradientSample("below", [.numbers([3])]) { $0[0].diagonalMatrix(offset: -2) },
    ],
    "trace": [GradientSample("batches", [.numbers([2, 3, 4])]) { $0[0].trace(offset: -1) }],
    "triangles": [
      GradientSample("lower", [.numbers([2, 3, 3])]) { $0[0].lowerTriangle() },
      GradientSample("upper", [.numbers([3, 4])]) { $0[0].upperTriangle(offset: 1) },
    ],
    "meshgrid": [
      GradientSample("of three", [.numbers([2]), .numbers([3], seed: 2), .numbers([2], seed: 3)]) {
        let grid = Tensor.meshgrid($0, indexing: .xy)
        return grid[0] * grid[1] + grid[2]
      }
    ],
    "outer": [
      GradientSample("vectors", [.numbers([2]), .numbers([3], seed: 2)]) { $0[0].outer($0[1]) }
    ],
    "broadcast": [
      GradientSample("two", [.numbers([3, 1]), .numbers([2], seed: 2)]) {
        let x = Tensor.broadcast($0)
        return x[0] * x[1]
      }
    ],
    "einsum": [
      GradientSample("product", [.numbers([2, 3]), .numbers([3, 4], seed: 2)]) {
        Tensor.einsum("ij,jk->ki", $0[0], $0[1])
      },
      GradientSample(
        "of three, with batches", [.numbers([2, 2, 3]), .numbers([2, 3], seed: 2), .numbers([2])]
      ) { Tensor.einsum("bij,bj,b->bi", $0) },
      GradientSample("diagonals, and sums of one", [.numbers([3, 3, 2]), .numbers([3, 2])]) {
        Tensor.einsum("iik,jk->i", $0)
      },
      GradientSample("axes without letters", [.numbers([2, 3, 2]), .numbers([1, 2, 4], seed: 2)]) {
        Tensor.einsum("...ij,...jk", $0)
      },
    ],
  ]
}
