import BackpropArrays

@testable import BackpropAutodiff

extension OperationTable {
  static let reduction: [OperationRow] = [
    .reduction(
      "Sum", "x.sum(axes: k)", "Σ x", numpy: "np.sum", pytorch: "torch.sum", accuracy: .sums,
      python: "a.sum(DIMS, KEEP) if a.dim() else a.sum()"
    ) { $0.sum(axes: $1, keepDims: $2) },
    .reduction(
      "Mean", "x.mean(axes: k)", "Σ x / n", numpy: "np.mean", pytorch: "torch.mean",
      accuracy: .sums, ofNothing: false, python: "a.mean(DIMS, KEEP) if a.dim() else a.mean()"
    ) { $0.mean(axes: $1, keepDims: $2) },
    .reduction(
      "Product", "x.product(axes: k)", "Π x", numpy: "np.prod", pytorch: "torch.prod",
      accuracy: .sums, python: "product(a, DIMS, KEEP)"
    ) { $0.product(axes: $1, keepDims: $2) },
    .reduction(
      "Max", "x.max(axes: k)", "max x", numpy: "np.max", pytorch: "torch.amax", accuracy: .exact,
      ofNothing: false, python: "torch.amax(a, DIMS, KEEP)"
    ) { $0.max(axes: $1, keepDims: $2) },
    .reduction(
      "Min", "x.min(axes: k)", "min x", numpy: "np.min", pytorch: "torch.amin", accuracy: .exact,
      ofNothing: false, python: "torch.amin(a, DIMS, KEEP)"
    ) { $0.min(axes: $1, keepDims: $2) },
    .reduction(
      "Variance", "x.variance(axes: k)", "Σ (x − mean)² / (n − correction)", numpy: "np.var",
      pytorch: "torch.var", accuracy: .sums, ofNothing: false,
      python: "torch.var(a, DIMS or None, correction=0, keepdim=KEEP)"
    ) { $0.variance(axes: $1, keepDims: $2) },
    .reduction(
      "standardDeviation", "x.standardDeviation(axes: k)", "√variance", numpy: "np.std",
      pytorch: "torch.std", accuracy: .sums, ofNothing: false, ofOne: false,
      python: "torch.std(a, DIMS, correction=0, keepdim=KEEP)"
    ) { $0.standardDeviation(axes: $1, keepDims: $2) },
    .reduction(
      "Norm", "x.norm(p, axes: k)", "(Σ |x|ᵖ)^(1/p)", numpy: "np.linalg.norm",
      pytorch: "torch.linalg.vector_norm", accuracy: .sums,
      python: "torch.linalg.vector_norm(a, 3, DIMS or None, KEEP)"
    ) { $0.norm(3, axes: $1, keepDims: $2) },
    .reduction(
      "LogSumExp", "x.logSumExp(axes: k)", "ln Σ eˣ", pytorch: "torch.logsumexp", accuracy: .sums,
      ofNothing: false, python: "torch.logsumexp(a, DIMS, KEEP)"
    ) { $0.logSumExp(axes: $1, keepDims: $2) },
    .reduction(
      "AllTrue", "x.all(axes: k)", "whether all are true", numpy: "np.all", pytorch: "torch.all",
      accuracy: .exact, input: .flags, python: "reduced(torch.all, a, DIMS, KEEP)"
    ) { $0.all(axes: $1, keepDims: $2) },
    .reduction(
      "AnyTrue", "x.any(axes: k)", "whether one is true", numpy: "np.any", pytorch: "torch.any",
      accuracy: .exact, input: .flags, python: "reduced(torch.any, a, DIMS, KEEP)"
    ) { $0.any(axes: $1, keepDims: $2) },
    .reduction(
      "CountNonzero", "x.countNonzero(axes: k)", "how many are not 0", numpy: "np.count_nonzero",
      pytorch: "torch.count_nonzero", accuracy: .exact, input: .steps(-1, 1),
      python: "reduced(torch.sum, (a != 0).long(), DIMS, KEEP)"
    ) { $0.countNonzero(axes: $1, keepDims: $2) },
    position("ArgMax", "argmax", "where the largest stands") { $0.argmax(axis: $1) },
    position("ArgMin", "argmin", "where the smallest stands") { $0.argmin(axis: $1) },
  ]

