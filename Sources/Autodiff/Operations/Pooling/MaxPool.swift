import BackpropArrays

extension Tensor {
  /// The largest number of each window of pictures.
  ///
  /// yₙ꜀(i, j) = max over k, l of xₙ꜀(i s + k d − p, j s + l d − p), where padding never is the
  /// largest; NaN where there is one. ∂L/∂y goes to the largest number, of several to the first, and
  /// adds up where windows overlap.
  ///
  /// `(n, channels, height, width) -> (n, channels, …, …)`, of lengths
  /// ⌊(length + 2 padding − dilation (kernel − 1) − 1) / stride⌋ + 1, or ⌈…⌉ + 1.
  ///
  /// ```swift
  /// images.maxPool2D(2)                          // (8, 16, 28, 28) -> (8, 16, 14, 14)
  /// ```
  ///
  /// Traps if there are not four axes, the numbers are whole, no window fits, the padding is more than
  /// half the kernel, a stride or dilation is 0, or a setting has a number for another count of axes.
  /// PyTorch's `max_pool2d`.
  ///
  /// - Parameters:
  ///   - kernel: how high and wide a window is.
  ///   - stride: how far apart windows are; `nil` for as far as they are long.
  ///   - padding: what is added around the picture.
  ///   - dilation: how far apart the numbers of a window are.
  ///   - ceilMode: whether a last window may reach beyond the padding.
  public func maxPool2D(
    _ kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, dilation: PerAxis = 1,
    ceilMode: Bool = false
  ) -> Tensor {
    MaxPool(
      windows: .sliding(
        2, kernel, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode))(self)
  }

  /// The largest number of each window of sequences:
  /// ``maxPool2D(_:stride:padding:dilation:ceilMode:)`` along one axis, with the same gradient.
  ///
  /// ```swift
  /// sound.maxPool1D(4)                           // (8, 64, 8000) -> (8, 64, 2000)
  /// ```
  ///
  /// Traps as there. PyTorch's `max_pool1d`.
  ///
  /// - Parameters:
  ///   - kernel: how long a window is.
  ///   - stride: how far apart windows are; `nil` for as far as they are long.
  ///   - padding: what is added in front of the sequence and behind it.
  ///   - dilation: how far apart the numbers of a window are.
  ///   - ceilMode: whether a last window may reach beyond the padding.
  public func maxPool1D(
    _ kernel: Int, stride: Int? = nil, padding: Int = 0, dilation: Int = 1, ceilMode: Bool = false
  ) -> Tensor {
    MaxPool(
      windows: .sliding(
        1, PerAxis(kernel), stride: stride.map { PerAxis($0) }, padding: PerAxis(padding),
        dilation: PerAxis(dilation), ceilMode: ceilMode))(self)
  }

  /// The largest number of each of `lengths` windows that cover the picture and are as equal as can
  /// be: window i reaches from ⌊i · length / count⌋ to ⌈(i + 1) · length / count⌉.
  ///
  /// The gradient is that of ``maxPool2D(_:stride:padding:dilation:ceilMode:)``.
  ///
  /// ```swift
  /// images.adaptiveMaxPool2D(to: 4)              // (8, 16, 9, 30) -> (8, 16, 4, 4)
  /// ```
  ///
  /// Traps if there are not four axes, or one of length 0 to pool along. PyTorch's
  /// `adaptive_max_pool2d`.
  public func adaptiveMaxPool2D(to lengths: PerAxis) -> Tensor {
    MaxPool(windows: PoolingWindows(axisCount: 2, kind: .adaptive(lengths)))(self)
  }

  /// The largest number of each of `length` windows that cover the sequence and are as equal as can
  /// be: ``adaptiveMaxPool2D(to:)`` along one axis. PyTorch's `adaptive_max_pool1d`.
  ///
  /// Traps if there are not three axes, or one of length 0 to pool along.
  public func adaptiveMaxPool1D(to length: Int) -> Tensor {
    MaxPool(windows: PoolingWindows(axisCount: 1, kind: .adaptive(PerAxis(length))))(self)
  }
}

struct MaxPool: KernelOperation {
  let windows: PoolingWindows

  var name: String { windows.name("MaxPool") }
  var details: String { windows.details }
  /// Where in its plane each result stands.
  var savedCount: Int { 1 }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try windows.resultType(inputs, name)
  }

  func compute(_ pass: inout ForwardPass) {
    let input = pass.input(0)
    let positions = pass.withOutput { result in
      let positions = pass.isRecorded ? NDArray(uninitialized: result.shape, .int32) : nil
      windows.planes(input.shape, name).max(input, into: result, positions: positions)
      return positions
    }
    if let positions { pass.save(positions) }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    pass.add(
      ScatterInPlanes(shape: pass.inputType(0).shape, windows: windows)(
        pass.cotangent, pass.saved(0)), to: 0)
  }
}
