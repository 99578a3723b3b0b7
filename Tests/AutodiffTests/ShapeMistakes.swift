import BackpropArrays

@testable import BackpropAutodiff

/// A tensor of a shape and a type, and no numbers.
private func t(_ shape: Shape, _ type: ScalarType = .float32) -> Tensor {
  Tensor(shapeOnly: TensorType(shape, type))
}

enum ShapeMistakes {
  static let all: [ShapeMistake] =
    elementwise + reduction + movement + products + attention + recurrent + losses

  private static let elementwise: [ShapeMistake] = [
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
    ShapeMistake(
      "Abs",
      """
      abs: the numbers are bool, for which there is no abs
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .bool).abs() },
    ShapeMistake(
      "Sign",
      """
      sign: the numbers are bool, for which there is no sign
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .bool).sign() },
    ShapeMistake(
      "Square",
      """
      squared: the numbers are bool, for which there is no squared
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .bool).squared() },
    ShapeMistake(
      "SquareRoot",
      """
      squareRoot: the numbers are int32, for which there is no squareRoot
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).squareRoot() },
    ShapeMistake(
      "ReciprocalSquareRoot",
      """
      reciprocalSquareRoot: the numbers are int64, for which there is no reciprocalSquareRoot
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int64).reciprocalSquareRoot() },
    ShapeMistake(
      "Reciprocal",
      """
      reciprocal: the numbers are int64, for which there is no reciprocal
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int64).reciprocal() },
    ShapeMistake(
      "Exp",
      """
      exp: the numbers are int32, for which there is no exp
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).exp() },
    ShapeMistake(
      "ExpM1",
      """
      expm1: the numbers are int32, for which there is no expm1
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).expm1() },
    ShapeMistake(
      "Log",
      """
      log: the numbers are uint8, for which there is no log
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .uint8).log() },
    ShapeMistake(
      "Log2",
      """
      log2: the numbers are uint8, for which there is no log2
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .uint8).log2() },
    ShapeMistake(
      "Log10",
      """
      log10: the numbers are uint8, for which there is no log10
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .uint8).log10() },
    ShapeMistake(
      "Log1P",
      """
      log1p: the numbers are uint8, for which there is no log1p
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .uint8).log1p() },
    ShapeMistake(
      "Sin",
      """
      sin: the numbers are int32, for which there is no sin
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).sin() },
    ShapeMistake(
      "Cos",
      """
      cos: the numbers are int32, for which there is no cos
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).cos() },
    ShapeMistake(
      "Tan",
      """
      tan: the numbers are int32, for which there is no tan
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).tan() },
    ShapeMistake(
      "ASin",
      """
      asin: the numbers are int32, for which there is no asin
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).asin() },
    ShapeMistake(
      "ACos",
      """
      acos: the numbers are int32, for which there is no acos
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).acos() },
    ShapeMistake(
      "ATan",
      """
      atan: the numbers are int32, for which there is no atan
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).atan() },
    ShapeMistake(
      "SinH",
      """
      sinh: the numbers are int32, for which there is no sinh
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).sinh() },
    ShapeMistake(
      "CosH",
      """
      cosh: the numbers are int32, for which there is no cosh
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).cosh() },
    ShapeMistake(
      "Erf",
      """
      erf: the numbers are int32, for which there is no erf
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).erf() },
    ShapeMistake(
      "Floor",
      """
      floor: the numbers are int32, for which there is no floor
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).floor() },
    ShapeMistake(
      "Ceil",
      """
      ceil: the numbers are int32, for which there is no ceil
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).ceil() },
    ShapeMistake(
      "Round",
      """
      rounded: the numbers are int32, for which there is no rounded
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).rounded() },
    ShapeMistake(
      "Truncate",
      """
      truncated: the numbers are int32, for which there is no truncated
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).truncated() },
    ShapeMistake(
      "Clip",
      """
      clipped: the numbers are bool, for which there is no clipped
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .bool).clipped(min: 0) },
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
    ShapeMistake(
      "ReLU",
      """
      relu: the numbers are int32, for which there is no relu
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).relu() },
    ShapeMistake(
      "LeakyReLU",
      """
      leakyReLU: the numbers are int32, for which there is no leakyReLU
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).leakyReLU() },
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
    ShapeMistake(
      "ELU",
      """
      elu: the numbers are int32, for which there is no elu
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).elu() },
    ShapeMistake(
      "SELU",
      """
      selu: the numbers are int32, for which there is no selu
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).selu() },
    ShapeMistake(
      "Sigmoid",
      """
      sigmoid: the numbers are int32, for which there is no sigmoid
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).sigmoid() },
    ShapeMistake(
      "LogSigmoid",
      """
      logSigmoid: the numbers are int32, for which there is no logSigmoid
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).logSigmoid() },
    ShapeMistake(
      "Tanh",
      """
      tanh: the numbers are int32, for which there is no tanh
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).tanh() },
    ShapeMistake(
      "Softplus",
      """
      softplus: the numbers are int32, for which there is no softplus
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).softplus() },
    ShapeMistake(
      "GELU",
      """
      gelu: the numbers are int32, for which there is no gelu
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).gelu() },
    ShapeMistake(
      "TanhGELU",
      """
      gelu: the numbers are int32, for which there is no gelu
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).gelu(approximation: .tanh) },
    ShapeMistake(
      "SiLU",
      """
      silu: the numbers are int32, for which there is no silu
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).silu() },
    ShapeMistake(
      "Mish",
      """
      mish: the numbers are int32, for which there is no mish
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).mish() },
    ShapeMistake(
      "HardSigmoid",
      """
      hardSigmoid: the numbers are int32, for which there is no hardSigmoid
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).hardSigmoid() },
    ShapeMistake(
      "HardSwish",
      """
      hardSwish: the numbers are int32, for which there is no hardSwish
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).hardSwish() },
    ShapeMistake(
      "Step",
      """
      step: the numbers are int32, for which there is no step
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2], .int32).step() },
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
    ShapeMistake(
      "Equal",
      """
      equal: the shapes do not broadcast: axis -1 has the length 3 on the left and 4 on the right
        shapes: (3,) and (4,)
      """
    ) { t([3]) .== t([4]) },
    ShapeMistake(
      "NotEqual",
      """
      notEqual: the left side is float32 and the right side int32; types are never converted silently
        shapes: (3,) and (3,)
        hint: convert one side, with cast(to: .float32)
      """
    ) { t([3]) .!= t([3], .int32) },
    ShapeMistake(
      "Less",
      """
      less: the shapes do not broadcast: axis -1 has the length 3 on the left and 4 on the right
        shapes: (3,) and (4,)
      """
    ) { t([3]) .< t([4]) },
    ShapeMistake(
      "LessOrEqual",
      """
      lessOrEqual: the shapes do not broadcast: axis -1 has the length 3 on the left and 4 on the right
        shapes: (3,) and (4,)
      """
    ) { t([3]) .<= t([4]) },
    ShapeMistake(
      "Greater",
      """
      greater: the shapes do not broadcast: axis -1 has the length 3 on the left and 4 on the right
        shapes: (3,) and (4,)
      """
    ) { t([3]) .> t([4]) },
    ShapeMistake(
      "GreaterOrEqual",
      """
      greaterOrEqual: the shapes do not broadcast: axis -1 has the length 3 on the left and 4 on the right
        shapes: (3,) and (4,)
      """
    ) { t([3]) .>= t([4]) },
    ShapeMistake(
      "IsNaN",
      """
      bitwiseAnd: the shapes do not broadcast: axis -1 has the length 4 on the left and 3 on the right
        shapes: (3, 4) and (3,)
        hint: for one number a row, reshape the right side to (3, 1)
      """
    ) { t([3, 4]).isNaN() .& t([3], .bool) },
    ShapeMistake(
      "BitwiseAnd",
      """
      bitwiseAnd: the numbers are float32, for which there is no bitwiseAnd
        shapes: (3,) and (3,)
        hint: convert first, with cast(to: .int32)
      """
    ) { t([3]) & t([3]) },
    ShapeMistake(
      "BitwiseAnd",
      """
      bitwiseAnd: the shapes do not broadcast: axis -1 has the length 3 on the left and 4 on the right
        shapes: (3,) and (4,)
      """
    ) { t([3], .bool) & t([4], .bool) },
    ShapeMistake(
      "BitwiseOr",
      """
      bitwiseOr: the numbers are float32, for which there is no bitwiseOr
        shapes: (3,) and (3,)
        hint: convert first, with cast(to: .int32)
      """
    ) { t([3]) | t([3]) },
    ShapeMistake(
      "BitwiseXor",
      """
      bitwiseXor: the numbers are float32, for which there is no bitwiseXor
        shapes: (3,) and (3,)
        hint: convert first, with cast(to: .int32)
      """
    ) { t([3]) ^ t([3]) },
    ShapeMistake(
      "ShiftLeft",
      """
      shiftLeft: the numbers are float32, for which there is no shiftLeft
        shapes: (3,) and (3,)
        hint: convert first, with cast(to: .int32)
      """
    ) { t([3]) << t([3]) },
    ShapeMistake(
      "ShiftRight",
      """
      shiftRight: the numbers are bool, for which there is no shiftRight
        shapes: (3,) and (3,)
        hint: convert first, with cast(to: .int32)
      """
    ) { t([3], .bool) >> t([3], .bool) },
    ShapeMistake(
      "BitwiseNot",
      """
      bitwiseNot: the numbers are float32, for which there is no bitwiseNot
        shapes: (3,)
        hint: convert first, with cast(to: .int32)
      """
    ) { ~t([3]) },
  ]

  private static let reduction: [ShapeMistake] = [
    ShapeMistake(
      "Sum",
      """
      sum: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).sum(axis: 2) },
    ShapeMistake(
      "Sum",
      """
      sum: the axes [1, -1] name axis 1 twice
        shapes: (2, 3)
        hint: name each axis once; negative axes count from the last
      """
    ) { t([2, 3]).sum(axes: [1, -1]) },
    ShapeMistake(
      "Mean",
      """
      mean: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).mean(axis: 2) },
    ShapeMistake(
      "Mean",
      """
      mean: the numbers are int32, and must be float32 or float64
        shapes: (2, 3)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2, 3], .int32).mean() },
    ShapeMistake(
      "Product",
      """
      product: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).product(axis: 2) },
    ShapeMistake(
      "Max",
      """
      max: an empty array has no max
        shapes: (2, 0)
      """
    ) { t([2, 0]).max(axis: 1) },
    ShapeMistake(
      "Max",
      """
      max: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).max(axis: 2) },
    ShapeMistake(
      "Min",
      """
      min: an empty array has no min
        shapes: (2, 0)
      """
    ) { t([2, 0]).min(axis: 1) },
    ShapeMistake(
      "Variance",
      """
      variance: the numbers are int64, and must be float32 or float64
        shapes: (2, 3)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2, 3], .int64).variance() },
    ShapeMistake(
      "Variance",
      """
      variance: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).variance(axis: 2) },
    ShapeMistake(
      "standardDeviation",
      """
      standardDeviation: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).standardDeviation(axis: 2) },
    ShapeMistake(
      "Norm",
      """
      norm: the numbers are int64, and must be float32 or float64
        shapes: (2, 3)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2, 3], .int64).norm() },
    ShapeMistake(
      "Norm",
      """
      norm: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).norm(axis: 2) },
    ShapeMistake(
      "LogSumExp",
      """
      logSumExp: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).logSumExp(axis: 2) },
    ShapeMistake(
      "AllTrue",
      """
      all: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).all(axis: 2) },
    ShapeMistake(
      "AnyTrue",
      """
      any: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).any(axis: 2) },
    ShapeMistake(
      "CountNonzero",
      """
      countNonzero: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).countNonzero(axis: 2) },
    ShapeMistake(
      "ArgMax",
      """
      argmax: an empty array has no argmax
        shapes: (2, 0)
      """
    ) { t([2, 0]).argmax(axis: 1) },
    ShapeMistake(
      "ArgMax",
      """
      argmax: there is no axis -3 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).argmax(axis: -3) },
    ShapeMistake(
      "ArgMin",
      """
      argmin: an empty array has no argmin
        shapes: (0,)
      """
    ) { t([0]).argmin() },
    ShapeMistake(
      "CumulativeSum",
      """
      cumulativeSum: there is no axis 1 among 1 axes
        shapes: (2,)
        hint: the only axis is 0, or -1 from the last
      """
    ) { t([2]).cumulativeSum(axis: 1) },
    ShapeMistake(
      "CumulativeProduct",
      """
      cumulativeProduct: there is no axis 1 among 1 axes
        shapes: (2,)
        hint: the only axis is 0, or -1 from the last
      """
    ) { t([2]).cumulativeProduct(axis: 1) },
    ShapeMistake(
      "CumulativeMax",
      """
      cumulativeMax: there is no axis 1 among 1 axes
        shapes: (2,)
        hint: the only axis is 0, or -1 from the last
      """
    ) { t([2]).cumulativeMax(axis: 1) },
    ShapeMistake(
      "CumulativeMin",
      """
      cumulativeMin: there is no axis 1 among 1 axes
        shapes: (2,)
        hint: the only axis is 0, or -1 from the last
      """
    ) { t([2]).cumulativeMin(axis: 1) },
    ShapeMistake(
      "ArgSort",
      """
      argsort: there is no axis 1 among 1 axes
        shapes: (2,)
        hint: the only axis is 0, or -1 from the last
      """
    ) { t([2]).argsort(axis: 1) },
    ShapeMistake(
      "sorted",
      """
      sorted: there is no axis 1 among 1 axes
        shapes: (2,)
        hint: the only axis is 0, or -1 from the last
      """
    ) { t([2]).sorted(axis: 1) },
    ShapeMistake(
      "topK",
      """
      topK: asked for 4 of the 3 elements along axis -1
        shapes: (2, 3)
        hint: k is from 0 to 3
      """
    ) { t([2, 3]).topK(4).values },
    ShapeMistake(
      "topK",
      """
      topK: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).topK(1, axis: 2).values },
    ShapeMistake(
      "SearchSorted",
      """
      searchSorted: what is searched is a vector of rising numbers
        shapes: (2, 3) and (2,)
      """
    ) { t([2, 3]).searchSorted(t([2])) },
    ShapeMistake(
      "quantile",
      """
      quantile: the quantile 90.0 of 6 elements
        shapes: (6,)
        hint: a quantile is from 0 to 1, 0.5 the median
      """
    ) { t([2, 3]).quantile(90) },
    ShapeMistake(
      "quantile",
      """
      quantile: the numbers are int32, and must be float32 or float64
        shapes: (6,)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2, 3], .int32).quantile(0.5) },
    ShapeMistake(
      "quantile",
      """
      quantile: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).quantile(0.5, axis: 2) },
  ]

  private static let movement: [ShapeMistake] = [
    ShapeMistake(
      "Reshape",
      """
      reshape: the array holds 6 elements and the new shape 8
        shapes: (2, 3) and (4, 2)
        hint: write -1 for the length that should be worked out
      """
    ) { t([2, 3]).reshaped(to: [4, 2]) },
    ShapeMistake(
      "Reshape",
      """
      reshape: 6 elements do not divide evenly into [-1, 4]
        shapes: (2, 3)
      """
    ) { t([2, 3]).reshaped(to: [-1, 4]) },
    ShapeMistake(
      "Reshape",
      """
      reshape: [-1, -1] is no shape: one length at most may be -1
        shapes: (2, 3)
      """
    ) { t([2, 3]).reshaped(to: [-1, -1]) },
    ShapeMistake(
      "Reshape",
      """
      reshape: there is no axis 3 to flatten from
        shapes: (2, 3)
      """
    ) { t([2, 3]).flattened(from: 3) },
    ShapeMistake(
      "Transpose",
      """
      transpose: [0, 0] does not name each of the 2 axes once
        shapes: (2, 3)
      """
    ) { t([2, 3]).transposed([0, 0]) },
    ShapeMistake(
      "Transpose",
      """
      transpose: [1, 0] does not name each of the 3 axes once
        shapes: (2, 3, 4)
      """
    ) { t([2, 3, 4]).transposed([1, 0]) },
    ShapeMistake(
      "swappingAxes",
      """
      swappingAxes: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).swappingAxes(0, 2) },
    ShapeMistake(
      "movingAxis",
      """
      movingAxis: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).movingAxis(2, to: 0) },
    ShapeMistake(
      "Squeeze",
      """
      squeeze: axis 0 has the length 2, not 1
        shapes: (2, 1)
      """
    ) { t([2, 1]).squeezed(axis: 0) },
    ShapeMistake(
      "Squeeze",
      """
      squeeze: there is no axis 2 among 2 axes
        shapes: (2, 1)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 1]).squeezed(axis: 2) },
    ShapeMistake(
      "ExpandingDimension",
      """
      expandingDimension: there is no place 4 for an axis
        shapes: (2, 3)
      """
    ) { t([2, 3]).expandingDimension(at: 4) },
    ShapeMistake(
      "BroadcastTo",
      """
      broadcast: the shapes do not broadcast: axis -1 has the length 3 on the left and 4 on the right
        shapes: (2, 3) and (2, 4)
      """
    ) { t([2, 3]).broadcast(to: [2, 4]) },
    ShapeMistake(
      "BroadcastTo",
      """
      broadcast: the shapes broadcast to (2, 3), which is not the shape wanted here
        shapes: (2, 3) and (3,)
      """
    ) { t([2, 3]).broadcast(to: [3]) },
    ShapeMistake(
      "broadcast",
      """
      broadcast: the shapes do not broadcast: axis -1 has the length 3 on the left and 4 on the right
        shapes: (2, 3) and (2, 4)
      """
    ) { Tensor.broadcast([t([2, 3]), t([2, 4])])[0] },
    ShapeMistake(
      "Concatenate",
      """
      concatenate: the tensors differ along an axis other than 0
        shapes: (2, 3) and (2, 4)
      """
    ) { Tensor.concatenate([t([2, 3]), t([2, 4])]) },
    ShapeMistake(
      "Concatenate",
      """
      concatenate: there is no axis 2 among 2 axes
        shapes: (2, 3) and (2, 3)
      """
    ) { Tensor.concatenate([t([2, 3]), t([2, 3])], axis: 2) },
    ShapeMistake(
      "Concatenate",
      """
      concatenate: the tensors differ in the number of axes
        shapes: (2, 3) and (2,)
        hint: tensors of one shape are put along a new axis by stack
      """
    ) { Tensor.concatenate([t([2, 3]), t([2])]) },
    ShapeMistake(
      "Concatenate",
      """
      concatenate: the first is float32 and number 2 is int32
        shapes: (2, 3) and (2, 3)
        hint: convert one, with cast(to: .float32)
      """
    ) { Tensor.concatenate([t([2, 3]), t([2, 3], .int32)]) },
    ShapeMistake(
      "Stack",
      """
      stack: the shapes differ
        shapes: (2, 3) and (2, 4)
        hint: tensors of different lengths are joined along an existing axis by concatenate
      """
    ) { Tensor.stack([t([2, 3]), t([2, 4])]) },
    ShapeMistake(
      "Stack",
      """
      stack: there is no place 4 for an axis
        shapes: (2, 3) and (2, 3)
      """
    ) { Tensor.stack([t([2, 3]), t([2, 3])], axis: 4) },
    ShapeMistake(
      "flipped",
      """
      flipped: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).flipped(axis: 2) },
    ShapeMistake(
      "rolled",
      """
      rolled: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).rolled(1, axis: 2) },
    ShapeMistake(
      "rolled",
      """
      rolled: shifts [1, 2] for axes [0]; there must be one for each
        shapes: (2, 3)
      """
    ) { t([2, 3]).rolled([1, 2], axes: [0]) },
    ShapeMistake(
      "padded",
      """
      padded: widths (1, 1) for 2 axes
        shapes: (2, 3)
        hint: give a pair of widths for each axis, (0, 0) for none
      """
    ) { t([2, 3]).padded([(1, 1)]) },
    ShapeMistake(
      "padded",
      """
      padded: axis 1 has no element that could be repeated
        shapes: (2, 0)
      """
    ) { t([2, 0]).padded([(0, 0), (1, 1)], mode: .reflect) },
    ShapeMistake(
      "tiled",
      """
      tiled: [2, -1] are no repetitions along at most 8 axes
        shapes: (2, 3)
      """
    ) { t([2, 3]).tiled([2, -1]) },
    ShapeMistake(
      "repeated",
      """
      repeated: there is no axis 2 among 2 axes
        shapes: (2, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([2, 3]).repeated(2, axis: 2) },
    ShapeMistake(
      "repeated",
      """
      repeated: the counts [1, 2] for the 3 positions of axis 1
        shapes: (2, 3)
        hint: a single count holds for all positions
      """
    ) { t([2, 3]).repeated([1, 2], axis: 1) },
    ShapeMistake(
      "Diagonal",
      """
      diagonal: axes -2 and -1 are no two different ones of 1 axes
        shapes: (3,)
        hint: a vector is put on a diagonal by diagonalMatrix
      """
    ) { t([3]).diagonal() },
    ShapeMistake(
      "Diagonal",
      """
      diagonal: axes 0 and -2 are no two different ones of 2 axes
        shapes: (2, 3)
      """
    ) { t([2, 3]).diagonal(rows: 0, columns: -2) },
    ShapeMistake(
      "diagonalMatrix",
      """
      diagonalMatrix: the diagonals come from 1 to 7 axes, and there are 0
        shapes: ()
      """
    ) { t([]).diagonalMatrix() },
    ShapeMistake(
      "triangles",
      """
      lowerTriangle: a triangle is that of a matrix, and there are 1 axes
        shapes: (3,)
      """
    ) { t([3]).lowerTriangle() },
    ShapeMistake(
      "meshgrid",
      """
      meshgrid: a mesh is made of at most 8 vectors, tensors of one axis
        shapes: (2,) and (2, 3)
        hint: flatten what has more, with flattened()
      """
    ) { Tensor.meshgrid([t([2]), t([2, 3])])[0] },
    ShapeMistake(
      "SliceView",
      """
      index: position 2 of axis 0, whose length is 2
        shapes: (2, 3)
        hint: positions are 0 to 1, or -2 to -1 from the end
      """
    ) { t([2, 3])[2] },
    ShapeMistake(
      "SliceView",
      """
      index: 3 indices for 2 axes
        shapes: (2, 3)
        hint: an axis that is not there yet is made by .newAxis
      """
    ) { t([2, 3])[0, 1, 2] },
    ShapeMistake(
      "Gather",
      """
      index: the positions are float32 and not whole numbers
        shapes: (4, 3) and (2,)
        hint: convert them, with cast(to: .int64)
      """
    ) { t([4, 3]).gather(rows: t([2])) },
    ShapeMistake(
      "Gather",
      """
      gather: there is no axis 2 among 2 axes
        shapes: (4, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([4, 3]).gather(t([2], .int64), axis: 2) },
    ShapeMistake(
      "Gather",
      """
      gatherAlong: the positions have another number of axes
        shapes: (4, 3) and (4,)
        hint: positions along axis 1 have a length for each other axis too; gather(_:axis:) takes any shape
      """
    ) { t([4, 3]).gatherAlong(t([4], .int64), axis: 1) },
    ShapeMistake(
      "Gather",
      """
      index: a mask of shape (3,) for axes from 0 on, whose shape is (4,)
        shapes: (4, 3) and (3,)
        hint: a mask has the lengths of the axes that it stands for
      """
    ) { t([4, 3])[t([3], .bool)] },
    ShapeMistake(
      "Scatter",
      """
      assignment: the shapes do not broadcast: axis -1 has the length 3 on the left and 4 on the right
        shapes: (3,) and (4,)
      """
    ) { t([4, 3]).scatter(t([4]), at: 0) },
    ShapeMistake(
      "Scatter",
      """
      assignment: the array is float32 and the new elements int32
        shapes: (3,) and (3,)
        hint: convert them, with cast(to: .float32)
      """
    ) { t([4, 3]).scatter(t([3], .int32), at: 0) },
    ShapeMistake(
      "ScatterAdd",
      """
      assignment: the shapes do not broadcast: axis -1 has the length 3 on the left and 4 on the right
        shapes: (2, 3) and (2, 4)
      """
    ) { t([4, 3]).scatterAdd(t([2, 4]), at: [0, 1]) },
    ShapeMistake(
      "OneHot",
      """
      oneHot: labels are whole numbers, not float32
        shapes: (3,)
        hint: convert them, with cast(to: .int32)
      """
    ) { t([3]).oneHot(classes: 4) },
  ]

  private static let products: [ShapeMistake] = [
    ShapeMistake(
      "MatMul",
      """
      matmul: the left side has rows of 3 and the right side columns of 4; they must agree
        shapes: (2, 3) and (4, 3)
        hint: did you mean to transpose the right side?
      """
    ) { t([2, 3]).matmul(t([4, 3])) },
    ShapeMistake(
      "MatMul",
      """
      matmul: the left side has rows of 2 and the right side columns of 3; they must agree
        shapes: (3, 2) and (3, 4)
        hint: did you mean to transpose the left side?
      """
    ) { t([3, 2]).matmul(t([3, 4])) },
    ShapeMistake(
      "MatMul",
      """
      matmul: a single number has no rows or columns
        shapes: () and (3,)
        hint: multiply by a number with *
      """
    ) { t([]).matmul(t([3])) },
    ShapeMistake(
      "MatMul",
      """
      matmul (batches): the shapes do not broadcast: axis -1 has the length 2 on the left and 5 on the right
        shapes: (2,) and (5,)
      """
    ) { t([2, 4, 3]).matmul(t([5, 3, 2])) },
    ShapeMistake(
      "MatMul",
      """
      matmul: the numbers are uint8, for which there is no matmul
        shapes: (2, 2) and (2, 2)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([2, 2], .uint8).matmul(t([2, 2], .uint8)) },
    ShapeMistake(
      "MatMul",
      """
      matmul: the left side is float32 and the right side float64
        shapes: (2, 3) and (3, 2)
        hint: convert one side, with cast(to: .float32)
      """
    ) { t([2, 3]).matmul(t([3, 2], .float64)) },
    ShapeMistake(
      "Affine",
      """
      affine: the input has rows of 28 numbers, and the weight takes rows of 784
        shapes: (32, 1, 28, 28) and (784, 10)
        hint: flatten each example to one row of 784
      """
    ) { t([32, 1, 28, 28]).affine(t([784, 10])) },
    ShapeMistake(
      "Affine",
      """
      affine: the input has rows of 10 numbers, and the weight takes rows of 784
        shapes: (32, 10) and (784, 10)
        hint: a weight of shape (10, 10) takes these rows
      """
    ) { t([32, 10]).affine(t([784, 10])) },
    ShapeMistake(
      "Affine",
      """
      affine: the input has rows of 784 numbers, and the weight takes rows of 10
        shapes: (32, 784) and (10, 784)
        hint: the weight is (inputs, outputs), and PyTorch's the other way round: transpose it
      """
    ) { t([32, 784]).affine(t([10, 784])) },
    ShapeMistake(
      "Affine",
      """
      affine: the bias must be float32 of shape (10,), one number an output
        shapes: (32, 784) and (784, 10) and (784,)
      """
    ) { t([32, 784]).affine(t([784, 10]), t([784])) },
    ShapeMistake(
      "Affine",
      """
      affine: the weight must be a matrix of shape (inputs, outputs)
        shapes: (32, 784) and (784,)
      """
    ) { t([32, 784]).affine(t([784])) },
    ShapeMistake(
      "einsum",
      """
      einsum: "ij,jk->ik": j has the length 3 in one place and 4 in another
        shapes: (2, 3) and (4, 2)
      """
    ) { Tensor.einsum("ij,jk->ik", t([2, 3]), t([4, 2])) },
    ShapeMistake(
      "einsum",
      """
      einsum: "ij->ik": the result has a letter twice, or one that no tensor has
        shapes: (2, 3)
      """
    ) { Tensor.einsum("ij->ik", t([2, 3])) },
    ShapeMistake(
      "einsum",
      """
      einsum: "ijk->i": the term "ijk" names 3 axes of a tensor that has 2
        shapes: (2, 3)
      """
    ) { Tensor.einsum("ijk->i", t([2, 3])) },
    ShapeMistake(
      "einsum",
      """
      einsum: "ij,jk": 2 terms for 1 tensors
        shapes: (2, 3)
      """
    ) { Tensor.einsum("ij,jk", t([2, 3])) },
    ShapeMistake(
      "outer",
      """
      multiply: the left side is float32 and the right side int32; types are never converted silently
        shapes: (2, 1) and (3,)
        hint: convert one side, with cast(to: .float32)
      """
    ) { t([2]).outer(t([3], .int32)) },
    ShapeMistake(
      "trace",
      """
      trace: a trace is that of a matrix, and there are 1 axes
        shapes: (3,)
      """
    ) { t([3]).trace() },
    ShapeMistake(
      "Convolution",
      """
      conv2D: the input has 28 channels, and the weight takes 3
        shapes: (8, 28, 28, 3) and (16, 3, 3, 3)
        hint: channels come in front of what the kernel slides along: transposed([0, 3, 1, 2])
      """
    ) { t([8, 28, 28, 3]).conv2D(t([16, 3, 3, 3])) },
    ShapeMistake(
      "Convolution",
      """
      conv2D: the input has 2 axes, and not (batch, channels, height, width)
        shapes: (28, 28) and (16, 3, 3, 3)
        hint: reshape the rows, as with reshaped(to: [-1, 1, 28, 28])
      """
    ) { t([28, 28]).conv2D(t([16, 3, 3, 3])) },
    ShapeMistake(
      "Convolution",
      """
      conv2D: the input has 3 axes, and not (batch, channels, height, width)
        shapes: (3, 28, 28) and (16, 3, 3, 3)
        hint: for a batch of one, expandingDimension(at: 0)
      """
    ) { t([3, 28, 28]).conv2D(t([16, 3, 3, 3])) },
    ShapeMistake(
      "Convolution",
      """
      conv2D: the input has 4 channels, and the weight takes 3
        shapes: (8, 4, 28, 28) and (16, 3, 3, 3)
      """
    ) { t([8, 4, 28, 28]).conv2D(t([16, 3, 3, 3])) },
    ShapeMistake(
      "Convolution",
      """
      conv2D: a kernel that reaches over 3 positions does not fit on a length of 2 with 0 and 0 of padding
        shapes: (8, 3, 2, 2) and (16, 3, 3, 3)
        hint: pad the input, or shorten it less on the way here
      """
    ) { t([8, 3, 2, 2]).conv2D(t([16, 3, 3, 3])) },
    ShapeMistake(
      "Convolution",
      """
      conv2D: the bias must have the shape (16,), one number for each channel of the result
        shapes: (8, 3, 28, 28) and (16, 3, 3, 3) and (3,)
      """
    ) { t([8, 3, 28, 28]).conv2D(t([16, 3, 3, 3]), t([3])) },
    ShapeMistake(
      "Convolution",
      """
      conv2D: the first axis of the weight, 16, does not divide into 3 groups
        shapes: (8, 3, 28, 28) and (16, 3, 3, 3)
      """
    ) { t([8, 3, 28, 28]).conv2D(t([16, 3, 3, 3]), groups: 3) },
    ShapeMistake(
      "Convolution",
      """
      conv2D: the padding is same, and the stride 2
        shapes: (8, 3, 28, 28) and (16, 3, 3, 3)
        hint: with a stride, say how many zeros there are: padding: 1
      """
    ) { t([8, 3, 28, 28]).conv2D(t([16, 3, 3, 3]), stride: 2, padding: .same) },
    ShapeMistake(
      "Convolution",
      """
      conv2D: the stride is 1x1x1, and there are 2 axes to slide along
        shapes: (8, 3, 28, 28) and (16, 3, 3, 3)
        hint: give one number for all axes or one each
      """
    ) { t([8, 3, 28, 28]).conv2D(t([16, 3, 3, 3]), stride: [1, 1, 1]) },
    ShapeMistake(
      "Convolution",
      """
      conv2D: the stride is 0, and is at least 1 along every axis
        shapes: (8, 3, 28, 28) and (16, 3, 3, 3)
      """
    ) { t([8, 3, 28, 28]).conv2D(t([16, 3, 3, 3]), stride: 0) },
    ShapeMistake(
      "Convolution",
      """
      conv2D: the weight must have two axes of channels and 2 of the kernel, none of these empty
        shapes: (8, 3, 28, 28) and (16, 3, 3)
      """
    ) { t([8, 3, 28, 28]).conv2D(t([16, 3, 3])) },
    ShapeMistake(
      "ConvTranspose",
      """
      convTranspose2D: the input has 3 channels, and the weight takes 16
        shapes: (8, 3, 7, 7) and (16, 3, 3, 3)
        hint: the weight of a transposed convolution is (channels, filters, …), and not the other way round
      """
    ) { t([8, 3, 7, 7]).convTranspose2D(t([16, 3, 3, 3])) },
    ShapeMistake(
      "ConvTranspose",
      """
      convTranspose2D: the input has 4 channels, and the weight takes 3
        shapes: (8, 4, 7, 7) and (3, 16, 3, 3)
      """
    ) { t([8, 4, 7, 7]).convTranspose2D(t([3, 16, 3, 3])) },
    ShapeMistake(
      "ConvTranspose",
      """
      convTranspose2D: the output padding is 1, and must be below the stride, 1, or the dilation, 1
        shapes: (8, 3, 7, 7) and (3, 16, 3, 3)
      """
    ) { t([8, 3, 7, 7]).convTranspose2D(t([3, 16, 3, 3]), outputPadding: 1) },
    ShapeMistake(
      "MaxPool",
      """
      maxPool2D: a window that reaches over 2 positions does not fit on a length of 1 with 0 of padding on both sides
        shapes: (8, 3, 1, 1)
        hint: pool with a smaller window, or shorten the input less on the way here
      """
    ) { t([8, 3, 1, 1]).maxPool2D(2) },
    ShapeMistake(
      "MaxPoolPositions",
      """
      maxPool2DPositions: the padding is 2, and at most half the kernel, 2
        shapes: (8, 3, 28, 28)
      """
    ) { t([8, 3, 28, 28]).maxPool2DWithPositions(2, padding: 2).positions },
    ShapeMistake(
      "MaxPool",
      """
      maxPool2D: the input has 3 axes, and not (batch, channels, height, width)
        shapes: (3, 28, 28)
        hint: for a batch of one, expandingDimension(at: 0)
      """
    ) { t([3, 28, 28]).maxPool2D(2) },
    ShapeMistake(
      "MaxPool",
      """
      maxPool2D: the padding is 2, and at most half the kernel, 2
        shapes: (8, 3, 28, 28)
      """
    ) { t([8, 3, 28, 28]).maxPool2D(2, padding: 2) },
    ShapeMistake(
      "MaxPool",
      """
      maxPool1D: the input has 4 axes, and not (batch, channels, length)
        shapes: (8, 3, 28, 28)
        hint: for pictures, take the pooling of two axes
      """
    ) { t([8, 3, 28, 28]).maxPool1D(2) },
    ShapeMistake(
      "AveragePool",
      """
      averagePool1D: a window that reaches over 2 positions does not fit on a length of 1 with 0 of padding on both sides
        shapes: (8, 3, 1)
        hint: pool with a smaller window, or shorten the input less on the way here
      """
    ) { t([8, 3, 1]).averagePool1D(2) },
    ShapeMistake(
      "AveragePool",
      """
      averagePool2D: the numbers are int32, and must be float32 or float64
        shapes: (8, 3, 28, 28)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([8, 3, 28, 28], .int32).averagePool2D(2) },
    ShapeMistake(
      "AveragePool",
      """
      adaptiveAveragePool2D: there is nothing to pool along an axis of length 0
        shapes: (8, 3, 0, 4)
      """
    ) { t([8, 3, 0, 4]).adaptiveAveragePool2D(to: 2) },
    ShapeMistake(
      "Interpolate",
      """
      interpolate: the factors are [2.0, 2.0]; give one above 0 for all axes or one for each of 1
        shapes: (3, 28, 28)
      """
    ) { t([3, 28, 28]).interpolated(by: [2, 2]) },
    ShapeMistake(
      "Interpolate",
      """
      interpolate: the result is 0, and is at least 1 along every axis
        shapes: (1, 3, 28, 28)
      """
    ) { t([1, 3, 28, 28]).interpolated(to: 0) },
    ShapeMistake(
      "Interpolate",
      """
      interpolate: the numbers are int32, and must be float32 or float64
        shapes: (1, 3, 28, 28)
        hint: convert first, with cast(to: .float32)
      """
    ) { t([1, 3, 28, 28], .int32).interpolated(by: 2) },
  ]

  private static let losses: [ShapeMistake] = [
    ShapeMistake(
      "SquaredError",
      """
      squaredError: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32, 1) and (32,)
        hint: reshape one of them to the other's shape
      """
    ) { meanSquaredError(predictions: t([32, 1]), targets: t([32])) },
    ShapeMistake(
      "AbsoluteError",
      """
      absoluteError: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32, 10) and (10,)
      """
    ) { meanAbsoluteError(predictions: t([32, 10]), targets: t([10])) },
    ShapeMistake(
      "HuberLoss",
      """
      huberLoss: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32, 1) and (32,)
        hint: reshape one of them to the other's shape
      """
    ) { huberLoss(predictions: t([32, 1]), targets: t([32])) },
    ShapeMistake(
      "HingeLoss",
      """
      hingeLoss: predictions (float32) and targets (int32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32,) and (32,)
        hint: convert what has another type, with cast(to: .float32)
      """
    ) { hingeLoss(predictions: t([32]), targets: t([32], .int32)) },
    ShapeMistake(
      "BinaryCrossEntropy",
      """
      binaryCrossEntropy: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32, 1) and (32,)
        hint: reshape one of them to the other's shape
      """
    ) { binaryCrossEntropy(logits: t([32, 1]), targets: t([32])) },
    ShapeMistake(
      "BinaryCrossEntropy",
      """
      binaryCrossEntropy: weights must broadcast to the shape (32,) of the losses
        shapes: (32,) and (10,)
      """
    ) { binaryCrossEntropy(logits: t([32]), targets: t([32]), weights: t([10])) },
    ShapeMistake(
      "WeightedBinaryCrossEntropy",
      """
      binaryCrossEntropy: weights must be float32 and broadcast to the shape (32, 5) of the losses
        shapes: (32, 5) and (32, 5) and (32,)
      """
    ) { binaryCrossEntropy(logits: t([32, 5]), targets: t([32, 5]), positiveWeights: t([32])) },
    ShapeMistake(
      "KLDivergence",
      """
      klDivergence: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32, 10) and (32,)
      """
    ) { klDivergence(logProbabilities: t([32, 10]), targets: t([32])) },
    ShapeMistake(
      "LogKLDivergence",
      """
      klDivergence: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32, 10) and (32,)
      """
    ) { klDivergence(logProbabilities: t([32, 10]), logTargets: t([32])) },
    ShapeMistake(
      "PoissonLoss",
      """
      poissonNegativeLogLikelihood: predictions (float32) and targets (int32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32,) and (32,)
        hint: convert what has another type, with cast(to: .float32)
      """
    ) { poissonNegativeLogLikelihood(rates: t([32]), targets: t([32], .int32)) },
    ShapeMistake(
      "LogPoissonLoss",
      """
      poissonNegativeLogLikelihood: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32,) and (31,)
      """
    ) { poissonNegativeLogLikelihood(logRates: t([32]), targets: t([31])) },
    ShapeMistake(
      "CrossEntropy",
      """
      crossEntropy: there must be one label a row: whole numbers of shape (32,)
        shapes: (32, 10) and (32, 1)
        hint: reshape the labels to [-1]
      """
    ) { crossEntropy(logits: t([32, 10]), targets: t([32, 1], .int32)) },
    ShapeMistake(
      "CrossEntropy",
      """
      crossEntropy: there must be one label a row: whole numbers of shape (32,)
        shapes: (32, 10) and (31,)
      """
    ) { crossEntropy(logits: t([32, 10]), targets: t([31], .int32)) },
    ShapeMistake(
      "CrossEntropy",
      """
      crossEntropy: targets that are probabilities must have the shape of the logits, (…, classes), and their type, float32
        shapes: (32, 10) and (32,)
        hint: labels are whole numbers of shape (n); convert them with cast(to: .int32)
      """
    ) { crossEntropy(logits: t([32, 10]), targets: t([32])) },
    ShapeMistake(
      "CrossEntropy",
      """
      crossEntropy: logits are numbers of shape (…, classes)
        shapes: (10,) and ()
        hint: for a batch of one, expandingDimension(at: 0)
      """
    ) { crossEntropy(logits: t([10]), targets: t([], .int32)) },
    ShapeMistake(
      "CrossEntropy",
      """
      crossEntropy: logits are floating-point numbers of shape (n, classes), and these are int32
        shapes: (32, 10) and (32,)
      """
    ) { crossEntropy(logits: t([32, 10], .int32), targets: t([32], .int32)) },
    ShapeMistake(
      "WeightedCrossEntropy",
      """
      crossEntropy: class weights must be float32 of shape (10,), one for each class, and are float32
        shapes: (32, 10) and (9,)
      """
    ) { crossEntropy(logits: t([32, 10]), targets: t([32], .int32), classWeights: t([9])) },
    ShapeMistake(
      "WeightedCrossEntropy",
      """
      crossEntropy: there must be one label for each row of 10 classes: whole numbers of shape (32,), or probabilities of the shape of the logits
        shapes: (32, 10) and (32, 10)
        hint: one-hot rows are probabilities: convert them, with cast(to: .float32)
      """
    ) { crossEntropy(logits: t([32, 10]), targets: t([32, 10], .int32), labelSmoothing: 0.1) },
    ShapeMistake(
      "NegativeLogLikelihood",
      """
      negativeLogLikelihood: there must be one label for each row of 10 classes: whole numbers of shape (32,)
        shapes: (32, 10) and (10,)
      """
    ) { negativeLogLikelihood(logProbabilities: t([32, 10]), targets: t([10], .int32)) },
    ShapeMistake(
      "smoothL1Loss",
      """
      smoothL1Loss: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32, 1) and (32,)
        hint: reshape one of them to the other's shape
      """
    ) { smoothL1Loss(predictions: t([32, 1]), targets: t([32])) },
    ShapeMistake(
      "marginRankingLoss",
      """
      marginRankingLoss: all must have the same shape; a loss never broadcasts
        shapes: (32,) and (31,) and (32,)
      """
    ) { marginRankingLoss(t([32]), t([31]), targets: t([32])) },
    ShapeMistake(
      "hingeEmbeddingLoss",
      """
      hingeEmbeddingLoss: all must have the same shape; a loss never broadcasts
        shapes: (32, 1) and (32,)
        hint: reshape them to one shape
      """
    ) { hingeEmbeddingLoss(distances: t([32, 1]), targets: t([32])) },
    ShapeMistake(
      "cosineEmbeddingLoss",
      """
      cosineEmbeddingLoss: two of one shape, whose vectors lie along the last axis, and a target for each pair
        shapes: (32, 8) and (32, 8) and (32, 8)
      """
    ) { cosineEmbeddingLoss(t([32, 8]), t([32, 8]), targets: t([32, 8])) },
    ShapeMistake(
      "tripletMarginLoss",
      """
      tripletMarginLoss: all must have the same shape; a loss never broadcasts
        shapes: (32, 8) and (32, 8) and (32, 7)
      """
    ) { tripletMarginLoss(anchors: t([32, 8]), positives: t([32, 8]), negatives: t([32, 7])) },
    ShapeMistake(
      "multiclassHingeLoss",
      """
      multiclassHingeLoss: there must be one label for each row of 10 classes: whole numbers of shape (32,)
        shapes: (32, 10) and (10,)
      """
    ) { multiclassHingeLoss(logits: t([32, 10]), targets: t([10], .int32)) },
    ShapeMistake(
      "split",
      """
      split: the length 10 of axis 0 does not divide evenly into 3 parts
        shapes: (10, 3)
        hint: parts of different lengths are named by split(lengths:axis:)
      """
    ) { t([10, 3]).split(into: 3)[0] },
    ShapeMistake(
      "split",
      """
      split: the lengths [4, 4] do not add up to the length 10 of axis 0
        shapes: (10, 3)
      """
    ) { t([10, 3]).split(lengths: [4, 4])[0] },
    ShapeMistake(
      "split",
      """
      split: there is no axis 2 among 2 axes
        shapes: (10, 3)
        hint: axes are 0 to 1, or -1 to -2 from the last
      """
    ) { t([10, 3]).split(into: 2, axis: 2)[0] },
  ]
}
