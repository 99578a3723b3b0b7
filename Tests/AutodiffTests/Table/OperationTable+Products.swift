import BackpropArrays

@testable import BackpropAutodiff

extension OperationTable {
  static let products: [OperationRow] = [
    OperationRow(
      "MatMul", .products, "a.matmul(b)", "Σₖ aᵢₖ bₖⱼ",
      shapes: "(…, m, k) and (…, k, n) to (…, m, n)",
      numpy: "np.matmul", pytorch: "torch.matmul", accuracy: .sums,
      ([
        ("vectors", [17], [17]), ("of one", [1, 1], [1, 1]), ("matrices", [3, 19], [19, 5]),
        ("a vector on the left", [4], [4, 3]), ("a vector on the right", [3, 4], [4]),
        ("a sum of nothing", [2, 0], [0, 3]), ("of nothing", [0, 4], [4, 3]),
        ("batches", [2, 3, 4], [2, 4, 2]), ("five axes", [2, 1, 3, 2, 4], [3, 4, 2]),
      ] as [(String, Shape, Shape)]).map { label, a, b in
        OperationCase(label, [.numbers(a), .numbers(b)], "torch.matmul(a, b)") {
          $0[0].matmul($0[1])
        }
      } + [
        OperationCase(
          "repeated", [.numbers([4, 5], isRepeated: true), .numbers([5, 2])], "a @ b"
        ) {
          $0[0].matmul($0[1])
        },
        OperationCase("transposed", [.numbers([5, 3]), .numbers([2, 5])], "a.T @ b.T") {
          $0[0].matmul($0[1], transposingSelf: true, transposingOther: true)
        },
      ]),
    OperationRow(
      "Affine", .products, "x.affine(w, b, activation: f)", "f(x · w + b)",
      shapes: "(…, m) and (m, n) to (…, n)", pytorch: "F.linear", accuracy: .sums,
      [
        OperationCase(
          "matrix", [.numbers([3, 19]), .numbers([19, 5]), .numbers([5])], "a @ b + c"
        ) { $0[0].affine($0[1], $0[2]) },
        OperationCase(
          "relu", [.numbers([3, 4]), .numbers([4, 5]), .numbers([5])], "F.relu(a @ b + c)"
        ) { $0[0].affine($0[1], $0[2], activation: .relu) },
        OperationCase(
          "tanh", [.numbers([3, 4]), .numbers([4, 5]), .numbers([5])], "torch.tanh(a @ b + c)"
        ) { $0[0].affine($0[1], $0[2], activation: .tanh) },
        OperationCase(
          "sigmoid, without bias", [.numbers([3, 4]), .numbers([4, 5])], "torch.sigmoid(a @ b)"
        ) { $0[0].affine($0[1], activation: .sigmoid) },
        OperationCase(
          "of nothing", [.numbers([0, 4]), .numbers([4, 5]), .numbers([5])],
          "a @ b + c"
        ) { $0[0].affine($0[1], $0[2]) },
        OperationCase(
          "five axes", [.numbers([2, 1, 3, 2, 4]), .numbers([4, 3]), .numbers([3])], "a @ b + c"
        ) { $0[0].affine($0[1], $0[2]) },
      ]),
    OperationRow(
      "einsum", .products, "Tensor.einsum(equation, a, b)", "sums of products over named axes",
      shapes: "as the equation says", numpy: "np.einsum", pytorch: "torch.einsum", accuracy: .sums,
      ([
        ("product", "ij,jk->ki", [3, 19], [19, 2]), ("outer", "i,j->ij", [3], [2]),
        ("batches", "bij,bjk->bik", [2, 3, 4], [2, 4, 2]),
        ("sum of all", "ij,ij->", [3, 5], [3, 5]),
        ("diagonal", "ii,i->i", [3, 3], [3]),
        ("other axes", "...ij,...jk->...ik", [2, 1, 3, 2, 4], [3, 4, 2]),
        ("of nothing", "ij,jk->ik", [2, 0], [0, 3]),
      ] as [(String, String, Shape, Shape)]).map { label, equation, a, b in
        OperationCase(
          label, [.numbers(a), .numbers(b)], "torch.einsum('\(equation)', a, b)"
        ) { Tensor.einsum(equation, $0) }
      }),
    OperationRow(
      "outer", .products, "a.outer(b)", "aᵢ bⱼ", shapes: "(m) and (n) to (m, n)", numpy: "np.outer",
      pytorch: "torch.outer", accuracy: .ulps(0.5),
      ([("odd", [17], [3]), ("one", [1], [1]), ("none", [0], [3])] as [(String, Shape, Shape)])
        .map { label, a, b in
          OperationCase(label, [.numbers(a), .numbers(b)], "torch.outer(a, b)") {
            $0[0].outer($0[1])
          }
        }),
    OperationRow(
      "trace", .products, "x.trace(offset: n)", "Σ xᵢ,ᵢ₊ₙ", shapes: "without the last two axes",
      numpy: "np.trace", pytorch: "torch.trace", accuracy: .sums,
      OperationRow.each("torch.diagonal(a, 1, -2, -1).sum(-1)", minimumRank: 2) {
        $0.trace(offset: 1)
      }),
  ]

