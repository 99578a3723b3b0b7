import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

extension LayerMistakes {
  static let layers: [LayerMistake] = [
    LayerMistake(
      "Linear",
      """
      affine: the input has rows of 28 numbers, and the weight takes rows of 784
        shapes: (32, 1, 28, 28) and (784, 10) and (10,)
        module: Linear(784 -> 10)
        hint: flatten each example to one row of 784
      """
    ) { try Linear(784, 10, using: &$0).outputShape(for: [32, 1, 28, 28]) },
    LayerMistake(
      "Linear",
      """
      affine: the input has rows of 10 numbers, and the weight takes rows of 784
        shapes: (32, 10) and (784, 10) and (10,)
        module: Linear(784 -> 10)
        hint: a weight of shape (10, 10) takes these rows
      """
    ) { try Linear(784, 10, using: &$0).outputShape(for: [32, 10]) },
    LayerMistake(
      "Flatten",
      """
      reshape: there is no axis 1 to flatten from
        shapes: ()
        module: Flatten
      """
    ) { _ in try Flatten().outputShape(for: []) },
    LayerMistake(
      "MultilayerPerceptron",
      """
      affine: the input has rows of 28 numbers, and the weight takes rows of 784
        shapes: (32, 1, 28, 28) and (784, 100) and (100,)
        module: 'layers.0', Linear(784 -> 100)
        hint: flatten each example to one row of 784
      """
    ) { try MultilayerPerceptron([784, 100, 10], using: &$0).outputShape(for: [32, 1, 28, 28]) },
    LayerMistake(
      "Sequential",
      """
      affine: the input has rows of 100 numbers, and the weight takes rows of 10
        shapes: (32, 100) and (10, 10) and (10,)
        module: '3', Linear(10 -> 10)
        hint: a weight of shape (100, 10) takes these rows
      """
    ) { random in
      try Sequential {
        Flatten(); Linear(784, 100, using: &random); ReLU(); Linear(10, 10, using: &random)
      }.outputShape(for: [32, 1, 28, 28])
    },
    LayerMistake(
      "Sequential",
      """
      maxPool2D: a window that reaches over 20 positions does not fit on a length of 13 with 0 of padding on both sides
        shapes: (32, 8, 13, 13)
        module: '1.1', MaxPool2D(20)
        hint: pool with a smaller window, or shorten the input less on the way here
      """
    ) { random in
      try Sequential {
        Conv2D(1, 8, kernel: 3, using: &random);
        Sequential {
          MaxPool2D(2); MaxPool2D(20)
        }
      }.outputShape(for: [32, 1, 28, 28])
    },
    LayerMistake(
      "Embedding",
      """
      index: the positions are float32 and not whole numbers
        shapes: (10, 4) and (3,)
        module: Embedding
        hint: convert them, with cast(to: .int64)
      """
    ) { try Embedding(10, 4, using: &$0)(t([3])).checkedType() },
    LayerMistake(
      "Bilinear",
      """
      Bilinear: the inputs are not rows of 3 and of 4 numbers, as many of both
        shapes: (5, 3) and (6, 4)
        module: Bilinear
      """
    ) { try Bilinear(3, 4, 2, using: &$0)(t([5, 3]), t([6, 4])).checkedType() },
    LayerMistake(
      "Residual",
      """
      Residual: what the layers give, (7, 3), is not of the shape of what is added to it
        shapes: (7, 2) and (7, 3)
        module: Residual
        hint: give a shortcut that makes (7, 3) of the input
      """
    ) { random in
      try Residual { Linear(2, 3, using: &random) }.outputShape(for: [7, 2])
    },
    LayerMistake(
      "Reshape",
      """
      reshape: the array holds 36 elements and the new shape 15
        shapes: (3, 12) and (3, 5)
        module: Reshape(5)
        hint: write -1 for the length that should be worked out
      """
    ) { _ in try Reshape([5]).outputShape(for: [3, 12]) },
  ]
}
