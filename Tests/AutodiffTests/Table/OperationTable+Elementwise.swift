import BackpropArrays

@testable import BackpropAutodiff

extension OperationTable {
  static let arithmetic: [OperationRow] = [
    .pairwise(
      "Add", .arithmetic, "a + b", "a + b", numpy: "np.add", pytorch: "torch.add", python: "a + b"
    ) { $0 + $1 },
    .pairwise(
      "Subtract", .arithmetic, "a - b", "a − b", numpy: "np.subtract", pytorch: "torch.sub",
      python: "a - b"
    ) { $0 - $1 },
    .pairwise(
      "Multiply", .arithmetic, "a * b", "a · b", numpy: "np.multiply", pytorch: "torch.mul",
      python: "a * b"
    ) { $0 * $1 },
    .pairwise(
      "Divide", .arithmetic, "a / b", "a / b", numpy: "np.divide", pytorch: "torch.div",
      right: .numbers(0.25, 3), python: "a / b"
    ) { $0 / $1 },
    .pairwise(
      "FloorDivide", .arithmetic, "a.floorDivide(b)", "⌊a / b⌋", numpy: "np.floor_divide",
      pytorch: "torch.floor_divide", left: .numbers(-20, 20), right: .numbers(0.25, 3),
      accuracy: .exact, python: "torch.floor_divide(a, b)"
    ) { $0.floorDivide($1) },
    .pairwise(
      "Remainder", .arithmetic, "a.remainder(b)", "a − b ⌊a / b⌋", numpy: "np.remainder",
      pytorch: "torch.remainder", left: .numbers(-20, 20), right: .numbers(0.25, 3),
      python: "torch.remainder(a, b)"
    ) { $0.remainder($1) },
    .pairwise(
      "Pow", .arithmetic, "a.pow(b)", "aᵇ", numpy: "np.power", pytorch: "torch.pow",
      left: .numbers(0.25, 3),
      accuracy: .ulps(4), python: "torch.pow(a, b)"
    ) { $0.pow($1) },
    .pairwise(
      "Maximum", .arithmetic, "a.maximum(b)", "max(a, b)", numpy: "np.maximum",
      pytorch: "torch.maximum",
      accuracy: .exact, python: "torch.maximum(a, b)"
    ) { $0.maximum($1) },
    .pairwise(
      "Minimum", .arithmetic, "a.minimum(b)", "min(a, b)", numpy: "np.minimum",
      pytorch: "torch.minimum",
      accuracy: .exact, python: "torch.minimum(a, b)"
    ) { $0.minimum($1) },
    .elementwise(
      "Negate", .arithmetic, "-x", "−x", numpy: "np.negative", pytorch: "torch.neg",
      accuracy: .exact
    ) { -$0 },
    .elementwise(
      "Abs", .arithmetic, "x.abs()", "|x|", numpy: "np.abs", pytorch: "torch.abs", accuracy: .exact
    ) { $0.abs() },
    .elementwise(
      "Sign", .arithmetic, "x.sign()", "−1, 0 or 1", numpy: "np.sign", pytorch: "torch.sign",
      accuracy: .exact
    ) { $0.sign() },
    .elementwise(
      "Square", .arithmetic, "x.squared()", "x²", numpy: "np.square", pytorch: "torch.square",
      accuracy: .ulps(0.5)
    ) { $0.squared() },
    .elementwise(
      "SquareRoot", .arithmetic, "x.squareRoot()", "√x", numpy: "np.sqrt", pytorch: "torch.sqrt",
      from: 0.1,
      to: 9, accuracy: .ulps(0.5)
    ) { $0.squareRoot() },
    .elementwise(
      "ReciprocalSquareRoot", .arithmetic, "x.reciprocalSquareRoot()", "1 / √x",
      pytorch: "torch.rsqrt",
      from: 0.1, to: 9
    ) { $0.reciprocalSquareRoot() },
    .elementwise(
      "Reciprocal", .arithmetic, "x.reciprocal()", "1 / x", numpy: "np.reciprocal",
      pytorch: "torch.reciprocal",
      from: 0.1, to: 9, accuracy: .ulps(0.5)
    ) { $0.reciprocal() },
    .elementwise("Exp", .arithmetic, "x.exp()", "eˣ", numpy: "np.exp", pytorch: "torch.exp") {
      $0.exp()
    },
    .elementwise(
      "ExpM1", .arithmetic, "x.expm1()", "eˣ − 1", numpy: "np.expm1", pytorch: "torch.expm1"
    ) {
      $0.expm1()
    },
    .elementwise(
      "Log", .arithmetic, "x.log()", "ln x", numpy: "np.log", pytorch: "torch.log", from: 0.1, to: 9
    ) { $0.log() },
    .elementwise(
      "Log2", .arithmetic, "x.log2()", "log₂ x", numpy: "np.log2", pytorch: "torch.log2", from: 0.1,
      to: 9
    ) { $0.log2() },
    .elementwise(
      "Log10", .arithmetic, "x.log10()", "log₁₀ x", numpy: "np.log10", pytorch: "torch.log10",
      from: 0.1, to: 9
    ) { $0.log10() },
    .elementwise(
      "Log1P", .arithmetic, "x.log1p()", "ln(1 + x)", numpy: "np.log1p", pytorch: "torch.log1p",
      from: -0.9
    ) { $0.log1p() },
    .elementwise("Sin", .arithmetic, "x.sin()", "sin x", numpy: "np.sin", pytorch: "torch.sin") {
      $0.sin()
    },
    .elementwise("Cos", .arithmetic, "x.cos()", "cos x", numpy: "np.cos", pytorch: "torch.cos") {
      $0.cos()
    },
    .elementwise("Tan", .arithmetic, "x.tan()", "tan x", numpy: "np.tan", pytorch: "torch.tan") {
      $0.tan()
    },
    .elementwise(
      "ASin", .arithmetic, "x.asin()", "sin⁻¹ x", numpy: "np.arcsin", pytorch: "torch.asin",
      from: -0.99,
      to: 0.99
    ) { $0.asin() },
    .elementwise(
      "ACos", .arithmetic, "x.acos()", "cos⁻¹ x", numpy: "np.arccos", pytorch: "torch.acos",
      from: -0.99,
      to: 0.99
    ) { $0.acos() },
    .elementwise(
      "ATan", .arithmetic, "x.atan()", "tan⁻¹ x", numpy: "np.arctan", pytorch: "torch.atan"
    ) {
      $0.atan()
    },
    .elementwise(
      "SinH", .arithmetic, "x.sinh()", "(eˣ − e⁻ˣ) / 2", numpy: "np.sinh", pytorch: "torch.sinh"
    ) {
      $0.sinh()
    },
    .elementwise(
      "CosH", .arithmetic, "x.cosh()", "(eˣ + e⁻ˣ) / 2", numpy: "np.cosh", pytorch: "torch.cosh"
    ) {
      $0.cosh()
    },
    .elementwise("Erf", .arithmetic, "x.erf()", "2/√π ∫₀ˣ e^(−t²) dt", pytorch: "torch.erf") {
      $0.erf()
    },
    .elementwise(
      "Floor", .arithmetic, "x.floor()", "⌊x⌋", numpy: "np.floor", pytorch: "torch.floor",
      accuracy: .exact
    ) { $0.floor() },
    .elementwise(
      "Ceil", .arithmetic, "x.ceil()", "⌈x⌉", numpy: "np.ceil", pytorch: "torch.ceil",
      accuracy: .exact
    ) { $0.ceil() },
    .elementwise(
      "Round", .arithmetic, "x.rounded()", "the nearest whole number, of two the even one",
      numpy: "np.round",
      pytorch: "torch.round", accuracy: .exact
    ) { $0.rounded() },
    .elementwise(
      "Truncate", .arithmetic, "x.truncated()", "the whole number next to x towards 0",
      numpy: "np.trunc",
      pytorch: "torch.trunc", accuracy: .exact
    ) { $0.truncated() },
    .elementwise(
      "Clip", .arithmetic, "x.clipped(min: l, max: u)", "min(max(x, l), u)", numpy: "np.clip",
      pytorch: "torch.clamp", accuracy: .exact, python: "a.clamp(-0.5, 1.25)"
    ) { $0.clipped(min: -0.5, max: 1.25) },
    .elementwise(
      "Cast", .arithmetic, "x.cast(to: type)", "x in another type", numpy: "ndarray.astype",
      pytorch: "Tensor.to", accuracy: .exact, python: "a.to(torch.float64)"
    ) { $0.cast(to: .float64) },
    OperationRow(
      "Where", .arithmetic, "Tensor.where(c, a, b)", "a where c, else b", shapes: "broadcast",
      numpy: "np.where", pytorch: "torch.where", accuracy: .exact,
      ([
        ("numbers", [], [], []), ("none", [0], [0], [1]), ("odd", [17], [17], [17]),
        ("all repeated", [2, 1, 1], [3, 1], [1, 5]),
        ("five axes", [2, 1, 1, 1, 2], [3, 1, 1], [2]),
      ] as [(String, Shape, Shape, Shape)]).map { label, c, a, b in
        OperationCase(label, [.flags(c), .numbers(a), .numbers(b)], "torch.where(a, b, c)") {
          Tensor.where($0[0], $0[1], $0[2])
        }
      }),
  ]

