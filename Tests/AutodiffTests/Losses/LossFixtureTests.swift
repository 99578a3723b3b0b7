import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

/// Losses beside PyTorch's: values, and gradients with respect to all that has one
/// (Tests/Fixtures/make_loss_fixtures.py, which draws the same inputs in the same order).
@Suite struct LossFixtureTests {
  private struct Case: Decodable, CustomStringConvertible {
    let loss: String
    let size: Int
    let reduction: LossReduction
    let value: String
    let gradients: [String]

    var description: String { "\(loss), size \(size), \(reduction)" }
  }

  /// The script's draws.
  private struct Draws {
    static let sizes = [(3, 4, 1.0), (5, 2, 3.0), (2, 3, 100.0)]

    var random: NumPyRandom
    let rows: Int
    let columns: Int
    let size: Double
    var inputs: [Tensor] = []

    init(seed: UInt32, _ index: Int) {
      random = NumPyRandom(seed: seed)
      (rows, columns, size) = Self.sizes[index]
    }

    func tensor(_ numbers: [Double], _ shape: Shape) -> Tensor {
      Tensor(numbers, shape: shape, scalarType: .float64)
    }
    mutating func variable(_ tensor: Tensor) -> Tensor {
      inputs.append(tensor.requiringGradient())
      return inputs.last!
    }
    mutating func normal() -> Tensor { tensor(random.randn(rows * columns), [rows, columns]) }
    mutating func uniform(_ shape: Shape) -> Tensor {
      tensor(random.random(shape.elementCount), shape)
    }
    mutating func predictions() -> Tensor { variable(normal() * size) }
    mutating func targets() -> Tensor { variable(normal()) }
    mutating func labels() -> [Int] { random.randint(0, columns, count: rows) }
    mutating func signs(_ shape: Shape) -> Tensor {
      tensor(random.randint(0, 2, count: shape.elementCount).map { Double($0 * 2 - 1) }, shape)
    }
    mutating func probabilities() -> Tensor {
      let numbers = uniform([rows, columns]) + 0.1
      return numbers / numbers.sum(axis: 1, keepDims: true)
    }
  }

  private typealias Loss = @Sendable (inout Draws, LossReduction) -> Tensor

  private static func pair(
    _ loss: @escaping @Sendable (_ y: Tensor, _ t: Tensor, LossReduction) -> Tensor
  ) -> Loss {
    { draws, reduction in
      let y = draws.predictions()
      return loss(y, draws.targets(), reduction)
    }
  }

  private static func ofLabels(
    weighted: Bool = false, ignoring: Int? = nil,
    _ loss: @escaping @Sendable (Tensor, Tensor, Tensor?, LossReduction) -> Tensor
  ) -> Loss {
    { draws, reduction in
      let x = draws.predictions()
      var labels = draws.labels()
      let weights = weighted ? draws.uniform([draws.columns]) + 0.2 : nil
      if let ignoring { labels[0] = ignoring }
      return loss(x, Tensor(labels), weights, reduction)
    }
  }

  private static func ofProbabilities(
    weighted: Bool = false, smoothing: Double = 0
  ) -> Loss {
    { draws, reduction in
      let x = draws.predictions()
      let t = draws.variable(draws.probabilities())
      let weights = weighted ? draws.uniform([draws.columns]) + 0.2 : nil
      return crossEntropy(
        logits: x, targets: t, classWeights: weights, labelSmoothing: smoothing,
        reduction: reduction)
    }
  }

  private static func binary(weighted: Bool = false, positive: Bool = false) -> Loss {
    { draws, reduction in
      let x = draws.predictions()
      let t = draws.variable(draws.probabilities())
      let weights = weighted ? draws.uniform([draws.rows, 1]) + 0.2 : nil
      let lifts = positive ? draws.uniform([draws.columns]) * 5 : nil
      return binaryCrossEntropy(
        logits: x, targets: t, weights: weights, positiveWeights: lifts, reduction: reduction)
    }
  }

  private static func poisson(
    log: Bool, _ loss: @escaping @Sendable (Tensor, Tensor, LossReduction) -> Tensor
  ) -> Loss {
    { draws, reduction in
      let x = draws.normal()
      let rates = draws.variable(log ? x : x.exp())
      let counts = draws.random.randint(0, 5, count: draws.rows * draws.columns)
      let targets = Tensor(counts, shape: x.shape).cast(to: .float64)
      return loss(rates, targets, reduction)
    }
  }

  private static func ofSigns(
    _ loss: @escaping @Sendable (Tensor, Tensor, LossReduction) -> Tensor
  ) -> Loss {
    { draws, reduction in
      let x = draws.predictions()
      return loss(x, draws.signs(x.shape), reduction)
    }
  }

  private static func triplet(
    margin: Double = 1, norm: Double = 2, swapping: Bool = false
  ) -> Loss {
    { draws, reduction in
      let a = draws.predictions()
      let p = draws.targets()
      return tripletMarginLoss(
        anchors: a, positives: p, negatives: draws.targets(), margin: margin, norm: norm,
        swapping: swapping, reduction: reduction)
    }
  }

