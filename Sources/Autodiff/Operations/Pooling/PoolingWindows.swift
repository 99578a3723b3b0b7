import BackpropArrays
import CBackpropKernels

/// Which windows are pooled.
package struct PoolingWindows: Sendable {
  /// How the windows come about.
  enum Kind: Sendable {
    case sliding(
      kernel: PerAxis, stride: PerAxis, padding: PerAxis, dilation: PerAxis, ceilMode: Bool,
      countIncludePad: Bool)
    case adaptive(PerAxis)
  }

  /// The number of axes along which windows lie: 1 or 2.
  let axisCount: Int
  let kind: Kind

  /// `MaxPool2D`'s windows, and the like.
  package static func sliding(
    _ axisCount: Int, _ kernel: PerAxis, stride: PerAxis?, padding: PerAxis, dilation: PerAxis = 1,
    ceilMode: Bool, countIncludePad: Bool = true
  ) -> PoolingWindows {
    PoolingWindows(
      axisCount: axisCount,
      kind: .sliding(
        kernel: kernel, stride: stride ?? kernel, padding: padding, dilation: dilation,
        ceilMode: ceilMode, countIncludePad: countIncludePad))
  }

  /// What they are set to, for drawings.
  var details: String {
    switch kind {
    case .sliding(let kernel, let stride, _, _, _, _):
      "kernel \(kernel)" + (stride == kernel ? "" : ", stride \(stride)")
    case .adaptive(let lengths): "to \(lengths)"
    }
  }

  /// `maxPool2D`, `adaptiveMaxPool2D` for `MaxPool`.
  func name(_ kind: String) -> String {
    if case .adaptive = self.kind { return "adaptive\(kind)\(axisCount)D" }
    return kind.prefix(1).lowercased() + kind.dropFirst() + "\(axisCount)D"
  }

  /// The shape rule of pooling.
  func resultType(_ inputs: Inputs, _ operation: String) throws(ShapeError) -> TensorType {
    try inputs.requireFloatingPoint(0, operation)
    return TensorType(try result(of: inputs[0].shape, operation), inputs[0].scalarType)
  }

  /// The shape of the result for an input of shape `input`.
  func result(of input: Shape, _ operation: String) throws(ShapeError) -> Shape {
    let axes = try axes(of: input, operation)
    let shape = Shape(input.prefix(2) + axes.map(\.count))
    guard shape.hasCountableElements else {
      throw ShapeError(operation, [input], "more elements than can be counted")
    }
    return shape
  }

  /// The windows on planes of an input of shape `input`.
  func planes(_ input: Shape, _ operation: String) -> PlanePooling {
    let axes = knownToFit { () throws(ShapeError) in try self.axes(of: input, operation) }
    // Along one axis alone, there is one row.
    let row = PoolingAxis(length: 1, spans: [bp_span(start: 0, count: 1, divisor: 1)], step: 1)
    return PlanePooling(
      rows: axisCount == 1 ? row : axes[0].windows, columns: axes[axisCount - 1].windows)
  }

  private func axes(of input: Shape, _ operation: String) throws(ShapeError) -> [PooledAxis] {
    guard input.rank == axisCount + 2 else {
      throw ShapeError(
        operation, [input],
        "the input has \(input.rank) axes, and not "
          + (axisCount == 1 ? "(batch, channels, length)" : "(batch, channels, height, width)"),
        hint: input.rank == axisCount + 1
          ? "for a batch of one, expandingDimension(at: 0)"
          : input.rank == axisCount + 3 ? "for pictures, take the pooling of two axes" : nil)
    }
    let lengths = Array(input.dropFirst(2))
    guard lengths.reduce(Int?.some(1), { $0?.multiplied(byCounting: $1) }) ?? .max <= Int32.max
    else { throw ShapeError(operation, [input], "a plane has more than \(Int32.max) numbers") }
    switch kind {
    case .adaptive(let numbers):
      let counts = try numbers.resolved(axisCount, "result", operation, [input])
      guard !lengths.contains(0) else {
        throw ShapeError(operation, [input], "there is nothing to pool along an axis of length 0")
      }
      return zip(lengths, counts).map { PooledAxis(length: $0, count: $1, way: nil) }
    case .sliding(let kernel, let stride, let padding, let dilation, let ceilMode, let includesPad):
      let kernels = try kernel.resolved(axisCount, "kernel", least: 1, operation, [input])
      let strides = try stride.resolved(axisCount, "stride", least: 1, operation, [input])
      let paddings = try padding.resolved(axisCount, "padding", operation, [input])
      let dilations = try dilation.resolved(axisCount, "dilation", least: 1, operation, [input])
      var axes: [PooledAxis] = []
      for axis in 0..<axisCount {
        guard paddings[axis] <= kernels[axis] / 2 else {
          throw ShapeError(
            operation, [input],
            "the padding is \(paddings[axis]), and at most half the kernel, \(kernels[axis])")
        }
        var way = SlidingAxis(
          kernel: kernels[axis], stride: strides[axis], dilation: dilations[axis])
        (way.before, way.after) = (paddings[axis], paddings[axis])
        guard let count = way.windowCount(lengths[axis], ceilMode: ceilMode) else {
          throw ShapeError(
            operation, [input],
            "a window that reaches over \(way.reach) positions does not fit on a length of "
              + "\(lengths[axis]) with \(way.before) of padding on both sides",
            hint: "pool with a smaller window, or shorten the input less on the way here")
        }
        axes.append(
          PooledAxis(
            length: lengths[axis], count: count, way: way, countIncludePad: includesPad))
      }
      return axes
    }
  }
}

extension SlidingAxis {
  /// How many windows there are, or `nil` if there are none. With `ceilMode` a last one may reach
  /// beyond the padding, if it begins within the axis or the padding in front of it.
  fileprivate func windowCount(_ length: Int, ceilMode: Bool) -> Int? {
    if !ceilMode { return windowCount(length) }
    let room = length + before + after - reach + stride - 1
    guard room >= 0 else { return nil }
    let count = room / stride + 1
    let last = (count - 1) * stride
    return last < length + before ? count : count > 1 ? count - 1 : nil
  }
}

/// An axis and the windows on it.
private struct PooledAxis {
  let length: Int
  /// The number of windows.
  let count: Int
  /// How the windows slide; `nil` for windows that cover the axis and are as equal as can be.
  let way: SlidingAxis?
  /// Whether the padding counts for a mean; nothing beyond it does.
  var countIncludePad = true

  /// Which positions each window covers.
  var windows: PoolingAxis {
    PoolingAxis(
      length: length,
      spans: (0..<count).map { index in
        way.map { slidingSpan(index, $0) } ?? adaptiveSpan(index)
      }, step: way?.dilation ?? 1)
  }

  /// From ⌊i · length / count⌋ to ⌈(i + 1) · length / count⌉.
  private func adaptiveSpan(_ index: Int) -> bp_span {
    let start = index * length / count
    let end = ((index + 1) * length + count - 1) / count
    return bp_span(start: start, count: end - start, divisor: end - start)
  }

  private func slidingSpan(_ index: Int, _ way: SlidingAxis) -> bp_span {
    let start = index * way.stride - way.before
    let skipped = start < 0 ? (-start + way.dilation - 1) / way.dilation : 0
    let first = start + skipped * way.dilation
    let fitting = first < length ? (length - 1 - first) / way.dilation + 1 : 0
    let inside = Swift.max(0, Swift.min(way.kernel - skipped, fitting))
    let padded = Swift.min(start + way.kernel, length + way.after) - start
    return bp_span(start: first, count: inside, divisor: countIncludePad ? padded : inside)
  }
}