  static let convolution: [OperationRow] = [
    OperationRow(
      "Convolution", .convolution, "x.conv2D(w, b), x.conv1D(w, b)",
      "Σ xₙ꜀(i s + k d − p, …) wₒ꜀ₖ + bₒ",
      shapes: "(n, c, …) and (o, c, …) to (n, o, …)", pytorch: "F.conv2d, F.conv1d",
      accuracy: .sums, suites: ["ConvolutionTests", "WindowCaseTests"],
      [
        OperationCase(
          "sequences", [.numbers([2, 2, 9]), .numbers([3, 2, 3]), .numbers([3])],
          "F.conv1d(a, b, c, padding=1)"
        ) { $0[0].conv1D($0[1], $0[2], padding: 1) },
        OperationCase(
          "pictures", [.numbers([2, 2, 5, 6]), .numbers([3, 2, 2, 3])],
          "F.conv2d(a, b, stride=(2, 1), padding=(0, 1))"
        ) { $0[0].conv2D($0[1], stride: [2, 1], padding: [0, 1]) },
        OperationCase(
          "groups and dilation", [.numbers([1, 4, 5, 4]), .numbers([4, 2, 2, 2]), .numbers([4])],
          "F.conv2d(a, b, c, dilation=(2, 1), groups=2)"
        ) { $0[0].conv2D($0[1], $0[2], dilation: [2, 1], groups: 2) },
        OperationCase(
          "of one", [.numbers([1, 1, 1, 1]), .numbers([1, 1, 1, 1])], "F.conv2d(a, b)"
        ) {
          $0[0].conv2D($0[1])
        },
      ]),
    OperationRow(
      "ConvTranspose", .convolution, "x.convTranspose2D(w, b), x.convTranspose1D(w, b)",
      "the gradient of a convolution by its input", shapes: "(n, c, …) and (c, o, …) to (n, o, …)",
      pytorch: "F.conv_transpose2d, F.conv_transpose1d", accuracy: .sums,
      suites: ["ConvolutionTests", "WindowCaseTests"],
      [
        OperationCase(
          "sequences", [.numbers([2, 2, 5]), .numbers([2, 3, 3]), .numbers([3])],
          "F.conv_transpose1d(a, b, c, stride=2)"
        ) { $0[0].convTranspose1D($0[1], $0[2], stride: 2) },
        OperationCase(
          "pictures", [.numbers([1, 2, 3, 2]), .numbers([2, 1, 3, 2])],
          "F.conv_transpose2d(a, b, stride=(2, 1), padding=(1, 0), output_padding=(1, 0))"
        ) {
          $0[0].convTranspose2D($0[1], stride: [2, 1], padding: [1, 0], outputPadding: [1, 0])
        },
      ]),
    OperationRow(
      "ConvolutionWeightGradient", .convolution, nil, "the gradient of a convolution by its weight",
      shapes: "as the weight", accuracy: .sums,
      [
        OperationCase(
          "pictures", [.numbers([2, 2, 4, 4]), .numbers([2, 3, 3, 3])],
          "F.conv2d(a.transpose(0, 1), b.transpose(0, 1)).transpose(0, 1)"
        ) {
          ConvolutionWeightGradient(
            settings: ConvolutionSettings(axisCount: 2), weight: [3, 2, 2, 2])($0[0], $0[1])
        }
      ]),
    pooled(
      "MaxPool", "max", "the largest of each window", .exact,
      [
        OperationCase("sequences", [.numbers([2, 2, 9])], "F.max_pool1d(a, 3, 2, 1)") {
          $0[0].maxPool1D(3, stride: 2, padding: 1)
        },
        OperationCase(
          "pictures", [.numbers([1, 2, 5, 6])],
          "F.max_pool2d(a, (2, 3), 1, dilation=(1, 2), ceil_mode=True)"
        ) { $0[0].maxPool2D([2, 3], stride: 1, dilation: [1, 2], ceilMode: true) },
        OperationCase("adaptive", [.numbers([1, 2, 5, 6])], "F.adaptive_max_pool2d(a, (2, 4))") {
          $0[0].adaptiveMaxPool2D(to: [2, 4])
        },
      ]),
    pooled(
      "AveragePool", "average", "the mean of each window", .sums,
      [
        OperationCase(
          "sequences", [.numbers([2, 2, 9])],
          "F.avg_pool1d(a, 3, 2, 1, count_include_pad=False)"
        ) { $0[0].averagePool1D(3, stride: 2, padding: 1, countIncludePad: false) },
        OperationCase(
          "pictures", [.numbers([1, 2, 5, 6])], "F.avg_pool2d(a, 2, padding=1, ceil_mode=True)"
        ) { $0[0].averagePool2D(2, padding: 1, ceilMode: true) },
        OperationCase("adaptive", [.numbers([1, 2, 7])], "F.adaptive_avg_pool1d(a, 3)") {
          $0[0].adaptiveAveragePool1D(to: 3)
        },
      ]),
    OperationRow(
      "AveragePoolGradient", .convolution, nil, "each number spread evenly over its window",
      shapes: "that of the picture", accuracy: .sums,
      [
        OperationCase(
          "pictures", [.numbers([1, 2, 2, 3])],
          "torch.repeat_interleave(torch.repeat_interleave(a, 2, 2), 2, 3) / 4"
        ) {
          AveragePoolGradient(
            windows: .sliding(2, 2, stride: nil, padding: 0, ceilMode: false), shape: [1, 2, 4, 6])(
              $0[0])
        }
      ]),
    OperationRow(
      "MaxPoolPositions", .convolution, "x.maxPool2DWithPositions(k).positions",
      "where the largest number of each window stands", shapes: "(n, c, …) to (n, c, windows)",
      pytorch: "F.max_pool2d, return_indices=True", accuracy: .exact, suites: ["PoolingTests"],
      [
        OperationCase(
          "pictures", [.numbers([2, 2, 5, 4])],
          "F.max_pool2d(a, (3, 2), stride=2, padding=1, return_indices=True)[1]"
        ) { $0[0].maxPool2DWithPositions([3, 2], stride: 2, padding: 1).positions },
        OperationCase(
          "sequences", [.steps([1, 3, 9])],
          "F.max_pool1d(a, 3, stride=2, return_indices=True)[1]"
        ) { $0[0].maxPool1DWithPositions(3, stride: 2).positions },
      ]),
    OperationRow(
      "Interpolate", .convolution, "x.interpolated(to: lengths, mode: m)",
      "the nearest element, or a line between two along each axis",
      shapes: "the lengths behind two axes", pytorch: "F.interpolate", accuracy: .sums,
      suites: ["WindowCaseTests"],
      [
        OperationCase(
          "nearest", [.numbers([1, 2, 3, 2])], "F.interpolate(a, scale_factor=2)"
        ) { $0[0].interpolated(by: 2) },
        OperationCase(
          "linear", [.numbers([2, 1, 5])], "F.interpolate(a, size=(8,), mode='linear')"
        ) { $0[0].interpolated(to: 8, mode: .linear()) },
        OperationCase(
          "with aligned corners", [.numbers([1, 2, 3, 4])],
          "F.interpolate(a, size=(5, 2), mode='bilinear', align_corners=True)"
        ) { $0[0].interpolated(to: [5, 2], mode: .linear(alignCorners: true)) },
      ]),
    OperationRow(
      "InterpolateGradient", .convolution, nil, "each number given to the elements it was made of",
      shapes: "that of the picture", accuracy: .sums,
      [
        OperationCase(
          "nearest", [.numbers([1, 2, 4, 6])], "F.avg_pool2d(a, 2) * 4"
        ) {
          InterpolateGradient(
            size: .lengths([4, 6]), mode: .nearest, shape: [1, 2, 2, 3])($0[0])
        }
      ]),
  ]

  private static func pooled(
    _ name: String, _ what: String, _ formula: String, _ accuracy: OperationRow.Accuracy,
    _ cases: [OperationCase]
  ) -> OperationRow {
    let torch = what == "max" ? "max" : "avg"
    return OperationRow(
      name, .convolution, "x.\(what)Pool2D(k), x.\(what)Pool1D(k)", formula,
      shapes: "(n, c, …) to (n, c, windows)", pytorch: "F.\(torch)_pool2d, F.\(torch)_pool1d",
      accuracy: accuracy, suites: ["PoolingTests", "WindowCaseTests"], cases)
  }

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
