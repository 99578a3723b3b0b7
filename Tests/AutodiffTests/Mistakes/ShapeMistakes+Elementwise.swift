import BackpropArrays

@testable import BackpropAutodiff

extension ShapeMistakes {
  static let elementwise: [ShapeMistake] = [
    ShapeMistake(
      "Add",
      """
      add: the shapes do not broadcast: axis -1 has the length 4 on the left and 3 on the right
        shapes: (3, 4) and (3,)
        hint: for one number a row, reshape the right side to (3, 1)
      """
    ) { t([3, 4]) + t([3]) },
    ShapeMistake(
      "Add",
      """
      add: the shapes do not broadcast: axis -1 has the length 3 on the left and 2 on the right
        shapes: (2, 3) and (3, 2)
        hint: both hold 6 elements; transpose or reshape one of them
      """
    ) { t([2, 3]) + t([3, 2]) },
    ShapeMistake(
      "Add",
      """
      add: the left side is float32 and the right side float64; types are never converted silently
        shapes: (3, 4) and (4,)
        hint: convert one side, with cast(to: .float32)
      """
    ) { t([3, 4]) + t([4], .float64) },
    ShapeMistake(
      "Subtract",
      """
      subtract: the shapes do not broadcast: axis -1 has the length 10 on the left and 32 on the right
        shapes: (32, 10) and (32,)
        hint: for one number a row, reshape the right side to (32, 1)
      """
    ) { t([32, 10]) - t([32]) },
    ShapeMistake(
      "Multiply",
      """
      multiply: the shapes do not broadcast: axis -1 has the length 4 on the left and 3 on the right
        shapes: (2, 3, 4) and (2, 3)
        hint: shapes are laid side by side from the last axis; reshape the right side to (2, 3, 1)
      """
    ) { t([2, 3, 4]) * t([2, 3]) },
    ShapeMistake(
      "Divide",
      """
      divide: the shapes do not broadcast: axis -1 has the length 4 on the left and 3 on the right
        shapes: (4,) and (3,)
      """
    ) { t([4]) / t([3]) },
    ShapeMistake(
      "Divide",
      """
      divide: the numbers are int32, for which there is no divide
        shapes: (4,) and (4,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([4], .int32) / t([4], .int32) },
    ShapeMistake(
      "FloorDivide",
      """
      floorDivide: the shapes do not broadcast: axis -1 has the length 4 on the left and 3 on the right
        shapes: (4,) and (3,)
      """
    ) { t([4]).floorDivide(t([3])) },
    ShapeMistake(
      "Remainder",
      """
      remainder: the shapes do not broadcast: axis -1 has the length 4 on the left and 3 on the right
        shapes: (4,) and (3,)
      """
    ) { t([4]).remainder(t([3])) },
    ShapeMistake(
      "Pow",
      """
      pow: the shapes do not broadcast: axis -1 has the length 2 on the left and 3 on the right
        shapes: (2, 2) and (3,)
      """
    ) { t([2, 2]).pow(t([3])) },
    ShapeMistake(
      "Maximum",
      """
      maximum: the shapes do not broadcast: axis -1 has the length 4 on the left and 5 on the right
        shapes: (4,) and (5,)
      """
    ) { t([4]).maximum(t([5])) },
    ShapeMistake(
      "Minimum",
      """
      minimum: the shapes do not broadcast: axis -2 has the length 4 on the left and 3 on the right
        shapes: (4, 1) and (3, 2)
      """
    ) { t([4, 1]).minimum(t([3, 2])) },
    ShapeMistake(
      "Negate",
      """
      negate: the numbers are bool, for which there is no negate
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { -t([2], .bool) },
    type("Abs", "abs", .bool) { $0.abs() },
    type("Sign", "sign", .bool) { $0.sign() },
    type("Square", "squared", .bool) { $0.squared() },
    type("SquareRoot", "squareRoot", .int32) { $0.squareRoot() },
    type("ReciprocalSquareRoot", "reciprocalSquareRoot", .int64) { $0.reciprocalSquareRoot() },
    type("Reciprocal", "reciprocal", .int64) { $0.reciprocal() },
    type("Exp", "exp", .int32) { $0.exp() },
    type("ExpM1", "expm1", .int32) { $0.expm1() },
    type("Log", "log", .uint8) { $0.log() },
    type("Log2", "log2", .uint8) { $0.log2() },
    type("Log10", "log10", .uint8) { $0.log10() },
    type("Log1P", "log1p", .uint8) { $0.log1p() },
    type("Sin", "sin", .int32) { $0.sin() },
    type("Cos", "cos", .int32) { $0.cos() },
    type("Tan", "tan", .int32) { $0.tan() },
    type("ASin", "asin", .int32) { $0.asin() },
    type("ACos", "acos", .int32) { $0.acos() },
    type("ATan", "atan", .int32) { $0.atan() },
    type("SinH", "sinh", .int32) { $0.sinh() },
    type("CosH", "cosh", .int32) { $0.cosh() },
    type("Erf", "erf", .int32) { $0.erf() },
    type("Floor", "floor", .int32) { $0.floor() },
    type("Ceil", "ceil", .int32) { $0.ceil() },
    type("Round", "rounded", .int32) { $0.rounded() },
    type("Truncate", "truncated", .int32) { $0.truncated() },
    type("Clip", "clipped", .bool) { $0.clipped(min: 0) },
    ShapeMistake(
      "Where",
      """
      where: the condition is float32, not bool
        shapes: (2, 3) and (2, 3) and (2, 3)
        hint: make a condition with a comparison such as x .> 0
      """
    ) { Tensor.where(t([2, 3]), t([2, 3]), t([2, 3])) },
    ShapeMistake(
      "Where",
      """
      where: the shapes do not broadcast: axis -1 has the length 3 on the left and 4 on the right
        shapes: (2, 3) and (2, 4)
      """
    ) { Tensor.where(t([2, 3], .bool), t([2, 4]), t([2, 4])) },
    type("ReLU", "relu", .int32) { $0.relu() },
    type("LeakyReLU", "leakyReLU", .int32) { $0.leakyReLU() },
    ShapeMistake(
      "PReLU",
      """
      prelu: there must be one slope, or one for each of the 1 channels of axis 1
        shapes: (2, 1, 4) and (3,)
      """
    ) { t([2, 1, 4]).prelu(t([3])) },
    ShapeMistake(
      "PReLU",
      """
      prelu: there must be one slope, as an input of 1 axes has no channels
        shapes: (3,) and (3,)
      """
    ) { t([3]).prelu(t([3])) },
    type("ELU", "elu", .int32) { $0.elu() },
    type("SELU", "selu", .int32) { $0.selu() },
    type("Sigmoid", "sigmoid", .int32) { $0.sigmoid() },
    type("LogSigmoid", "logSigmoid", .int32) { $0.logSigmoid() },
    type("Tanh", "tanh", .int32) { $0.tanh() },
    type("Softplus", "softplus", .int32) { $0.softplus() },
    type("GELU", "gelu", .int32) { $0.gelu() },
    type("TanhGELU", "gelu", .int32) { $0.gelu(approximation: .tanh) },
    type("SiLU", "silu", .int32) { $0.silu() },
    type("Mish", "mish", .int32) { $0.mish() },
    type("HardSigmoid", "hardSigmoid", .int32) { $0.hardSigmoid() },
    type("HardSwish", "hardSwish", .int32) { $0.hardSwish() },
    type("Step", "step", .int32) { $0.step() },
    ShapeMistake(
      "Softmax",
      """
      softmax: there is no axis -1 among 0 axes
        shapes: ()
        hint: a single number has no axes
      """
    ) { t([]).softmax() },
    ShapeMistake(
      "Softmax",
      """
      softmax: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).softmax(axis: 2) },
    ShapeMistake(
      "Softmax",
      """
      softmax: the numbers are int32, for which there is no softmax
        shapes: (2, 3)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2, 3], .int32).softmax() },
    ShapeMistake(
      "LogSoftmax",
      """
      logSoftmax: there is no axis -3 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).logSoftmax(axis: -3) },
  ]
}