  static let activations: [OperationRow] = [
    .elementwise(
      "ReLU", .activations, "x.relu()", "max(x, 0)", pytorch: "F.relu", accuracy: .exact
    ) { $0.relu() },
    .elementwise(
      "LeakyReLU", .activations, "x.leakyReLU(slope: s)", "x where x > 0, else s x",
      pytorch: "F.leaky_relu", accuracy: .ulps(1), python: "F.leaky_relu(a, 0.25)"
    ) { $0.leakyReLU(slope: 0.25) },
    OperationRow(
      "PReLU", .activations, "x.prelu(s)", "x where x > 0, else s x", shapes: "as x",
      pytorch: "F.prelu", accuracy: .ulps(0.5),
      ([
        ("one slope", [3, 5], [1]), ("for channels", [2, 3, 4], [3]), ("none", [0, 3], [3]),
        ("five axes", [2, 3, 1, 2, 2], [3]),
      ] as [(String, Shape, Shape)]).map { label, x, slopes in
        OperationCase(label, [.numbers(x), .numbers(slopes, -0.5, 0.5)], "F.prelu(a, b)") {
          $0[0].prelu($0[1])
        }
      }),
    .elementwise(
      "ELU", .activations, "x.elu(alpha: α)", "x where x > 0, else α (eˣ − 1)", pytorch: "F.elu",
      python: "F.elu(a, 1.5)"
    ) { $0.elu(alpha: 1.5) },
    .elementwise(
      "SELU", .activations, "x.selu()", "λ elu(x) of α = 1.6733, λ = 1.0507", pytorch: "F.selu"
    ) { $0.selu() },
    .elementwise(
      "Sigmoid", .activations, "x.sigmoid()", "1 / (1 + e⁻ˣ)", pytorch: "torch.sigmoid"
    ) { $0.sigmoid() },
    .elementwise(
      "LogSigmoid", .activations, "x.logSigmoid()", "−ln(1 + e⁻ˣ)", pytorch: "F.logsigmoid",
      from: -8, to: 8
    ) { $0.logSigmoid() },
    .elementwise(
      "Tanh", .activations, "x.tanh()", "(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)", numpy: "np.tanh",
      pytorch: "torch.tanh"
    ) { $0.tanh() },
    .elementwise(
      "Softplus", .activations, "x.softplus()", "ln(1 + e^(β x)) / β", pytorch: "F.softplus",
      from: -8, to: 8, python: "F.softplus(a, 2, 5)"
    ) { $0.softplus(beta: 2, threshold: 5) },
    .elementwise(
      // PyTorch's own loses digits where 1 + erf is small; CKernelsTests look far out.
      "GELU", .activations, "x.gelu()", "x Φ(x) = x (1 + erf(x / √2)) / 2", pytorch: "F.gelu",
      from: -1, python: "a * 0.5 * torch.special.erfc(-a * 0.7071067811865476)"
    ) { $0.gelu() },
    .elementwise(
      "TanhGELU", .activations, "x.gelu(approximation: .tanh)",
      "x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2", pytorch: "F.gelu", from: -1,
      python: "a * torch.sigmoid(2 * 0.7978845608028654 * (a + 0.044715 * a ** 3))"
    ) { $0.gelu(approximation: .tanh) },
    .elementwise("SiLU", .activations, "x.silu()", "x / (1 + e⁻ˣ)", pytorch: "F.silu") {
      $0.silu()
    },
    .elementwise("Mish", .activations, "x.mish()", "x tanh(ln(1 + eˣ))", pytorch: "F.mish") {
      $0.mish()
    },
    .elementwise(
      "HardSigmoid", .activations, "x.hardSigmoid()", "(x + 3) / 6 between 0 and 1",
      pytorch: "F.hardsigmoid", from: -5, to: 5, accuracy: .sums,
      // Its own gradient takes a sixth in float32.
      python: "F.relu6(a + 3) / 6"
    ) { $0.hardSigmoid() },
    .elementwise(
      "HardSwish", .activations, "x.hardSwish()", "x hardSigmoid(x)", pytorch: "F.hardswish",
      from: -5, to: 5, accuracy: .sums
    ) { $0.hardSwish() },
    .elementwise(
      "Step", .activations, "x.step()", "1 where x > 0, else 0", numpy: "np.heaviside",
      pytorch: "torch.heaviside", accuracy: .exact, python: "(a > 0).double()"
    ) { $0.step() },
    OperationRow(
      "Softmax", .activations, "x.softmax(axis: k)", "eˣ / Σ eˣ along an axis", shapes: "as x",
      pytorch: "torch.softmax", accuracy: .sums,
      each("torch.softmax(a, -1)") { $0.softmax() }
        + each("torch.softmax(a, 0)", ", columns") { $0.softmax(axis: 0) }),
    OperationRow(
      "LogSoftmax", .activations, "x.logSoftmax(axis: k)", "x − ln Σ eˣ along an axis",
      shapes: "as x", pytorch: "torch.log_softmax", accuracy: .sums(atLeast: 1),
      each("torch.log_softmax(a, -1)") { $0.logSoftmax() }
        + each("torch.log_softmax(a, 0)", ", columns") { $0.logSoftmax(axis: 0) }),
    .pairwise(
      "ReLUGradient", .activations, nil, "g where y > 0, else 0", accuracy: .exact,
      python: "torch.where(b > 0, a, 0)"
    ) { ReLUGradient()($0, $1.detached) },
    .pairwise(
      "SigmoidGradient", .activations, nil, "g y (1 − y)", right: .numbers(0.1, 0.9),
      accuracy: .ulps(2), python: "a * b * (1 - b)"
    ) { SigmoidGradient()($0, $1) },
    .pairwise(
      "TanhGradient", .activations, nil, "g (1 − y²)", right: .numbers(-0.5, 0.5),
      accuracy: .ulps(2), python: "a * (1 - b * b)"
    ) { TanhGradient()($0, $1) },
  ]

