import BackpropArrays
import BackpropAutodiff

/// A convolution that can take over the activation after it, and max pooling after that.
protocol ConvolutionLayer: Layer {
  /// The convolution, an activation, and the largest numbers of these windows of it.
  func convolve(_ input: Tensor, activation: Activation, pooling: PoolingWindows?) -> Tensor
}

extension ConvolutionLayer {
  /// The layer, then an activation and perhaps max pooling of windows as far apart as they are long,
  /// without what lies between going through memory unless someone looks on.
  func callAsFunction(
    _ input: Tensor, then activation: Activation, maxPool2D kernel: PerAxis?, _ mode: Mode
  ) -> Tensor {
    guard mode.isObserved else {
      return joined(
        input, activation,
        kernel.map {
          .sliding(2, $0, stride: nil, padding: 0, dilation: 1, ceilMode: false)
        })
    }
    let x = activation(self(input, mode))
    return kernel.map { x.maxPool2D($0) } ?? x
  }

  /// The layer with what it took over.
  func joined(_ input: Tensor, _ activation: Activation, _ pooling: PoolingWindows?) -> Tensor {
    let calls = ModuleCalls.ofThisThread
    calls.enter(Self.self)
    defer { calls.leave() }
    return convolve(input, activation: activation, pooling: pooling)
  }
}

/// Max pooling that a convolution before it can take over.
protocol MaxPoolLayer: Layer {
  /// The windows.
  var windows: PoolingWindows { get }
}

extension MaxPool1D: MaxPoolLayer {
  var windows: PoolingWindows {
    .sliding(
      1, PerAxis(kernel), stride: stride.map { PerAxis($0) }, padding: PerAxis(padding),
      dilation: PerAxis(dilation), ceilMode: ceilMode)
  }
}

extension MaxPool2D: MaxPoolLayer {
  var windows: PoolingWindows {
    .sliding(
      2, kernel, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode)
  }
}
