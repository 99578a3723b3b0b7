import BackpropArrays
import BackpropTestSupport

@testable import BackpropAutodiff

/// What to check the gradient of each operation with, by the name of its type.
enum OperationSamples {
  static let all: [String: [GradientSample]] = [
    functions, attention, cumulative, indexing, movement, reduction, convolution, recurrent,
  ].reduce(into: [:]) { all, part in all.merge(part) { first, _ in first } }

  /// All that has a gradient: operations, and functions that are made of them.
  static var differentiable: [(key: String, value: [GradientSample])] {
    Array(all) + Array(compositions)
  }

  private static let functions: [String: [GradientSample]] = [
    "ACos": [GradientSample("matrix", [.numbers([3, 4])]) { ($0[0] * 0.8).acos() }],
    "ASin": [GradientSample("matrix", [.numbers([3, 4])]) { ($0[0] * 0.8).asin() }],
    "ATan": [GradientSample("matrix", [.numbers([3, 4])]) { ($0[0] * 3).atan() }],
    "Abs": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].abs() }],
    "AbsoluteError": [
      GradientSample("by both, mean", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        meanAbsoluteError(
          predictions: $0[0], targets: $0[1], reduction: .mean)
      },
      GradientSample("by both, none", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        meanAbsoluteError(
          predictions: $0[0], targets: $0[1], reduction: .none)
      },
      GradientSample("sum", [.numbers([3, 4])]) {
        meanAbsoluteError(
          predictions: $0[0], targets: Tensor(NDArray.positives([3, 4], seed: 3)), reduction: .sum)
      },
    ],
    "Add": [
      GradientSample("same shapes", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        $0[0] + $0[1]
      },
      GradientSample("a row added to each row", [.numbers([3, 4]), .numbers([4], seed: 2)]) {
        $0[0] + $0[1]
      },
      GradientSample("both repeated", [.numbers([3, 1]), .numbers([1, 4], seed: 2)]) {
        $0[0] + $0[1]
      },
      GradientSample("a tensor with itself", [.numbers([3])]) { $0[0] + $0[0] },
    ],
    "Affine": Activation.allCases.map { activation in
      GradientSample(
        "\(activation), with bias",
        [.numbers([3, 4]), .numbers([4, 2], seed: 2), .numbers([2], seed: 3)]
      ) { $0[0].affine($0[1], $0[2], activation: activation) }
    } + [
      GradientSample("without bias", [.numbers([3, 4]), .numbers([4, 2], seed: 2)]) {
        $0[0].affine($0[1], activation: .tanh)
      },
      GradientSample("one vector", [.numbers([4]), .numbers([4, 2], seed: 2), .numbers([2])]) {
        $0[0].affine($0[1], $0[2], activation: .sigmoid)
      },
      GradientSample(
        "two batch axes", [.numbers([2, 3, 4]), .numbers([4, 2], seed: 2), .numbers([2])]
      ) { $0[0].affine($0[1], $0[2]) },
    ],
    "BinaryCrossEntropy": [
      GradientSample("by both, mean", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        binaryCrossEntropy(
          logits: $0[0], targets: $0[1], reduction: .mean)
      },
      GradientSample("by both, none", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        binaryCrossEntropy(
          logits: $0[0], targets: $0[1], reduction: .none)
      },
      GradientSample("sum", [.numbers([3, 4])]) {
        binaryCrossEntropy(
          logits: $0[0], targets: Tensor(NDArray.positives([3, 4], seed: 3)), reduction: .sum)
      },
    ],
    "Cast": [
      // To another type, a difference as small as the check's is lost; ViewTests do that.
      GradientSample("to the same type", [.numbers([3, 4])]) { Cast(scalarType: .float64)($0[0]) }
    ],
    "Clip": [
      GradientSample("both bounds", [.numbers([3, 4])]) { $0[0].clipped(min: -0.5, max: 0.6) },
      GradientSample("one bound", [.numbers([3, 4])]) {
        $0[0].clipped(min: -0.5) + $0[0].clipped(max: 0.6)
      },
    ],
    "Cos": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].cos() }],
    "CosH": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].cosh() }],
    "CrossEntropy": [
      GradientSample("labels", [.numbers([3, 4])]) {
        crossEntropy(logits: $0[0], targets: Tensor([1, 3, 0] as [Int32]))
      },
      GradientSample("probabilities", [.numbers([3, 4])]) {
        crossEntropy(logits: $0[0], targets: Tensor(NDArray.positives([3, 4])).softmax())
      },
    ],
    "Divide": [
      GradientSample("same shapes", [.numbers([3, 4]), .positives([3, 4])]) { $0[0] / $0[1] },
      GradientSample("by a column", [.numbers([3, 4]), .positives([3, 1])]) { $0[0] / $0[1] },
      GradientSample("a row by a matrix", [.numbers([4]), .positives([3, 4])]) { $0[0] / $0[1] },
    ],
    "ELU": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].elu(alpha: 1.5) }],
    "Erf": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].erf() }],
    "Exp": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].exp() }],
    "ExpM1": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].expm1() }],
    "GELU": [GradientSample("matrix", [.numbers([3, 4])]) { ($0[0] * 3).gelu() }],
    "HardSigmoid": [GradientSample("matrix", [.numbers([3, 4])]) { ($0[0] * 6).hardSigmoid() }],
    "HardSwish": [GradientSample("matrix", [.numbers([3, 4])]) { ($0[0] * 6).hardSwish() }],
    "HingeLoss": [
      GradientSample("by both, mean", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        hingeLoss(
          predictions: $0[0], targets: $0[1], margin: 0.3, reduction: .mean)
      },
      GradientSample("by both, none", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        hingeLoss(
          predictions: $0[0], targets: $0[1], margin: 0.3, reduction: .none)
      },
      GradientSample("sum", [.numbers([3, 4])]) {
        hingeLoss(
          predictions: $0[0], targets: Tensor(NDArray.positives([3, 4], seed: 3)), margin: 0.3,
          reduction: .sum)
      },
    ],
    "HuberLoss": [
      GradientSample("by both, mean", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        huberLoss(
          predictions: $0[0], targets: $0[1], delta: 0.4, reduction: .mean)
      },
      GradientSample("by both, none", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        huberLoss(
          predictions: $0[0], targets: $0[1], delta: 0.4, reduction: .none)
      },
      GradientSample("sum", [.numbers([3, 4])]) {
        huberLoss(
          predictions: $0[0], targets: Tensor(NDArray.positives([3, 4], seed: 3)), delta: 0.4,
          reduction: .sum)
      },
    ],
    "KLDivergence": [
      GradientSample("by both, mean", [.numbers([3, 4]), .positives([3, 4])]) {
        klDivergence(
          logProbabilities: $0[0], targets: $0[1], reduction: .mean)
      },
      GradientSample("by both, none", [.numbers([3, 4]), .positives([3, 4])]) {
        klDivergence(
          logProbabilities: $0[0], targets: $0[1], reduction: .none)
      },
      GradientSample("sum", [.numbers([3, 4])]) {
        klDivergence(
          logProbabilities: $0[0], targets: Tensor(NDArray.positives([3, 4], seed: 3)),
          reduction: .sum)
      },
    ],
    "LeakyReLU": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].leakyReLU(slope: 0.2) }],
    "Log": [GradientSample("matrix", [.positives([3, 4])]) { $0[0].log() }],
    "Log10": [GradientSample("matrix", [.positives([3, 4])]) { $0[0].log10() }],
    "Log1P": [GradientSample("matrix", [.numbers([3, 4])]) { ($0[0] * 0.8).log1p() }],
    "Log2": [GradientSample("matrix", [.positives([3, 4])]) { $0[0].log2() }],
    "LogKLDivergence": [
      GradientSample("by both, mean", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        klDivergence(
          logProbabilities: $0[0], logTargets: $0[1], reduction: .mean)
      },
      GradientSample("by both, none", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        klDivergence(
          logProbabilities: $0[0], logTargets: $0[1], reduction: .none)
      },
      GradientSample("sum", [.numbers([3, 4])]) {
        klDivergence(
          logProbabilities: $0[0], logTargets: Tensor(NDArray.positives([3, 4], seed: 3)),
          reduction: .sum)
      },
    ],
    "LogPoissonLoss": [
      GradientSample("by both, mean", [.numbers([3, 4]), .positives([3, 4])]) {
        poissonNegativeLogLikelihood(
          logRates: $0[0], targets: $0[1], reduction: .mean)
      },
      GradientSample("by both, none", [.numbers([3, 4]), .positives([3, 4])]) {
        poissonNegativeLogLikelihood(
          logRates: $0[0], targets: $0[1], reduction: .none)
      },
      GradientSample("sum", [.numbers([3, 4])]) {
        poissonNegativeLogLikelihood(
          logRates: $0[0], targets: Tensor(NDArray.positives([3, 4], seed: 3)), reduction: .sum)
      },
    ],
    "LogSigmoid": [GradientSample("matrix", [.numbers([3, 4])]) { ($0[0] * 3).logSigmoid() }],
    "LogSoftmax": [
      GradientSample("rows", [.numbers([3, 4])]) { $0[0].logSoftmax() },
      GradientSample("columns", [.numbers([3, 4])]) { $0[0].logSoftmax(axis: 0) },
    ],
    "MatMul": [
      GradientSample("matrices", [.numbers([3, 4]), .numbers([4, 2], seed: 2)]) {
        $0[0].matmul($0[1])
      },
      GradientSample("left transposed", [.numbers([4, 3]), .numbers([4, 2], seed: 2)]) {
        $0[0].matmul($0[1], transposingSelf: true)
      },
      GradientSample("right transposed", [.numbers([3, 4]), .numbers([2, 4], seed: 2)]) {
        $0[0].matmul($0[1], transposingOther: true)
      },
      GradientSample("both transposed", [.numbers([2, 4, 3]), .numbers([2, 4], seed: 2)]) {
        $0[0].matmul($0[1], transposingSelf: true, transposingOther: true)
      },
      GradientSample("vector by a transposed matrix", [.numbers([4]), .numbers([2, 4], seed: 2)]) {
        $0[0].matmul($0[1], transposingOther: true)
      },
      GradientSample("transposed matrix by a vector", [.numbers([4, 3]), .numbers([4], seed: 2)]) {
        $0[0].matmul($0[1], transposingSelf: true)
      },
      GradientSample("vector on the left", [.numbers([4]), .numbers([4, 2], seed: 2)]) {
        $0[0].matmul($0[1])
      },
      GradientSample("vector on the right", [.numbers([3, 4]), .numbers([4], seed: 2)]) {
        $0[0].matmul($0[1])
      },
      GradientSample("two vectors", [.numbers([4]), .numbers([4], seed: 2)]) {
        $0[0].matmul($0[1])
      },
      GradientSample("batches", [.numbers([2, 3, 4]), .numbers([2, 4, 2], seed: 2)]) {
        $0[0].matmul($0[1])
      },
      GradientSample("batches sharing a side", [.numbers([2, 3, 4]), .numbers([4, 2], seed: 2)]) {
        $0[0].matmul($0[1])
      },
      GradientSample("batches by a vector", [.numbers([2, 3, 4]), .numbers([4], seed: 2)]) {
        $0[0].matmul($0[1])
      },
      GradientSample("a vector by batches", [.numbers([4]), .numbers([2, 4, 3], seed: 2)]) {
        $0[0].matmul($0[1])
      },
    ],
    "Maximum": [
      GradientSample("same shapes", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        $0[0].maximum($0[1])
      },
      GradientSample("with a row", [.numbers([3, 4]), .numbers([4], seed: 2)]) {
        $0[0].maximum($0[1])
      },
      GradientSample("with a number", [.numbers([3, 4])]) { $0[0].maximum(0) },
    ],
    "Minimum": [
      GradientSample("same shapes", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        $0[0].minimum($0[1])
      },
      GradientSample("with a column", [.numbers([3, 4]), .numbers([3, 1], seed: 2)]) {
        $0[0].minimum($0[1])
      },
      GradientSample("with a number", [.numbers([3, 4])]) { $0[0].minimum(0) },
    ],
    "Mish": [GradientSample("matrix", [.numbers([3, 4])]) { ($0[0] * 3).mish() }],
    "Multiply": [
      GradientSample("same shapes", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        $0[0] * $0[1]
      },
      GradientSample("by a row", [.numbers([2, 3, 4]), .numbers([4], seed: 2)]) { $0[0] * $0[1] },
      GradientSample("a tensor with itself", [.numbers([5])]) { $0[0] * $0[0] },
    ],
    "Negate": [GradientSample("matrix", [.numbers([3, 4])]) { -$0[0] }],
    "NegativeLogLikelihood": [
      GradientSample("mean", [.numbers([4, 3])]) {
        negativeLogLikelihood(
          logProbabilities: $0[0], targets: Tensor([1, 2, 0, 1] as [Int]),
          classWeights: Tensor([1, 2, 0.5], scalarType: .float64), ignoring: 0)
      },
      GradientSample("none", [.numbers([4, 3])]) {
        negativeLogLikelihood(
          logProbabilities: $0[0], targets: Tensor([1, 2, 0, 1] as [Int]), reduction: .none)
      },
    ],
    "PReLU": [
      GradientSample("a slope for each channel", [.numbers([2, 3, 4]), .positives([3])]) {
        $0[0].prelu($0[1])
      },
      GradientSample("one slope", [.numbers([3, 4]), .positives([1])]) { $0[0].prelu($0[1]) },
      GradientSample("a single number for one slope", [.numbers([4]), .positives([])]) {
        $0[0].prelu($0[1])
      },
    ],
    "PoissonLoss": [
      GradientSample("by both, mean", [.numbers([3, 4]), .positives([3, 4])]) {
        poissonNegativeLogLikelihood(
          rates: $0[0].exp(), targets: $0[1], reduction: .mean)
      },
      GradientSample("by both, none", [.numbers([3, 4]), .positives([3, 4])]) {
        poissonNegativeLogLikelihood(
          rates: $0[0].exp(), targets: $0[1], reduction: .none)
      },
      GradientSample("sum", [.numbers([3, 4])]) {
        poissonNegativeLogLikelihood(
          rates: $0[0].exp(), targets: Tensor(NDArray.positives([3, 4], seed: 3)), reduction: .sum)
      },
    ],
    "Pow": [
      GradientSample("cube, of negative numbers too", [.numbers([3, 4])]) { $0[0].pow(3) },
      GradientSample("square root", [.positives([3, 4])]) { $0[0].pow(0.5) },
      GradientSample("by base and exponent", [.positives([3, 4]), .numbers([4], seed: 2)]) {
        $0[0].pow($0[1])
      },
    ],
    "ReLU": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].relu() }],
    "ReLUGradient": [
      GradientSample("by the cotangent", [.numbers([3, 4])]) {
        ReLUGradient()($0[0], Tensor(NDArray.numbers([3, 4], seed: 2)))
      }
    ],
    "Reciprocal": [GradientSample("matrix", [.positives([3, 4])]) { $0[0].reciprocal() }],
    "ReciprocalSquareRoot": [
      GradientSample("matrix", [.positives([3, 4])]) { $0[0].reciprocalSquareRoot() }
    ],
    "SELU": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].selu() }],
    "SiLU": [GradientSample("matrix", [.numbers([3, 4])]) { ($0[0] * 3).silu() }],
    "Remainder": [
      GradientSample("by a row", [.numbers([3, 4]), .positives([4])]) {
        ($0[0] * 5).remainder($0[1])
      },
      GradientSample("by a number", [.numbers([3, 4])]) { ($0[0] * 5).remainder(2) },
    ],
    "Sigmoid": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].sigmoid() }],
    "SigmoidGradient": [
      GradientSample("by both", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        SigmoidGradient()($0[0], $0[1])
      }
    ],
    "Sin": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].sin() }],
    "SinH": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].sinh() }],
    "Softmax": [
      GradientSample("rows", [.numbers([3, 4])]) { $0[0].softmax() },
      GradientSample("columns", [.numbers([3, 4])]) { $0[0].softmax(axis: 0) },
    ],
    "Softplus": [
      GradientSample("curve and line", [.numbers([3, 4])]) {
        ($0[0] * 4).softplus(beta: 2, threshold: 3)
      }
    ],
    "Square": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].squared() }],
    "SquareRoot": [GradientSample("matrix", [.positives([3, 4])]) { $0[0].squareRoot() }],
    "SquaredError": [
      GradientSample("by both", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        squaredError(predictions: $0[0], targets: $0[1])
      },
      GradientSample("none", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        meanSquaredError(predictions: $0[0], targets: $0[1], reduction: .none)
      },
    ],
    "Subtract": [
      GradientSample("same shapes", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        $0[0] - $0[1]
      },
      GradientSample("a column from each column", [.numbers([3, 4]), .numbers([3, 1], seed: 2)]) {
        $0[0] - $0[1]
      },
    ],
    "Tan": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].tan() }],
    "Tanh": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].tanh() }],
    "TanhGELU": [
      GradientSample("matrix", [.numbers([3, 4])]) { ($0[0] * 3).gelu(approximation: .tanh) }
    ],
    "TanhGradient": [
      GradientSample("by both", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        TanhGradient()($0[0], $0[1])
      }
    ],
    "WeightedBinaryCrossEntropy": [
      GradientSample("by both, mean", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        binaryCrossEntropy(
          logits: $0[0], targets: $0[1],
          positiveWeights: Tensor([1, 2, 3, 4], scalarType: .float64), reduction: .mean)
      },
      GradientSample("by both, none", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        binaryCrossEntropy(
          logits: $0[0], targets: $0[1],
          positiveWeights: Tensor([1, 2, 3, 4], scalarType: .float64), reduction: .none)
      },
      GradientSample("sum", [.numbers([3, 4])]) {
        binaryCrossEntropy(
          logits: $0[0], targets: Tensor(NDArray.positives([3, 4], seed: 3)),
          positiveWeights: Tensor([1, 2, 3, 4], scalarType: .float64), reduction: .sum)
      },
    ],
    "WeightedCrossEntropy": [
      GradientSample("mean", [.numbers([4, 3])]) {
        crossEntropy(
          logits: $0[0], targets: Tensor([1, 2, 0, 1] as [Int]),
          classWeights: Tensor([1, 2, 0.5], scalarType: .float64), labelSmoothing: 0.2, ignoring: 0)
      },
      GradientSample("sum", [.numbers([4, 3])]) {
        crossEntropy(logits: $0[0], targets: Tensor([1, 2, 0, 1] as [Int]), reduction: .sum)
      },
      GradientSample("none", [.numbers([4, 3])]) {
        crossEntropy(
          logits: $0[0], targets: Tensor([1, 2, 0, 1] as [Int]), labelSmoothing: 0.1,
          reduction: .none)
      },
    ],
    "WeightedLogarithm": [
      GradientSample("by both", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        WeightedLogarithm()($0[0], $0[1])
      }
    ],
    "Where": [
      GradientSample("same shapes", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
        Tensor.where($0[0].detached .> 0, $0[0], $0[1])
      },
      GradientSample("all repeated", [.numbers([3, 1]), .numbers([1, 2], seed: 2)]) {
        Tensor.where(Tensor([true, false]).reshaped(to: [2, 1, 1]), $0[0], $0[1])
      },
      GradientSample("a number for one side", [.numbers([3, 4])]) {
        Tensor.where($0[0].detached .> 0, $0[0], 0) - Tensor.where($0[0].detached .> 0.5, 1, $0[0])
      },
    ],
  ]

  /// The operations through which no gradient flows.
  static let constants: [String: [GradientSample]] = [
    "AllTrue": [
      GradientSample("by row", [.numbers([3, 4])]) { ($0[0].step()).all(axis: 1) }
    ],
    "AnyTrue": [
      GradientSample("by column", [.numbers([3, 4])]) { ($0[0].step()).any(axes: [0]) }
    ],
    "ArgMax": [
      GradientSample("all", [.numbers([3, 4])]) { $0[0].argmax() },
      GradientSample("by row", [.numbers([3, 4])]) { $0[0].argmax(axis: -1) },
      GradientSample("two axes, kept", [.numbers([2, 3, 2])]) {
        $0[0].argmax(axes: [0, -1], keepDims: true)
      },
    ],
    "ArgMin": [
      GradientSample("all", [.numbers([3, 4])]) { $0[0].argmin() },
      GradientSample("by column", [.numbers([3, 4])]) { $0[0].argmin(axis: 0) },
    ],
    "MaxPoolPositions": [
      GradientSample("two axes", [.numbers([1, 2, 5, 4])]) {
        $0[0].maxPool2DWithPositions([3, 2], stride: 2, padding: 1).positions
      }
    ],
    "Ceil": [GradientSample("matrix", [.numbers([3, 4])]) { ($0[0] * 3).ceil() }],
    "ArgSort": [
      GradientSample("by row", [.numbers([3, 4])]) { $0[0].argsort() },
      GradientSample("by column, falling", [.numbers([3, 4])]) {
        $0[0].argsort(axis: 0, descending: true)
      },
    ],
    "BitwiseAnd": bitwise(&, number: &),
    "BitwiseNot": [
      GradientSample("flags", [.numbers([3, 4])]) { ~($0[0] .> 0) },
      GradientSample("whole numbers", [.numbers([3, 4])]) { ~($0[0] * 2).cast(to: .int32) },
    ],
    "BitwiseOr": bitwise(|, number: |),
    "BitwiseXor": bitwise(^, number: ^),
    "CountNonzero": [
      GradientSample("by row", [.numbers([3, 4])]) { $0[0].step().countNonzero(axis: 1) }
    ],
    "Equal": comparisons {
      $0 .== $1
    } number: {
      $0 .== $1
    },
    "FloorDivide": [
      GradientSample("by a row", [.numbers([3, 4]), .positives([4])]) {
        ($0[0] * 5).floorDivide($0[1])
      },
      GradientSample("by a number", [.numbers([3, 4])]) { ($0[0] * 5).floorDivide(2) },
    ],
    "IsFinite": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].isFinite() }],
    "IsInfinite": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].isInfinite() }],
    "IsNaN": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].isNaN() }],
    "SearchSorted": [
      GradientSample("numbers among others", [.numbers([3, 4])]) {
        Tensor([-0.5, 0, 0.5], scalarType: .float64).searchSorted($0[0])
      }
    ],
    "ShiftLeft": bitwise(<<, number: <<),
    "ShiftRight": bitwise(>>, number: >>),
    "Floor": [GradientSample("matrix", [.numbers([3, 4])]) { ($0[0] * 3).floor() }],
    "Greater": comparisons {
      $0 .> $1
    } number: {
      $0 .> $1
    },
    "GreaterOrEqual": comparisons {
      $0 .>= $1
    } number: {
      $0 .>= $1
    },
    "Less": comparisons {
      $0 .< $1
    } number: {
      $0 .< $1
    },
    "LessOrEqual": comparisons {
      $0 .<= $1
    } number: {
      $0 .<= $1
    },
    "NotEqual": comparisons {
      $0 .!= $1
    } number: {
      $0 .!= $1
    },
    "OneHot": [
      GradientSample("of positions", [.numbers([3, 4])]) {
        $0[0].argmax(axis: 1).oneHot(classes: 4, scalarType: .float64)
      }
    ],
    "Round": [GradientSample("matrix", [.numbers([3, 4])]) { ($0[0] * 3).rounded() }],
    "Sign": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].sign() }],
    "Step": [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].step() }],
    "Truncate": [GradientSample("matrix", [.numbers([3, 4])]) { ($0[0] * 3).truncated() }],
  ]

  private static func bitwise(
    _ function: @escaping @Sendable (Tensor, Tensor) -> Tensor,
    number: @escaping @Sendable (Tensor, Int) -> Tensor
  ) -> [GradientSample] {
    @Sendable func whole(_ x: Tensor) -> Tensor { (x.abs() * 8).cast(to: .int64) }
    return [
      GradientSample("with a row", [.numbers([3, 4]), .numbers([4], seed: 2)]) {
        function(whole($0[0]), whole($0[1]))
      },
      GradientSample("with a number", [.numbers([3, 4])]) { number(whole($0[0]), 3) },
    ]
  }

  private static func comparisons(
    _ compare: @escaping @Sendable (Tensor, Tensor) -> Tensor,
    number: @escaping @Sendable (Tensor, Double) -> Tensor
  ) -> [GradientSample] {
    [
      GradientSample("with a row", [.numbers([3, 4]), .numbers([4], seed: 2)]) {
        compare($0[0], $0[1])
      },
      GradientSample("with a number", [.numbers([3, 4])]) { number($0[0], 0.5) },
    ]
  }
}
