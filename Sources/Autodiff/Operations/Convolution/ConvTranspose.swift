import BackpropArrays

extension Tensor {
  /// The transposed convolution of pictures with `weight`, which spreads each number over a window
  /// and adds up: what passes a convolution's gradient back, taken by itself ("deconvolution").
  ///
  /// yₙ꜀(i s + k d − p, j s + l d − p) = b꜀ + Σ over all o, k, l that give this place of
  /// wₒ꜀(k, l) · xₙₒ(i, j).
  ///
  /// `(n, channels, height, width) -> (n, filters, …, …)`, of lengths (length − 1) stride −
  /// padding before and after + dilation (kernel − 1) + 1 + outputPadding. The gradient with respect
  /// to x is the convolution of ∂L/∂y with w, and the other two are as those of a convolution.
  ///
  /// ```swift
  /// x.convTranspose2D(weight, stride: 2)         // (8, 16, 7, 7), (16, 8, 2, 2) -> (8, 8, 14, 14)
  /// ```
  ///
  /// Traps if the axes, channels, groups, types or the length of the bias do not fit, the result would
  /// have no length, a stride or dilation is 0, `outputPadding` is neither below the stride nor below
  /// the dilation, or a setting has a number for another count of axes. PyTorch's `conv_transpose2d`.
  /// Source: Zeiler et al., "Deconvolutional Networks" (2010).
  ///
  /// - Parameters:
  ///   - weight: of shape (channels, filters / groups, kernel height, kernel width).
  ///   - bias: of shape (filters), or `nil` for none.
  ///   - stride: how far apart the windows are over which numbers are spread.
  ///   - padding: how much of the result is left out at its edges.
  ///   - outputPadding: by how much the result is longer behind, where a stride leaves open which of
  ///     several lengths the convolution came from.
  ///   - dilation: how far apart the numbers of a window are.
  ///   - groups: into how many parts the channels are divided.
  public func convTranspose2D(
    _ weight: Tensor, _ bias: Tensor? = nil, stride: PerAxis = 1, padding: Padding = 0,
    outputPadding: PerAxis = 0, dilation: PerAxis = 1, groups: Int = 1
  ) -> Tensor {
    ConvTranspose(
      settings: ConvolutionSettings(
        axisCount: 2, stride: stride, padding: padding, dilation: dilation, groups: groups),
      outputPadding: outputPadding
    ).apply(self, weight, bias)
  }

  /// The transposed convolution of sequences with `weight`:
  /// ``convTranspose2D(_:_:stride:padding:outputPadding:dilation:groups:)`` along one axis.
  ///
  /// `(n, channels, length) -> (n, filters, …)`, and the gradients are as there.
  ///
  /// ```swift
  /// x.convTranspose1D(weight, stride: 2)         // (8, 16, 50), (16, 8, 2) -> (8, 8, 100)
  /// ```
  ///
  /// Traps as there. PyTorch's `conv_transpose1d`.
  ///
  /// - Parameters:
  ///   - weight: of shape (channels, filters / groups, kernel).
  ///   - bias: of shape (filters), or `nil` for none.
  ///   - stride: how far apart the windows are over which numbers are spread.
  ///   - padding: how much of the result is left out at its ends.
  ///   - outputPadding: by how much the result is longer behind.
  ///   - dilation: how far apart the numbers of a window are.
  ///   - groups: into how many parts the channels are divided.
  public func convTranspose1D(
    _ weight: Tensor, _ bias: Tensor? = nil, stride: Int = 1, padding: Padding = 0,
    outputPadding: Int = 0, dilation: Int = 1, groups: Int = 1
  ) -> Tensor {
    ConvTranspose(
      settings: ConvolutionSettings(
        axisCount: 1, stride: PerAxis(stride), padding: padding, dilation: PerAxis(dilation),
        groups: groups),
      outputPadding: PerAxis(outputPadding)
    ).apply(self, weight, bias)
  }
}

/// The settings are those of the convolution that goes the other way.
struct ConvTranspose: KernelOperation {
  let settings: ConvolutionSettings
  var outputPadding: PerAxis = 0

