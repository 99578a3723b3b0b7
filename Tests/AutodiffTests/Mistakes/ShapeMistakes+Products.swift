import BackpropArrays

@testable import BackpropAutodiff

extension ShapeMistakes {
  static let products: [ShapeMistake] = [
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
  ]
}
