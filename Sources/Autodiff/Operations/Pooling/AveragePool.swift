import BackpropArrays

extension Tensor {
  /// The mean of each window of pictures.
  ///
  /// yₙ꜀(i, j) = Σ over k, l of xₙ꜀(i s + k − p, j s + l − p) / count. ∂L/∂x is the sum of ∂L/∂y /
  /// count over the windows of which a number is part.
  ///
  /// `(n, channels, height, width) -> (n, channels, …, …)`, of lengths
  /// ⌊(length + 2 padding − kernel) / stride⌋ + 1, or ⌈…⌉ + 1.
  ///
  /// ```swift
  /// images.averagePool2D(2)                      // (8, 16, 28, 28) -> (8, 16, 14, 14)
  /// ```
  ///
  /// Traps if there are not four axes, the numbers are whole, no window fits, the padding is more than
  /// half the kernel, a stride is 0, or a setting has a number for another count of axes. PyTorch's
  /// `avg_pool2d`.
  ///
  /// - Parameters:
  ///   - kernel: how high and wide a window is.
  ///   - stride: how far apart windows are; `nil` for as far as they are long.
  ///   - padding: the zeros around the picture.
  ///   - ceilMode: whether a last window may reach beyond the padding.
  ///   - countIncludePad: whether the zeros of the padding count as numbers of a window.
  public func averagePool2D(
    _ kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, ceilMode: Bool = false,
    countIncludePad: Bool = true
  ) -> Tensor {
    AveragePool(
      windows: .sliding(
        2, kernel, stride: stride, padding: padding, ceilMode: ceilMode,
        countIncludePad: countIncludePad))(self)
  }

  /// The mean of each window of sequences:
  /// ``averagePool2D(_:stride:padding:ceilMode:countIncludePad:)`` along one axis, with the same
  /// gradient.
  ///
  /// ```swift
  /// sound.averagePool1D(4)                       // (8, 64, 8000) -> (8, 64, 2000)
  /// ```
  ///
  /// Traps as there. PyTorch's `avg_pool1d`.
  ///
  /// - Parameters:
  ///   - kernel: how long a window is.
  ///   - stride: how far apart windows are; `nil` for as far as they are long.
  ///   - padding: the zeros in front of the sequence and behind it.
  ///   - ceilMode: whether a last window may reach beyond the padding.
  ///   - countIncludePad: whether the zeros of the padding count as numbers of a window.
  public func averagePool1D(
    _ kernel: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false,
    countIncludePad: Bool = true
  ) -> Tensor {
    AveragePool(
      windows: .sliding(
        1, PerAxis(kernel), stride: stride.map { PerAxis($0) }, padding: PerAxis(padding),
        ceilMode: ceilMode, countIncludePad: countIncludePad))(self)
  }

  /// The mean of each of `lengths` windows that cover the picture and are as equal as can be: window
  /// i reaches from ⌊i · length / count⌋ to ⌈(i + 1) · length / count⌉.
  ///
  /// ∂L/∂x is the sum of ∂L/∂y / count over the windows of which a number is part.
  ///
  /// ```swift
  /// images.adaptiveAveragePool2D(to: 1)          // (8, 512, 7, 7) -> (8, 512, 1, 1)
  /// ```
  ///
  /// Traps if there are not four axes, or one of length 0 to pool along. PyTorch's
  /// `adaptive_avg_pool2d`.
  public func adaptiveAveragePool2D(to lengths: PerAxis) -> Tensor {
    AveragePool(windows: PoolingWindows(axisCount: 2, kind: .adaptive(lengths)))(self)
  }

  /// The mean of each of `length` windows that cover the sequence and are as equal as can be:
  /// ``adaptiveAveragePool2D(to:)`` along one axis. PyTorch's `adaptive_avg_pool1d`.
  ///
  /// Traps if there are not three axes, or one of length 0 to pool along.
  public func adaptiveAveragePool1D(to length: Int) -> Tensor {
    AveragePool(windows: PoolingWindows(axisCount: 1, kind: .adaptive(PerAxis(length))))(self)
  }
}

struct AveragePool: KernelOperation {
  let windows: PoolingWindows

  var name: String { windows.name("AveragePool") }
  var details: String { windows.details }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try windows.resultType(inputs, name)
  }

  func compute(_ pass: inout ForwardPass) {
    let input = pass.input(0)
    pass.withOutput { windows.planes(input.shape, name).average(input, into: $0) }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    pass.add(
      AveragePoolGradient(windows: windows, shape: pass.inputType(0).shape)(pass.cotangent), to: 0)
  }
}
