import BackpropArrays

@testable import BackpropAutodiff

extension ShapeMistakes {
  static let indexing: [ShapeMistake] = [
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
}
