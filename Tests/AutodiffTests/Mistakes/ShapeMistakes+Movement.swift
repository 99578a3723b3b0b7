import BackpropArrays

@testable import BackpropAutodiff

extension ShapeMistakes {
  static let movement: [ShapeMistake] = [
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