  private static func position(
    _ name: String, _ function: String, _ formula: String,
    _ position: @escaping @Sendable (Tensor, Int?) -> Tensor
  ) -> OperationRow {
    OperationRow(
      name, .reduction, "x.\(function)(axis: k)", formula + ", the first of equal ones",
      shapes: "without the axis", numpy: "np." + function, pytorch: "torch." + function,
      accuracy: .exact,
      ([
        ("of one", [1], nil), ("of odd", [17], nil), ("of columns", [3, 5], 0),
        ("of rows", [3, 5], -1), ("of five axes", [2, 1, 3, 2, 2], 2),
      ] as [(String, Shape, Int?)]).map { label, shape, axis in
        // PyTorch leaves open which of equal ones it names: distinct numbers.
        OperationCase(
          label, [.numbers(shape)], "torch.\(function)(a, \(axis.map(String.init) ?? "None"))"
        ) { position($0[0], axis) }
      })
  }

  static let cumulative: [OperationRow] = [
    scan("CumulativeSum", "Sum", "Σⱼ≤ᵢ xⱼ", numpy: "np.cumsum", "torch.cumsum(a, DIM)", .sums) {
      $0.cumulativeSum(axis: $1)
    },
    scan(
      "CumulativeProduct", "Product", "Πⱼ≤ᵢ xⱼ", numpy: "np.cumprod", "torch.cumprod(a, DIM)", .sums
    ) { $0.cumulativeProduct(axis: $1) },
    scan(
      "CumulativeMax", "Max", "maxⱼ≤ᵢ xⱼ", numpy: "np.maximum.accumulate",
      "torch.cummax(a, DIM).values", .exact
    ) { $0.cumulativeMax(axis: $1) },
    scan(
      "CumulativeMin", "Min", "minⱼ≤ᵢ xⱼ", numpy: "np.minimum.accumulate",
      "torch.cummin(a, DIM).values", .exact
    ) { $0.cumulativeMin(axis: $1) },
    OperationRow(
      "Recurrence", .cumulative, nil, "yᵢ = bᵢ + aᵢ yᵢ₋₁", shapes: "as both", accuracy: .sums,
      ([
        ("odd", [17], 0, false), ("columns", [3, 5], 0, true), ("rows", [3, 5], 1, false),
        ("five axes", [2, 1, 3, 2, 2], 2, true), ("none", [0, 2], 0, false),
      ] as [(String, Shape, Int, Bool)]).map { label, shape, axis, isReversed in
        OperationCase(
          label, [.numbers(shape, -1, 1), .numbers(shape)],
          "recurrence(a, b, \(axis), \(isReversed ? "True" : "False"))"
        ) { Recurrence(axis: axis, isReversed: isReversed)($0[0], $0[1]) }
      }),
  ]

  private static func scan(
    _ name: String, _ what: String, _ formula: String, numpy: String, _ python: String,
    _ accuracy: OperationRow.Accuracy, _ function: @escaping @Sendable (Tensor, Int) -> Tensor
  ) -> OperationRow {
    OperationRow(
      name, .cumulative, "x.cumulative\(what)(axis: k)", formula, shapes: "as x", numpy: numpy,
      pytorch: String(python.prefix { $0 != "(" }), accuracy: accuracy,
      ([
        ("none", [0, 3], 1), ("one", [1], 0), ("odd", [17], 0), ("columns", [3, 5], 0),
        ("rows", [3, 5], -1), ("five axes", [2, 1, 3, 2, 2], 2),
      ] as [(String, Shape, Int)]).map { label, shape, axis in
        OperationCase(label, [.numbers(shape)], python.replacing("DIM", with: "\(axis)")) {
          function($0[0], axis)
        }
      } + [
        OperationCase(
          "repeated", [.numbers([4, 5], isRepeated: true)], python.replacing("DIM", with: "0")
        ) { function($0[0], 0) }
      ])
  }

