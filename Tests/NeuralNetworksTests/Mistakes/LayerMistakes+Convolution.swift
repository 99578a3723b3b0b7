import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

extension LayerMistakes {
  static let convolution: [LayerMistake] = [
    LayerMistake(
      "Conv1D",
      """
      conv1D: the input has 100 channels, and the weight takes 3
        shapes: (32, 100, 3) and (8, 3, 3) and (8,)
        module: Conv1D(3 -> 8, kernel 3)
        hint: channels come in front of what the kernel slides along: transposed([0, 2, 1])
      """
    ) { try Conv1D(3, 8, kernel: 3, using: &$0).outputShape(for: [32, 100, 3]) },
    LayerMistake(
      "Conv2D",
      """
      conv2D: the input has 28 channels, and the weight takes 3
        shapes: (32, 28, 28, 3) and (8, 3, 3, 3) and (8,)
        module: Conv2D(3 -> 8, kernel 3x3)
        hint: channels come in front of what the kernel slides along: transposed([0, 3, 1, 2])
      """
    ) { try Conv2D(3, 8, kernel: 3, using: &$0).outputShape(for: [32, 28, 28, 3]) },
    LayerMistake(
      "Conv2D",
      """
      conv2D: the input has 2 axes, and not (batch, channels, height, width)
        shapes: (32, 784) and (8, 1, 3, 3) and (8,)
        module: Conv2D(1 -> 8, kernel 3x3)
        hint: reshape the rows, as with reshaped(to: [-1, 1, 28, 28])
      """
    ) { try Conv2D(1, 8, kernel: 3, using: &$0).outputShape(for: [32, 784]) },
    LayerMistake(
      "ConvTranspose1D",
      """
      convTranspose1D: the input has 3 channels, and the weight takes 8
        shapes: (32, 3, 100) and (8, 3, 3) and (3,)
        module: ConvTranspose1D(8 -> 3, kernel 3)
        hint: the weight of a transposed convolution is (channels, filters, …), and not the other way round
      """
    ) { try ConvTranspose1D(8, 3, kernel: 3, using: &$0).outputShape(for: [32, 3, 100]) },
    LayerMistake(
      "ConvTranspose2D",
      """
      convTranspose2D: the input has 3 channels, and the weight takes 8
        shapes: (32, 3, 7, 7) and (8, 3, 3, 3) and (3,)
        module: ConvTranspose2D(8 -> 3, kernel 3x3)
        hint: the weight of a transposed convolution is (channels, filters, …), and not the other way round
      """
    ) { try ConvTranspose2D(8, 3, kernel: 3, using: &$0).outputShape(for: [32, 3, 7, 7]) },
    LayerMistake(
      "MaxPool1D",
      """
      maxPool1D: the input has 4 axes, and not (batch, channels, length)
        shapes: (32, 8, 28, 28)
        module: MaxPool1D(2)
        hint: for pictures, take the pooling of two axes
      """
    ) { _ in try MaxPool1D(2).outputShape(for: [32, 8, 28, 28]) },
    LayerMistake(
      "MaxPool2D",
      """
      maxPool2D: a window that reaches over 2 positions does not fit on a length of 1 with 0 of padding on both sides
        shapes: (32, 8, 1, 1)
        module: MaxPool2D(2)
        hint: pool with a smaller window, or shorten the input less on the way here
      """
    ) { _ in try MaxPool2D(2).outputShape(for: [32, 8, 1, 1]) },
    LayerMistake(
      "AveragePool1D",
      """
      averagePool1D: a window that reaches over 2 positions does not fit on a length of 1 with 0 of padding on both sides
        shapes: (32, 8, 1)
        module: AveragePool1D(2)
        hint: pool with a smaller window, or shorten the input less on the way here
      """
    ) { _ in try AveragePool1D(2).outputShape(for: [32, 8, 1]) },
    LayerMistake(
      "AveragePool2D",
      """
      averagePool2D: the input has 3 axes, and not (batch, channels, height, width)
        shapes: (8, 28, 28)
        module: AveragePool2D(2)
        hint: for a batch of one, expandingDimension(at: 0)
      """
    ) { _ in try AveragePool2D(2).outputShape(for: [8, 28, 28]) },
    LayerMistake(
      "AdaptiveMaxPool2D",
      """
      adaptiveMaxPool2D: the input has 3 axes, and not (batch, channels, height, width)
        shapes: (8, 28, 28)
        module: AdaptiveMaxPool2D(1)
        hint: for a batch of one, expandingDimension(at: 0)
      """
    ) { _ in try AdaptiveMaxPool2D(1).outputShape(for: [8, 28, 28]) },
    LayerMistake(
      "AdaptiveAveragePool2D",
      """
      adaptiveAveragePool2D: the input has 2 axes, and not (batch, channels, height, width)
        shapes: (32, 8)
        module: AdaptiveAveragePool2D(1)
      """
    ) { _ in try AdaptiveAveragePool2D(1).outputShape(for: [32, 8]) },
    LayerMistake(
      "Upsample",
      """
      interpolate: the factors are [2.0, 2.0, 2.0]; give one above 0 for all axes or one for each of 2
        shapes: (32, 8, 7, 7)
        module: Upsample(by 2.0x2.0x2.0, nearest)
      """
    ) { _ in try Upsample(by: [2, 2, 2]).outputShape(for: [32, 8, 7, 7]) },
  ]
}
