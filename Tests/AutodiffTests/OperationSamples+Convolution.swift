import BackpropArrays

@testable import BackpropAutodiff

extension OperationSamples {
  /// Those of what slides windows over sequences and pictures.
  static let convolution: [String: [GradientSample]] = [
    "Convolution": [
      GradientSample(
        "sequences, with bias",
        [.numbers([2, 2, 5]), .numbers([3, 2, 2], seed: 2), .numbers([3], seed: 3)]
      ) { $0[0].conv1D($0[1], $0[2], padding: 1) },
      GradientSample(
        "pictures, with a remainder", [.numbers([1, 2, 4, 6]), .numbers([2, 2, 2, 3], seed: 2)]
      ) { $0[0].conv2D($0[1], stride: [2, 2], padding: [0, 1]) },
      GradientSample(
        "groups and dilation",
        [.numbers([1, 4, 5, 4]), .numbers([2, 2, 2, 2], seed: 2), .numbers([2], seed: 3)]
      ) { $0[0].conv2D($0[1], $0[2], dilation: [2, 1], groups: 2) },
      GradientSample("one number a window", [.numbers([2, 2, 3]), .numbers([3, 2, 1], seed: 2)]) {
        $0[0].conv1D($0[1])
      },
      GradientSample("same padding", [.numbers([1, 1, 4, 3]), .numbers([1, 1, 2, 3], seed: 2)]) {
        $0[0].conv2D($0[1], padding: .same)
      },
      GradientSample(
        "an activation and pooling joined",
        [.numbers([2, 2, 5, 6]), .numbers([3, 2, 2, 3], seed: 2), .numbers([3], seed: 3)]
      ) {
        $0[0].convolved(
          $0[1], $0[2], stride: 1, padding: 1, dilation: 1, groups: 1, activation: .relu,
          pooling: .sliding(2, 2, stride: nil, padding: 0, ceilMode: false))
      },
      GradientSample(
        "overlapping pooling joined",
        [.numbers([1, 2, 9]), .numbers([2, 1, 2], seed: 2), .numbers([2], seed: 3)]
      ) {
        $0[0].convolved(
          $0[1], $0[2], stride: 1, padding: 0, dilation: 1, groups: 2, activation: .tanh,
          pooling: .sliding(1, 3, stride: 2, padding: 1, ceilMode: false))
      },
      GradientSample(
        "an activation joined, by the bias alone", [.numbers([2], seed: 3)]
      ) {
        Tensor(NDArray.numbers([1, 1, 5])).convolved(
          Tensor(NDArray.numbers([2, 1, 2], seed: 2)), $0[0], stride: 1, padding: 0, dilation: 1,
          groups: 1, activation: .relu,
          pooling: .sliding(1, 2, stride: nil, padding: 0, ceilMode: false))
      },
      GradientSample(
        "an activation joined, by a constant", [.numbers([1, 1, 5]), .numbers([2], seed: 3)]
      ) {
        $0[0].convolved(
          Tensor(NDArray.numbers([2, 1, 2], seed: 2)), $0[1], stride: 2, padding: 0, dilation: 1,
          groups: 1, activation: .sigmoid, pooling: nil)
      },
      GradientSample("of a constant", [.numbers([2, 1, 2])]) {
        Tensor(NDArray.numbers([1, 1, 5])).conv1D($0[0], stride: 2)
      },
      GradientSample("by a constant", [.numbers([1, 1, 5])]) {
        $0[0].conv1D(Tensor(NDArray.numbers([2, 1, 2])), stride: 2)
      },
    ],
    "ConvTranspose": [
      GradientSample(
        "sequences, with bias",
        [.numbers([2, 2, 3]), .numbers([2, 3, 2], seed: 2), .numbers([3], seed: 3)]
      ) { $0[0].convTranspose1D($0[1], $0[2], stride: 2) },
      GradientSample(
        "pictures, lengthened", [.numbers([1, 2, 3, 2]), .numbers([2, 1, 3, 2], seed: 2)]
      ) { $0[0].convTranspose2D($0[1], stride: [2, 1], padding: [1, 0], outputPadding: [1, 0]) },
      GradientSample(
        "groups, lengthened by less than the dilation",
        [.numbers([1, 2, 3]), .numbers([2, 2, 2], seed: 2), .numbers([4], seed: 3)]
      ) { $0[0].convTranspose1D($0[1], $0[2], outputPadding: 1, dilation: 2, groups: 2) },
    ],
    "ConvolutionWeightGradient": [
      GradientSample("by both", [.numbers([2, 2, 4, 4]), .numbers([2, 2, 3, 3], seed: 2)]) {
        ConvolutionWeightGradient(
          settings: ConvolutionSettings(axisCount: 2, padding: 1, dilation: 3, groups: 2),
          weight: [2, 1, 2, 2])($0[0], $0[1])
      }
    ],
    "MaxPool": [
      GradientSample("sequences", [.numbers([2, 2, 7])]) {
        $0[0].maxPool1D(3, stride: 2, padding: 1)
      },
      GradientSample("pictures", [.numbers([1, 2, 5, 6])]) {
        $0[0].maxPool2D([2, 3], stride: 1, dilation: [1, 2], ceilMode: true)
      },
      GradientSample("adaptive", [.numbers([1, 2, 5, 6])]) { $0[0].adaptiveMaxPool2D(to: [2, 4]) },
    ],
    "AveragePool": [
      GradientSample("sequences", [.numbers([2, 2, 7])]) {
        $0[0].averagePool1D(3, stride: 2, padding: 1, countIncludePad: false)
      },
      GradientSample("pictures", [.numbers([1, 2, 5, 6])]) {
        $0[0].averagePool2D(2, padding: 1, ceilMode: true)
      },
      GradientSample("adaptive", [.numbers([1, 2, 7])]) { $0[0].adaptiveAveragePool1D(to: 3) },
    ],
    "AveragePoolGradient": [
      GradientSample("of pictures", [.numbers([1, 2, 2, 3])]) {
        AveragePoolGradient(
          windows: .sliding(2, 2, stride: nil, padding: 0, ceilMode: false), shape: [1, 2, 5, 6])(
            $0[0])
      }
    ],
    "GatherInPlanes": [
      GradientSample("one twice, one nowhere", [.numbers([1, 2, 4])]) {
        GatherInPlanes()($0[0], Tensor([3, 0, 3, -1, 1, 2] as [Int32]).reshaped(to: [1, 2, 3]))
      }
    ],
    "ScatterInPlanes": [
      GradientSample("one twice, one nowhere", [.numbers([1, 2, 3])]) {
        ScatterInPlanes(shape: [1, 2, 4])(
          $0[0], Tensor([3, 0, 3, -1, 1, 2] as [Int32]).reshaped(to: [1, 2, 3]))
      }
    ],
    "Interpolate": [
      GradientSample("nearest", [.numbers([1, 2, 3, 2])]) { $0[0].interpolated(by: 2) },
      GradientSample("linear", [.numbers([2, 1, 4])]) {
        $0[0].interpolated(by: 1.6, mode: .linear())
      },
      GradientSample("with aligned corners", [.numbers([1, 2, 3, 4])]) {
        $0[0].interpolated(to: [5, 2], mode: .linear(alignCorners: true))
      },
    ],
    "InterpolateGradient": [
      GradientSample("of pictures", [.numbers([1, 2, 4, 3])]) {
        InterpolateGradient(size: .lengths([4, 3]), mode: .linear(), shape: [1, 2, 2, 5])($0[0])
      }
    ],
  ]
}