  static let sorting: [OperationRow] = [
    OperationRow(
      "ArgSort", .sorting, "x.argsort(axis: k)", "the positions in rising order", shapes: "as x",
      numpy: "np.argsort", pytorch: "torch.argsort", accuracy: .exact,
      OperationRow.each("torch.argsort(a, dim=-1, stable=True)", minimumRank: 1) { $0.argsort() }
        + [
          OperationCase(
            "columns, falling, some equal", [.steps([9, 4])],
            "torch.argsort(a, dim=0, descending=True, stable=True)"
          ) { $0[0].argsort(axis: 0, descending: true) }
        ]),
    OperationRow(
      "sorted", .sorting, "x.sorted(axis: k)", "in rising order", shapes: "as x", numpy: "np.sort",
      pytorch: "torch.sort", accuracy: .exact,
      OperationRow.each("torch.sort(a, dim=-1, stable=True).values", minimumRank: 1) { $0.sorted() }
        + [
          OperationCase(
            "columns, falling", [.numbers([9, 4])], "torch.sort(a, 0, descending=True).values"
          ) { $0[0].sorted(axis: 0, descending: true) }
        ]),
    OperationRow(
      "topK", .sorting, "x.topK(k)", "the k largest, and their positions",
      shapes: "as x, with k along the axis", pytorch: "torch.topk", accuracy: .exact,
      [
        OperationCase("of odd", [.numbers([17])], "torch.topk(a, 4).values") {
          $0[0].topK(4).values
        },
        OperationCase(
          "smallest of columns", [.numbers([5, 3])], "torch.topk(a, 2, 0, largest=False).values"
        ) { $0[0].topK(2, axis: 0, largest: false).values },
        OperationCase("positions", [.numbers([2, 1, 3, 2, 4])], "torch.topk(a, 3).indices") {
          $0[0].topK(3).positions
        },
        OperationCase("none", [.numbers([3, 5])], "torch.topk(a, 0).values") {
          $0[0].topK(0).values
        },
      ]),
    OperationRow(
      "SearchSorted", .sorting, "x.searchSorted(v)", "how many of x are smaller", shapes: "as v",
      numpy: "np.searchsorted", pytorch: "torch.searchsorted", accuracy: .exact,
      ([
        ("a number", [17], []), ("none", [4], [0]), ("matrix", [9], [3, 5]),
        ("among one", [1], [2, 1, 3, 2, 2]),
      ] as [(String, Shape, Shape)]).map { label, x, v in
        OperationCase(
          label, [.numbers(x), .numbers(v)], "torch.searchsorted(torch.sort(a).values, b)"
        ) { $0[0].sorted().searchSorted($0[1]) }
      }),
    OperationRow(
      "quantile", .sorting, "x.quantile(q, axis: k)", "what a part q of x lies below",
      shapes: "without the axis", numpy: "np.quantile", pytorch: "torch.quantile", accuracy: .sums,
      [
        OperationCase("of odd", [.numbers([17])], "torch.quantile(a, 0.3)") { $0[0].quantile(0.3) },
        OperationCase("of one", [.numbers([1])], "torch.quantile(a, 0.7)") { $0[0].quantile(0.7) },
        OperationCase(
          "medians, kept", [.numbers([3, 6])], "torch.quantile(a, 0.5, 1, keepdim=True)"
        ) { $0[0].median(axis: 1, keepDims: true) },
        OperationCase("of five axes", [.numbers([2, 1, 3, 2, 2])], "torch.quantile(a, 0.9, 2)") {
          $0[0].quantile(0.9, axis: 2)
        },
      ]),
  ]
}
