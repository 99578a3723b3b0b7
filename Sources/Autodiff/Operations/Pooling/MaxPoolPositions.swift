import BackpropArrays

extension Tensor {
  /// The largest number of each window of pictures, and where in its picture it stands.
  ///
  /// The values are those of ``maxPool2D(_:stride:padding:dilation:ceilMode:)``, with the same gradient.
  /// A position counts the picture's numbers row by row, row · width + column; it is a constant of type
  /// `int64`. Of several largest it is that of the first.
  ///
  /// ```swift
  /// let (values, positions) = images.maxPool2DWithPositions(2)    // two of (8, 16, 14, 14)
  /// ```
  ///
  /// Traps as there. PyTorch's `max_pool2d` with `return_indices=True`.
  ///
  /// - Parameters:
  ///   - kernel: how high and wide a window is.
  ///   - stride: how far apart windows are; `nil` for as far as they are long.
  ///   - padding: what is added around the picture.
  ///   - dilation: how far apart the numbers of a window are.
  ///   - ceilMode: whether a last window may reach beyond the padding.
  public func maxPool2DWithPositions(
    _ kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, dilation: PerAxis = 1,
    ceilMode: Bool = false
  ) -> (values: Tensor, positions: Tensor) {
    maxPoolWithPositions(
      .sliding(
        2, kernel, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode))
  }

  /// The largest number of each window of sequences, and where in its sequence it stands:
  /// ``maxPool2DWithPositions(_:stride:padding:dilation:ceilMode:)`` along one axis.
  ///
  /// Traps as there. PyTorch's `max_pool1d` with `return_indices=True`.
  ///
  /// - Parameters:
  ///   - kernel: how long a window is.
  ///   - stride: how far apart windows are; `nil` for as far as they are long.
  ///   - padding: what is added in front of the sequence and behind it.
  ///   - dilation: how far apart the numbers of a window are.
  ///   - ceilMode: whether a last window may reach beyond the padding.
  public func maxPool1DWithPositions(
    _ kernel: Int, stride: Int? = nil, padding: Int = 0, dilation: Int = 1, ceilMode: Bool = false
  ) -> (values: Tensor, positions: Tensor) {
    maxPoolWithPositions(
      .sliding(
        1, PerAxis(kernel), stride: stride.map { PerAxis($0) }, padding: PerAxis(padding),
        dilation: PerAxis(dilation), ceilMode: ceilMode))
  }

  private func maxPoolWithPositions(
    _ windows: PoolingWindows
  ) -> (values: Tensor, positions: Tensor) {
    let positions = MaxPoolPositions(windows: windows)(self)
    return (GatherInPlanes()(self, positions), positions.cast(to: .int64))
  }
}

struct MaxPoolPositions: ConstantOperation, KernelOperation {
  let windows: PoolingWindows

  var name: String { windows.name("MaxPool") + "Positions" }
  var details: String { windows.details }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    TensorType(try windows.resultType(inputs, name).shape, .int32)
  }

  func compute(_ pass: inout ForwardPass) {
    let input = pass.input(0)
    pass.withOutput { positions in
      let values = NDArray(uninitialized: positions.shape, input.scalarType)
      windows.planes(input.shape, name).max(input, into: values, positions: positions)
    }
  }
}
