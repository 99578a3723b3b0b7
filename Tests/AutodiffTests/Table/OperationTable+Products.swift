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
}
