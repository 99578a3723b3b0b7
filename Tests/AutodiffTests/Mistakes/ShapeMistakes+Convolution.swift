import BackpropArrays

@testable import BackpropAutodiff

extension ShapeMistakes {
  static let convolution: [ShapeMistake] = [
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
}