  var name: String { "convTranspose\(settings.axisCount)D" }
  var details: String { settings.details }

  func apply(_ input: Tensor, _ weight: Tensor, _ bias: Tensor?) -> Tensor {
    if let bias { self(input, weight, bias) } else { self(input, weight) }
  }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    TensorType(try plan(inputs).result, inputs[0].scalarType)
  }

  /// The kernel's way over the result, and the result's shape.
  private func plan(_ inputs: Inputs) throws(ShapeError) -> (axes: [SlidingAxis], result: Shape) {
    try settings.check(inputs, name)
    let (input, weight) = (inputs[0].shape, inputs[1].shape)
    guard input[1] == weight[0] else {
      throw ShapeError(
        name, inputs.shapes,
        "the input has \(input[1]) channels, and the weight takes \(weight[0])",
        hint: weight[1] * settings.groups == input[1]
          ? "the weight of a transposed convolution is (channels, filters, …), and not the other "
            + "way round" : nil)
    }
    let axes = try axes(of: weight, inputs.shapes)
    guard let filters = weight[1].multiplied(byCounting: settings.groups) else {
      throw ShapeError(name, inputs.shapes, "more channels than can be counted")
    }
    try settings.checkBias(inputs, count: filters, name)
    var lengths = [input[0], filters]
    for (axis, count) in zip(axes, input.dropFirst(2)) {
      guard let length = axis.length(windows: count), length > 0, count > 0 else {
        throw ShapeError(
          name, inputs.shapes,
          "of a length of \(count), a stride of \(axis.stride), a kernel that reaches over "
            + "\(axis.reach) positions and \(axis.before) and \(axis.after) of padding leave none, "
            + "or more than can be counted")
      }
      lengths.append(length)
    }
    let result = Shape(lengths)
    guard result.hasCountableElements else {
      throw ShapeError(name, inputs.shapes, "more elements than can be counted")
    }
    return (axes, result)
  }

  /// The kernel's way over the result.
  private func axes(of weight: Shape, _ shapes: [Shape]) throws(ShapeError) -> [SlidingAxis] {
    var axes = try settings.axes(of: weight, name, shapes)
    let added = try outputPadding.resolved(settings.axisCount, "output padding", name, shapes)
    for (index, count) in added.enumerated() where count > 0 {
      guard count < max(axes[index].stride, axes[index].dilation) else {
        throw ShapeError(
          name, shapes,
          "the output padding is \(count), and must be below the stride, \(axes[index].stride), or "
            + "the dilation, \(axes[index].dilation)")
      }
      axes[index].after -= count
    }
    return axes
  }

  func compute(_ pass: inout ForwardPass) {
    let inputs = pass.inputs
    let (axes, result) = knownToFit { () throws(ShapeError) in try plan(inputs) }
    pass.withOutput {
      ConvolutionKernel.inputGradient(
        .init(inputs[0].array), inputs[1].array, inputs.count == 3 ? inputs[2].array : nil,
        settings.geometry(
          axes, input: result, weight: inputs[1].shape, windows: inputs[0].shape.dropFirst(2)),
        into: $0)
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .otherSide(inputs) }

  func backward(_ pass: inout BackwardPass) {
    let g = pass.cotangent
    if pass.needsGradient(0) {
      let weight = pass.input(1)
      pass.add(Convolution(settings: fitted(weight.shape))(g, weight), to: 0)
    }
    if pass.needsGradient(1) {
      let weight = pass.inputType(1).shape
      pass.add(
        ConvolutionWeightGradient(settings: fitted(weight), weight: weight)(g, pass.input(0)),
        to: 1)
    }
    if pass.inputCount == 3, pass.needsGradient(2) { pass.add(g.channelSums, to: 2) }
  }

  /// The settings with what was added to the result.
  private func fitted(_ weight: Shape) -> ConvolutionSettings {
    settings.with(knownToFit { () throws(ShapeError) in try axes(of: weight, [weight]) })
  }
}
