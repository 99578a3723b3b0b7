import BackpropArrays
import CBackpropKernels

/// How the kernel of a convolution slides, as it is asked for.
struct ConvolutionSettings: Sendable {
  /// The number of axes along which the kernel slides: 1 or 2.
  let axisCount: Int
  var stride: PerAxis = 1
  var padding: Padding = 0
  var dilation: PerAxis = 1
  var groups = 1

  /// What differs from the usual, for drawings.
  var details: String {
    var parts: [String] = []
    if stride != 1 { parts.append("stride \(stride)") }
    if padding != 0 { parts.append("padding \(padding)") }
    if dilation != 1 { parts.append("dilation \(dilation)") }
    if groups != 1 { parts.append("\(groups) groups") }
    return parts.joined(separator: ", ")
  }

  /// The axes of the input, for an error's text.
  var inputAxes: String {
    axisCount == 1 ? "(batch, channels, length)" : "(batch, channels, height, width)"
  }

  /// Checks what all convolutions ask of an input and a weight.
  ///
  /// - Parameter inputs: the input, the weight and perhaps a bias.
  func check(_ inputs: Inputs, _ operation: String) throws(ShapeError) {
    try inputs.requireOneType(operation)
    try inputs.requireFloatingPoint(0, operation)
    let (input, weight) = (inputs[0].shape, inputs[1].shape)
    guard input.rank == axisCount + 2 else {
      throw ShapeError(
        operation, inputs.shapes, "the input has \(input.rank) axes, and not \(inputAxes)",
        hint: input.rank == axisCount + 1
          ? "for a batch of one, expandingDimension(at: 0)"
          : input.rank == 2 ? "reshape the rows, as with reshaped(to: [-1, 1, 28, 28])" : nil)
    }
    guard weight.rank == axisCount + 2, weight.dropFirst(2).allSatisfy({ $0 > 0 }) else {
      throw ShapeError(
        operation, inputs.shapes,
        "the weight must have two axes of channels and \(axisCount) of the kernel, none of these "
          + "empty")
    }
    guard groups > 0, weight[0] % groups == 0 else {
      throw ShapeError(
        operation, inputs.shapes,
        "the first axis of the weight, \(weight[0]), does not divide into \(groups) groups")
    }
  }

  /// Checks that the bias, where there is one, has `count` numbers.
  func checkBias(_ inputs: Inputs, count: Int, _ operation: String) throws(ShapeError) {
    guard inputs.count == 3, inputs[2].shape != [count] else { return }
    throw ShapeError(
      operation, inputs.shapes,
      "the bias must have the shape (\(count),), one number for each channel of the result")
  }

  /// The kernel's way along each axis.
  ///
  /// - Parameters:
  ///   - weight: the weight's shape.
  ///   - shapes: what the operation was given, for an error's text.
  func axes(
    of weight: Shape, _ operation: String, _ shapes: [Shape]
  ) throws(ShapeError) -> [SlidingAxis] {
    let strides = try stride.resolved(axisCount, "stride", least: 1, operation, shapes)
    let dilations = try dilation.resolved(axisCount, "dilation", least: 1, operation, shapes)
    let kernels = Array(weight.dropFirst(2))
    guard kernels.allSatisfy({ $0 <= Int32.max }) else {
      throw ShapeError(operation, shapes, "the kernel is longer than can be counted")
    }
    var axes = (0..<axisCount).map {
      SlidingAxis(kernel: kernels[$0], stride: strides[$0], dilation: dilations[$0])
    }
    let before: [Int]
    let after: [Int]
    switch padding {
    case .each(let numbers):
      before = try numbers.resolved(axisCount, "padding", operation, shapes)
      after = before
    case .edges(let first, let last):
      before = try first.resolved(axisCount, "padding", least: .min, operation, shapes)
      after = try last.resolved(axisCount, "padding", least: .min, operation, shapes)
    case .same:
      guard strides.allSatisfy({ $0 == 1 }) else {
        throw ShapeError(
          operation, shapes, "the padding is same, and the stride \(stride)",
          hint: "with a stride, say how many zeros there are: padding: \(axes[0].reach / 2)")
      }
      before = axes.map { ($0.reach - 1) / 2 }
      after = zip(axes, before).map { $0.reach - 1 - $1 }
    }
    for axis in axes.indices { (axes[axis].before, axes[axis].after) = (before[axis], after[axis]) }
    return axes
  }

  /// The same with the padding of these axes, whatever it was worked out from.
  func with(_ axes: [SlidingAxis]) -> ConvolutionSettings {
    var result = self
    result.padding = .edges(
      before: PerAxis(signed: axes.map(\.before)), after: PerAxis(signed: axes.map(\.after)))
    return result
  }

  /// What the kernels are told.
  ///
  /// - Parameters:
  ///   - axes: the kernel's way along each axis.
  ///   - input: the shape of the input.
  ///   - weight: the shape of the weight.
  ///   - windows: the lengths of the result.
  func geometry(
    _ axes: [SlidingAxis], input: Shape, weight: Shape, windows: some Collection<Int>
  ) -> bp_convolution {
    // Along one axis alone, there is one row.
    let rows = axisCount == 1 ? SlidingAxis(kernel: 1, stride: 1, dilation: 1) : axes[0]
    let columns = axes[axisCount - 1]
    let counts = Array(windows)
    return bp_convolution(
      windows: bp_windows(
        height: axisCount == 1 ? 1 : input[2], width: input[axisCount + 1],
        kernel_height: rows.kernel, kernel_width: columns.kernel,
        out_height: axisCount == 1 ? 1 : counts[0], out_width: counts[axisCount - 1],
        stride_height: rows.stride, stride_width: columns.stride,
        dilation_height: rows.dilation, dilation_width: columns.dilation,
        top: rows.before, left: columns.before),
      images: input[0], groups: groups, channels: weight[1], filters: weight[0] / groups)
  }
}

/// The way of a kernel along one axis.
struct SlidingAxis {
  let kernel: Int
  let stride: Int
  let dilation: Int
  /// The zeros in front of the axis and behind it; fewer than none leave positions out.
  var before = 0
  var after = 0

  init(kernel: Int, stride: Int, dilation: Int) {
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
  }

  /// How many positions the kernel spans.
  var reach: Int { dilation * (kernel - 1) + 1 }

  /// How often the kernel fits on an axis of `length`; `nil` if it does not, or lengths cannot be
  /// counted.
  func windowCount(_ length: Int) -> Int? {
    guard length < 1 << 61, reach < 1 << 61 else { return nil }
    let room = length + before + after - reach
    return room < 0 ? nil : room / stride + 1
  }

  /// The length of an axis of which `count` windows leave nothing over; `nil` if it cannot be counted.
  func length(windows count: Int) -> Int? {
    guard let last = Swift.max(0, count - 1).multiplied(byCounting: stride), last < 1 << 61,
      reach < 1 << 61
    else { return nil }
    return last + reach - before - after
  }

  /// The same way with so many zeros behind that `count` windows leave nothing over on an axis of
  /// `length`.
  func leavingNothing(of length: Int, windows count: Int) -> SlidingAxis {
    var result = self
    result.after = (count - 1) * stride + reach - before - length
    return result
  }
}
