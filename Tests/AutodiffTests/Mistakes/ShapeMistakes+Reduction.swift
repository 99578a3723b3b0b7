import BackpropArrays

@testable import BackpropAutodiff

extension ShapeMistakes {
  static let reduction: [ShapeMistake] = [
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
    ShapeMistake(
      "Recurrence",
      """
      recurrence: two tensors of one shape that has axis 0
        shapes: (3,) and (4,)
      """
    ) { Recurrence(axis: 0, isReversed: false)(t([3]), t([4])) },
    ShapeMistake(
      "Recurrence",
      """
      recurrence: two tensors of one shape that has axis 1
        shapes: (3,) and (3,)
      """
    ) { Recurrence(axis: 1, isReversed: false)(t([3]), t([3])) },
  ]
}