  private static func each(
    _ python: String, _ suffix: String = "", _ function: @escaping @Sendable (Tensor) -> Tensor
  ) -> [OperationCase] {
    OperationRow.each(python, minimumRank: 1, from: -4, to: 4, function).map {
      OperationCase($0.label + suffix, $0.inputs, $0.python, $0.function)
    }
  }

  static let comparison: [OperationRow] = [
    compared("Equal", "a .== b", "a = b", "equal") { $0 .== $1 },
    compared("NotEqual", "a .!= b", "a ≠ b", "not_equal") { $0 .!= $1 },
    compared("Less", "a .< b", "a < b", "less") { $0 .< $1 },
    compared("LessOrEqual", "a .<= b", "a ≤ b", "less_equal") { $0 .<= $1 },
    compared("Greater", "a .> b", "a > b", "greater") { $0 .> $1 },
    compared("GreaterOrEqual", "a .>= b", "a ≥ b", "greater_equal") { $0 .>= $1 },
    .elementwise(
      "IsNaN", .comparison, "x.isNaN()", "x is no number", numpy: "np.isnan",
      pytorch: "torch.isnan", accuracy: .exact, python: "torch.isnan(a.sqrt())"
    ) { $0.squareRoot().isNaN() }.first("torch.isnan(a)") { $0.isNaN() },
    .elementwise(
      "IsInfinite", .comparison, "x.isInfinite()", "x is ±∞", numpy: "np.isinf",
      pytorch: "torch.isinf", accuracy: .exact, python: "torch.isinf(1 / a.round())"
    ) { (1 / $0.rounded()).isInfinite() }.first("torch.isinf(a)") { $0.isInfinite() },
    .elementwise(
      "IsFinite", .comparison, "x.isFinite()", "x is a number, and not ±∞", numpy: "np.isfinite",
      pytorch: "torch.isfinite", accuracy: .exact, python: "torch.isfinite(1 / a.round())"
    ) { (1 / $0.rounded()).isFinite() }.first("torch.isfinite(a)") { $0.isFinite() },
    bitwise("BitwiseAnd", "a & b", "bits of both", "bitwise_and") { $0 & $1 },
    bitwise("BitwiseOr", "a | b", "bits of either", "bitwise_or") { $0 | $1 },
    bitwise("BitwiseXor", "a ^ b", "bits of one", "bitwise_xor") { $0 ^ $1 },
    bitwise("ShiftLeft", "a << b", "a 2ᵇ", "bitwise_left_shift", numpy: "left_shift") { $0 << $1 },
    bitwise("ShiftRight", "a >> b", "⌊a / 2ᵇ⌋", "bitwise_right_shift", numpy: "right_shift") {
      $0 >> $1
    },
    OperationRow(
      "BitwiseNot", .comparison, "~x", "the other bits", shapes: "as x", numpy: "np.bitwise_not",
      pytorch: "torch.bitwise_not", accuracy: .exact,
      OperationRow.shapes.map { label, shape, _ in
        OperationCase(label, [.bits(shape, -40, 40)], "~a") { ~$0[0] }
      }),
  ]

  private static func compared(
    _ name: String, _ call: String, _ formula: String, _ function: String,
    _ compare: @escaping @Sendable (Tensor, Tensor) -> Tensor
  ) -> OperationRow {
    let torch = ["equal": "eq", "not_equal": "ne"][function] ?? function
    return .pairwise(
      name, .comparison, call, formula, numpy: "np." + function, pytorch: "torch." + torch,
      left: .steps(-2, 2), right: .steps(-2, 2), accuracy: .exact, python: "torch.\(torch)(a, b)",
      compare)
  }

  private static func bitwise(
    _ name: String, _ call: String, _ formula: String, _ torch: String, numpy: String? = nil,
    _ function: @escaping @Sendable (Tensor, Tensor) -> Tensor
  ) -> OperationRow {
    let isShift = numpy != nil
    return .pairwise(
      name, .comparison, call, formula, numpy: "np." + (numpy ?? torch), pytorch: "torch." + torch,
      left: .bits(-60, 60), right: isShift ? .bits(0, 6) : .bits(-60, 60), accuracy: .exact,
      python: "torch.\(torch)(a, b)", function)
  }
}
