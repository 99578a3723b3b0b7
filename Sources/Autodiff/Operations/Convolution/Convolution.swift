import BackpropArrays

extension Tensor {
  /// The convolution of pictures with `weight`, as deep learning has it: the kernel is not turned
  /// around (a cross-correlation).
  ///
  /// yₙₒ(i, j) = bₒ + Σ over c, k, l of wₒ꜀(k, l) · xₙ꜀(i s + k d − p, j s + l d − p), where x is
  /// zero outside of the picture; s is the stride, d the dilation and p the padding. With several
  /// groups, each group of channels of the result sees one group of the input's.
  ///
  /// `(n, channels, height, width) -> (n, filters, …, …)`, of lengths
  /// ⌊(length + padding before and after − dilation (kernel − 1) − 1) / stride⌋ + 1. The gradients
  /// are convolutions too: with respect to x the transposed one of ∂L/∂y and w, with respect to w
  /// that of x with ∂L/∂y, and ∂L/∂b = Σ ∂L/∂y over all but the channels.
  ///
  /// ```swift
  /// images.conv2D(weight, bias, padding: 1)      // (8, 3, 32, 32), (16, 3, 3, 3) -> (8, 16, 32, 32)
  /// ```
  ///
  /// Traps if the axes, channels, groups, types or the length of the bias do not fit, the kernel does
  /// not fit on the padded picture, a stride or dilation is 0, or a setting has a number for another
  /// count of axes. PyTorch's `conv2d`.
  ///
  /// - Parameters:
  ///   - weight: of shape (filters, channels / groups, kernel height, kernel width).
  ///   - bias: of shape (filters), or `nil` for none.
  ///   - stride: how far the kernel goes at a step.
  ///   - padding: the zeros around the picture.
  ///   - dilation: how far apart the numbers are that the kernel sees.
  ///   - groups: into how many parts the channels are divided.
  public func conv2D(
    _ weight: Tensor, _ bias: Tensor? = nil, stride: PerAxis = 1, padding: Padding = 0,
    dilation: PerAxis = 1, groups: Int = 1
  ) -> Tensor {
    Convolution(
      settings: ConvolutionSettings(
        axisCount: 2, stride: stride, padding: padding, dilation: dilation, groups: groups)
    ).apply(self, weight, bias)
  }

  /// The convolution of sequences with `weight`: ``conv2D(_:_:stride:padding:dilation:groups:)``
  /// along one axis.
  ///
  /// `(n, channels, length) -> (n, filters, …)`, and the gradients are as there.
  ///
  /// ```swift
  /// sound.conv1D(weight, stride: 2)              // (8, 1, 16000), (64, 1, 25) -> (8, 64, 7988)
  /// ```
  ///
  /// Traps as there. PyTorch's `conv1d`.
  ///
  /// - Parameters:
  ///   - weight: of shape (filters, channels / groups, kernel).
  ///   - bias: of shape (filters), or `nil` for none.
  ///   - stride: how far the kernel goes at a step.
  ///   - padding: the zeros in front of the sequence and behind it.
  ///   - dilation: how far apart the numbers are that the kernel sees.
  ///   - groups: into how many parts the channels are divided.
  public func conv1D(
    _ weight: Tensor, _ bias: Tensor? = nil, stride: Int = 1, padding: Padding = 0,
    dilation: Int = 1, groups: Int = 1
  ) -> Tensor {
    Convolution(
      settings: ConvolutionSettings(
        axisCount: 1, stride: PerAxis(stride), padding: padding, dilation: PerAxis(dilation),
        groups: groups)
    ).apply(self, weight, bias)
  }
}

struct Convolution: KernelOperation {
  let settings: ConvolutionSettings

  var name: String { "conv\(settings.axisCount)D" }
  var details: String { settings.details }