  private static let losses: [String: Loss] = [
    "squared": pair { meanSquaredError(predictions: $0, targets: $1, reduction: $2) },
    "absolute": pair { meanAbsoluteError(predictions: $0, targets: $1, reduction: $2) },
    "huber": pair { huberLoss(predictions: $0, targets: $1, reduction: $2) },
    "huber 0.3": pair { huberLoss(predictions: $0, targets: $1, delta: 0.3, reduction: $2) },
    "smooth l1": pair { smoothL1Loss(predictions: $0, targets: $1, reduction: $2) },
    "smooth l1 0.4": pair { smoothL1Loss(predictions: $0, targets: $1, beta: 0.4, reduction: $2) },
    "smooth l1 0": pair { smoothL1Loss(predictions: $0, targets: $1, beta: 0, reduction: $2) },
    "cross-entropy": ofLabels { crossEntropy(logits: $0, targets: $1, reduction: $3) },
    "cross-entropy weighted": ofLabels(weighted: true) {
      crossEntropy(logits: $0, targets: $1, classWeights: $2, reduction: $3)
    },
    "cross-entropy smoothed": ofLabels {
      crossEntropy(logits: $0, targets: $1, labelSmoothing: 0.1, reduction: $3)
    },
    "cross-entropy ignoring": ofLabels(ignoring: -100) {
      crossEntropy(logits: $0, targets: $1, ignoring: -100, reduction: $3)
    },
    "cross-entropy weighted smoothed ignoring": ofLabels(weighted: true, ignoring: 1) {
      crossEntropy(
        logits: $0, targets: $1, classWeights: $2, labelSmoothing: 0.3, ignoring: 1, reduction: $3)
    },
    "cross-entropy of probabilities": ofProbabilities(),
    "cross-entropy of probabilities weighted smoothed": ofProbabilities(
      weighted: true, smoothing: 0.2),
    "nll": ofLabels { negativeLogLikelihood(logProbabilities: $0, targets: $1, reduction: $3) },
    "nll weighted ignoring": ofLabels(weighted: true, ignoring: 0) {
      negativeLogLikelihood(
        logProbabilities: $0, targets: $1, classWeights: $2, ignoring: 0, reduction: $3)
    },
    "binary": binary(),
    "binary weighted": binary(weighted: true),
    "binary positive": binary(positive: true),
    "binary weighted positive": binary(weighted: true, positive: true),
    "kl": { draws, reduction in
      let x = draws.predictions().logSoftmax()
      return klDivergence(
        logProbabilities: x, targets: draws.variable(draws.probabilities()), reduction: reduction)
    },
    "kl log": { draws, reduction in
      let x = draws.predictions().logSoftmax()
      return klDivergence(
        logProbabilities: x, logTargets: draws.variable(draws.probabilities().log()),
        reduction: reduction)
    },
    "poisson log": poisson(log: true) {
      poissonNegativeLogLikelihood(logRates: $0, targets: $1, reduction: $2)
    },
    "poisson log full": poisson(log: true) {
      poissonNegativeLogLikelihood(
        logRates: $0, targets: $1, includesConstant: true, reduction: $2)
    },
    "poisson": poisson(log: false) {
      poissonNegativeLogLikelihood(rates: $0, targets: $1, reduction: $2)
    },
    "poisson full": poisson(log: false) {
      poissonNegativeLogLikelihood(
        rates: $0, targets: $1, epsilon: 1e-3, includesConstant: true, reduction: $2)
    },
    "hinge": ofSigns { hingeLoss(predictions: $0, targets: $1, reduction: $2) },
    "ranking": { draws, reduction in
      let a = draws.predictions()
      let b = draws.targets()
      return marginRankingLoss(
        a, b, targets: draws.signs(a.shape), margin: 0.25, reduction: reduction)
    },
    "hinge embedding": ofSigns {
      hingeEmbeddingLoss(distances: $0, targets: $1, margin: 0.7, reduction: $2)
    },
    "multiclass hinge": ofLabels {
      multiclassHingeLoss(logits: $0, targets: $1, margin: 0.8, reduction: $3)
    },
    "cosine": { draws, reduction in
      let a = draws.predictions()
      let b = draws.targets()
      return cosineEmbeddingLoss(
        a, b, targets: draws.signs([draws.rows]), margin: 0.1, reduction: reduction)
    },
    "triplet": triplet(),
    "triplet 1 swapping": triplet(margin: 0.5, norm: 1, swapping: true),
    "triplet 3": triplet(margin: 2, norm: 3),
  ]

  @Test func valuesAndGradientsArePyTorchs() throws {
    let cases = try Fixtures.decode([Case].self, from: "losses.json")
    func isClose(_ found: Tensor, _ expected: String) -> Bool {
      let expected = expected.split(separator: " ").map { Double($0)! }
      let size = expected.map(abs).max() ?? 0
      return found.count == expected.count
        && zip(found.doubles, expected).allSatisfy {
          abs($0 - $1) <= 1e-12 * abs($1) + 1e-14 * (1 + size) || ($0.isNaN && $1.isNaN)
        }
    }
    for (index, example) in cases.enumerated() {
      var draws = Draws(seed: UInt32(index), example.size)
      let make = try #require(Self.losses[example.loss])
      let loss = make(&draws, example.reduction)
      #expect(isClose(loss, example.value), "\(example): \(loss.doubles) and not \(example.value)")
      #expect(draws.inputs.count == example.gradients.count, "\(example)")
      let cotangent = draws.uniform(loss.shape)
      // Also where there are faster ways to gradients that are not recorded.
      for isRecorded in [false, true] {
        let gradients = loss.backward(from: cotangent, recordingGraph: isRecorded)
        for (variable, expected) in zip(draws.inputs, example.gradients) {
          let found = gradients[variable]
          #expect(isClose(found, expected), "\(example): \(found.doubles) and not \(expected)")
        }
      }
    }
    #expect(Set(cases.map(\.loss)) == Set(Self.losses.keys))
  }
}
