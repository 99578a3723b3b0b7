import BackpropArrays

@testable import BackpropAutodiff

extension ShapeMistakes {
  static let comparison: [ShapeMistake] = [
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
}