  func apply(_ input: Tensor, _ weight: Tensor, _ bias: Tensor?) -> Tensor {
    if let bias { self(input, weight, bias) } else { self(input, weight) }
  }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    TensorType(try plan(inputs).result, inputs[0].scalarType)
  }

  /// The kernel's way, and the shape of the result.
  private func plan(_ inputs: Inputs) throws(ShapeError) -> (axes: [SlidingAxis], result: Shape) {
    try settings.check(inputs, name)
    let (input, weight) = (inputs[0].shape, inputs[1].shape)
    try checkChannels(inputs)
    try settings.checkBias(inputs, count: weight[0], name)
    let axes = try settings.axes(of: weight, name, inputs.shapes)
    var lengths = [input[0], weight[0]]
    for (axis, length) in zip(axes, input.dropFirst(2)) {
      guard let count = axis.windowCount(length) else {
        throw ShapeError(
          name, inputs.shapes,
          "a kernel that reaches over \(axis.reach) positions does not fit on a length of \(length) "
            + "with \(axis.before) and \(axis.after) of padding",
          hint: "pad the input, or shorten it less on the way here")
      }
      lengths.append(count)
    }
    let result = Shape(lengths)
    guard result.hasCountableElements else {
      throw ShapeError(name, inputs.shapes, "more elements than can be counted")
    }
    return (axes, result)
  }

  private func checkChannels(_ inputs: Inputs) throws(ShapeError) {
    let (input, weight) = (inputs[0].shape, inputs[1].shape)
    let groups = settings.groups
    guard weight[1].multiplied(byCounting: groups) != input[1] else { return }
    let isChannelsLast = input[input.rank - 1] == weight[1] * groups
    throw ShapeError(
      name, inputs.shapes,
      "the input has \(input[1]) channels, and the weight takes \(weight[1])"
        + (groups == 1 ? "" : " in each of \(groups) groups"),
      hint: isChannelsLast
        ? "channels come in front of what the kernel slides along: transposed("
          + (settings.axisCount == 1 ? "[0, 2, 1])" : "[0, 3, 1, 2])") : nil)
  }

  func compute(_ pass: inout ForwardPass) {
    let inputs = pass.inputs
    let (axes, result) = knownToFit { () throws(ShapeError) in try plan(inputs) }
    pass.withOutput {
      ConvolutionProduct.forward(
        inputs[0].array, inputs[1].array, inputs.count == 3 ? inputs[2].array : nil,
        settings.geometry(
          axes, input: inputs[0].shape, weight: inputs[1].shape, windows: result.dropFirst(2)),
        into: $0)
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .otherSide(inputs) }

  func backward(_ pass: inout BackwardPass) {
    let g = pass.cotangent
    if pass.needsGradient(0) {
      let (input, weight) = (pass.inputType(0).shape, pass.input(1))
      pass.add(
        ConvTranspose(settings: fitted(weight.shape, input, g.shape))(g, weight), to: 0)
    }
    if pass.needsGradient(1) {
      let (input, weight) = (pass.input(0), pass.inputType(1).shape)
      pass.add(
        ConvolutionWeightGradient(
          settings: fitted(weight, input.shape, g.shape), weight: weight)(input, g), to: 1)
    }
    if pass.inputCount == 3, pass.needsGradient(2) { pass.add(g.channelSums, to: 2) }
  }

  /// The settings with a padding that leaves nothing of the input over.
  private func fitted(_ weight: Shape, _ input: Shape, _ result: Shape) -> ConvolutionSettings {
    let axes = knownToFit { () throws(ShapeError) in try settings.axes(of: weight, name, [input]) }
    return settings.with(
      axes.indices.map {
        axes[$0].leavingNothing(of: input[$0 + 2], windows: result[$0 + 2])
      })
  }
}

extension Tensor {
  /// The sum over all axes but the channels: the gradient with respect to a bias of them.
  var channelSums: Tensor { sum(axes: Array(2..<rank)).sum(axis: 0) }
}
