import BackpropArrays

@testable import BackpropAutodiff

extension OperationTable {
  static let losses: [OperationRow] = [
    loss(
      "SquaredError", "meanSquaredError(predictions: y, targets: t)", "(y − t)²", "F.mse_loss",
      "F.mse_loss(a, b, reduction='RED')"
    ) { meanSquaredError(predictions: $0, targets: $1, reduction: $2) },
    loss(
      "AbsoluteError", "meanAbsoluteError(predictions: y, targets: t)", "|y − t|", "F.l1_loss",
      "F.l1_loss(a, b, reduction='RED')"
    ) { meanAbsoluteError(predictions: $0, targets: $1, reduction: $2) },
    loss(
      "HuberLoss", "huberLoss(predictions: y, targets: t, delta: δ)",
      "½ d² where |d| ≤ δ, else δ (|d| − ½ δ), for d = y − t", "F.huber_loss",
      "F.huber_loss(a, b, reduction='RED', delta=0.75)"
    ) { huberLoss(predictions: $0, targets: $1, delta: 0.75, reduction: $2) },
    loss(
      "HingeLoss", "hingeLoss(predictions: y, targets: t, margin: m)", "max(0, m − t y)", nil,
      "reduce((0.5 - a * b).clamp(min=0), 'RED')"
    ) { hingeLoss(predictions: $0, targets: $1, margin: 0.5, reduction: $2) },
    loss(
      "BinaryCrossEntropy", "binaryCrossEntropy(logits: x, targets: t)",
      "−t ln s − (1 − t) ln(1 − s), s = sigmoid(x)", "F.binary_cross_entropy_with_logits",
      targets: .numbers(0, 1), "F.binary_cross_entropy_with_logits(a, b, reduction='RED')"
    ) { binaryCrossEntropy(logits: $0, targets: $1, reduction: $2) },
    loss(
      "WeightedBinaryCrossEntropy",
      "binaryCrossEntropy(logits: x, targets: t, positiveWeights: p)",
      "−p t ln s − (1 − t) ln(1 − s), s = sigmoid(x)", "F.binary_cross_entropy_with_logits",
      targets: .numbers(0, 1),
      "F.binary_cross_entropy_with_logits(a, b, reduction='RED', "
        + "pos_weight=torch.tensor(2.5, dtype=torch.float64))"
    ) {
      binaryCrossEntropy(
        logits: $0, targets: $1,
        positiveWeights: Tensor(2.5, scalarType: .float64).cast(to: $0.scalarType),
        reduction: $2)
    },
    loss(
      "KLDivergence", "klDivergence(logProbabilities: l, targets: t)", "t (ln t − l)", "F.kl_div",
      targets: .numbers(0.05, 1), "F.kl_div(a, b, reduction='RED')"
    ) { klDivergence(logProbabilities: $0, targets: $1, reduction: $2) },
    loss(
      "LogKLDivergence", "klDivergence(logProbabilities: l, logTargets: t)", "eᵗ (t − l)",
      "F.kl_div", targets: .numbers(-3, 0), "F.kl_div(a, b, reduction='RED', log_target=True)"
    ) { klDivergence(logProbabilities: $0, logTargets: $1, reduction: $2) },
    loss(
      "PoissonLoss", "poissonNegativeLogLikelihood(rates: λ, targets: t)", "λ − t ln(λ + ε)",
      "F.poisson_nll_loss", predictions: .numbers(1.25, 4), targets: .numbers(0, 4),
      "F.poisson_nll_loss(a, b, log_input=False, eps=0.125, reduction='RED')"
    ) { poissonNegativeLogLikelihood(rates: $0, targets: $1, epsilon: 0.125, reduction: $2) },
    loss(
      "LogPoissonLoss", "poissonNegativeLogLikelihood(logRates: x, targets: t)", "eˣ − t x",
      "F.poisson_nll_loss", targets: .numbers(0, 4), "F.poisson_nll_loss(a, b, reduction='RED')"
    ) { poissonNegativeLogLikelihood(logRates: $0, targets: $1, reduction: $2) },
    loss(
      "smoothL1Loss", "smoothL1Loss(predictions: y, targets: t, beta: β)",
      "½ d² / β where |d| < β, else |d| − ½ β, for d = y − t", "F.smooth_l1_loss",
      "F.smooth_l1_loss(a, b, reduction='RED', beta=0.75)"
    ) { smoothL1Loss(predictions: $0, targets: $1, beta: 0.75, reduction: $2) },
    loss(
      "marginRankingLoss", "marginRankingLoss(a, b, targets: t, margin: m)",
      "max(0, m − t (a − b))", "F.margin_ranking_loss",
      "F.margin_ranking_loss(a, b, torch.ones_like(a), 0.5, reduction='RED')"
    ) {
      marginRankingLoss(
        $0, $1, targets: .ones($0.shape, scalarType: $0.scalarType), margin: 0.5, reduction: $2)
    },
    OperationRow(
      "hingeEmbeddingLoss", .losses, "hingeEmbeddingLoss(distances: d, targets: t, margin: m)",
      "d where t = 1, max(0, m − d) where t = −1", shapes: "both alike, to ()",
      pytorch: "F.hinge_embedding_loss", accuracy: .sums, suites: ["LossFixtureTests"],
      ([("odd", [17], -1), ("alike", [3, 5], 1), ("apart, of five axes", [2, 1, 3, 2, 2], -1)]
        as [(String, Shape, Double)]).map { label, shape, target in
          OperationCase(
            label, [.numbers(shape, 0, 2)],
            "F.hinge_embedding_loss(a, torch.full_like(a, \(target)), 1.5)"
          ) {
            hingeEmbeddingLoss(
              distances: $0[0],
              targets: Tensor(repeating: target, shape: $0[0].shape, scalarType: .float64).cast(
                to: $0[0].scalarType),
              margin: 1.5)
          }
        }),
    OperationRow(
      "cosineEmbeddingLoss", .losses, "cosineEmbeddingLoss(a, b, targets: t, margin: m)",
      "1 − cos(a, b) where t = 1, max(0, cos(a, b) − m) where t = −1",
      shapes: "(…, n) twice and (…) to ()", pytorch: "F.cosine_embedding_loss", accuracy: .sums,
      suites: ["LossFixtureTests"],
      [
        OperationCase(
          "both ways", [.numbers([4, 7]), .numbers([4, 7])],
          "F.cosine_embedding_loss(a, b, torch.tensor([1, -1, 1, -1]), -0.9)"
        ) {
          cosineEmbeddingLoss($0[0], $0[1], targets: Tensor([1, -1, 1, -1] as [Int]), margin: -0.9)
        },
        OperationCase(
          "one", [.numbers([1, 3]), .numbers([1, 3])],
          "F.cosine_embedding_loss(a, b, torch.tensor([1]))"
        ) { cosineEmbeddingLoss($0[0], $0[1], targets: Tensor([1] as [Int])) },
      ]),
    OperationRow(
      "tripletMarginLoss", .losses,
      "tripletMarginLoss(anchors: a, positives: p, negatives: n, margin: m)",
      "max(0, ‖a − p‖ − ‖a − n‖ + m)", shapes: "(…, n) thrice to ()",
      pytorch: "F.triplet_margin_loss", accuracy: .sums, suites: ["LossFixtureTests"],
      [
        OperationCase(
          "rows", [.numbers([5, 7]), .numbers([5, 7]), .numbers([5, 7])],
          "F.triplet_margin_loss(a, b, c, margin=2)"
        ) { tripletMarginLoss(anchors: $0[0], positives: $0[1], negatives: $0[2], margin: 2) },
        OperationCase(
          "of another norm", [.numbers([3, 4]), .numbers([3, 4]), .numbers([3, 4])],
          "F.triplet_margin_loss(a, b, c, margin=2, p=1, swap=True, reduction='sum')"
        ) {
          tripletMarginLoss(
            anchors: $0[0], positives: $0[1], negatives: $0[2], margin: 2, norm: 1, swapping: true,
            reduction: .sum)
        },
      ]),
    OperationRow(
      "multiclassHingeLoss", .losses, "multiclassHingeLoss(logits: x, targets: labels, margin: m)",
      "Σ max(0, m − x[label] + xⱼ) / classes over the other classes j",
      shapes: "(…, classes) and (…) to ()", pytorch: "F.multi_margin_loss", accuracy: .sums,
      suites: ["LossFixtureTests"],
      [
        OperationCase(
          "rows", [.numbers([5, 4]), .positions([5], below: 4)], "F.multi_margin_loss(a, b)"
        ) { multiclassHingeLoss(logits: $0[0], targets: $0[1]) },
        OperationCase(
          "one row", [.numbers([1, 3]), .positions([1], below: 3)],
          "F.multi_margin_loss(a, b, margin=0.5, reduction='sum')"
        ) { multiclassHingeLoss(logits: $0[0], targets: $0[1], margin: 0.5, reduction: .sum) },
      ]),
    OperationRow(
      "WeightedLogarithm", .losses, nil, "t l, and 0 where t = 0", shapes: "as both",
      accuracy: .ulps(0.5),
      [
        OperationCase("matrix", [.numbers([3, 5], 0.1, 1), .numbers([3, 5])], "a * b") {
          WeightedLogarithm()($0[0], $0[1])
        }
      ]),
    OperationRow(
      "CrossEntropy", .losses, "crossEntropy(logits: x, targets: labels)",
      "−mean ln softmax(x)[label]",
      shapes: "(…, classes) and (…) to ()", pytorch: "F.cross_entropy", accuracy: .sums,
      suites: ["CrossEntropyTests", "LossFixtureTests"],
      [
        OperationCase(
          "labels", [.numbers([5, 4], -4, 4), .positions([5], below: 4)], "F.cross_entropy(a, b)"
        ) { crossEntropy(logits: $0[0], targets: $0[1]) },
        OperationCase(
          "two axes of rows", [.numbers([2, 3, 19], -4, 4), .positions([2, 3], below: 19)],
          "F.cross_entropy(a.flatten(0, 1), b.flatten())"
        ) { crossEntropy(logits: $0[0], targets: $0[1]) },
        OperationCase(
          "one row of one class", [.numbers([1, 1]), .positions([1], below: 1)],
          "F.cross_entropy(a, b)"
        ) { crossEntropy(logits: $0[0], targets: $0[1]) },
      ]),
    OperationRow(
      "WeightedCrossEntropy", .losses,
      "crossEntropy(logits: x, targets: labels, classWeights: w, labelSmoothing: s)",
      "−Σ tⱼ wⱼ ln softmax(x)ⱼ of smoothed one-hot rows t", shapes: "(…, classes) and (…) to ()",
      pytorch: "F.cross_entropy", accuracy: .sums,
      suites: ["CrossEntropyTests", "LossFixtureTests"],
      [
        OperationCase(
          "weighted and smoothed",
          [.numbers([5, 3], -4, 4), .positions([5], below: 3)],
          "F.cross_entropy(a, b, torch.tensor([1, 2, 0.5], dtype=torch.float64), "
            + "label_smoothing=0.25)"
        ) {
          crossEntropy(
            logits: $0[0], targets: $0[1],
            classWeights: Tensor([1, 2, 0.5], scalarType: .float64).cast(to: $0[0].scalarType),
            labelSmoothing: 0.25)
        },
        OperationCase(
          "none", [.numbers([5, 3], -4, 4), .positions([5], below: 3)],
          "F.cross_entropy(a, b, reduction='none')"
        ) { crossEntropy(logits: $0[0], targets: $0[1], reduction: .none) },
      ]),
    OperationRow(
      "NegativeLogLikelihood", .losses,
      "negativeLogLikelihood(logProbabilities: l, targets: labels)",
      "−mean l[label]", shapes: "(…, classes) and (…) to ()", pytorch: "F.nll_loss",
      accuracy: .sums, suites: ["LossFixtureTests"],
      [
        OperationCase(
          "weighted", [.numbers([5, 3]), .positions([5], below: 3)],
          "F.nll_loss(a, b, torch.tensor([1, 2, 0.5], dtype=torch.float64))"
        ) {
          negativeLogLikelihood(
            logProbabilities: $0[0], targets: $0[1],
            classWeights: Tensor([1, 2, 0.5], scalarType: .float64).cast(to: $0[0].scalarType))
        },
        OperationCase(
          "none", [.numbers([5, 3]), .positions([5], below: 3)],
          "F.nll_loss(a, b, reduction='none')"
        ) { negativeLogLikelihood(logProbabilities: $0[0], targets: $0[1], reduction: .none) },
      ]),
  ]

  /// A loss of each element; in `python`, `RED` stands for the reduction.
  private static func loss(
    _ name: String, _ call: String, _ formula: String, _ pytorch: String?,
    predictions: CaseInput.Kind = .numbers(-2, 2), targets: CaseInput.Kind = .numbers(-2, 2),
    _ python: String, _ function: @escaping @Sendable (Tensor, Tensor, LossReduction) -> Tensor
  ) -> OperationRow {
    OperationRow(
      name, .losses, call, formula, shapes: "both alike, to ()", pytorch: pytorch, accuracy: .sums,
      suites: ["LossFixtureTests"],
      ([
        ("mean of odd", [17], .mean), ("sum of a matrix", [3, 5], .sum),
        ("a number", [], .sum), ("none of five axes", [2, 1, 3, 2, 2], .none),
        ("sum of nothing", [0, 3], .sum),
      ] as [(String, Shape, LossReduction)]).map { label, shape, reduction in
        OperationCase(
          label,
          [CaseInput(shape: shape, kind: predictions), CaseInput(shape: shape, kind: targets)],
          python.replacing("RED", with: reduction.rawValue)
        ) { function($0[0], $0[1], reduction) }
      })
  }
}
