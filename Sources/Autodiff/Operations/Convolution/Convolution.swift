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

extension Tensor {
  /// A convolution along one or two axes, an activation and max pooling: the same numbers as one after
  /// the other, without those that are not kept going through memory.
  ///
  /// Traps as the functions of these names do.
  ///
  /// - Parameters:
  ///   - weight: of shape (filters, channels / groups, kernel lengths).
  ///   - bias: of shape (filters), or `nil` for none.
  ///   - stride: how far the kernel goes at a step.
  ///   - padding: the zeros around the input.
  ///   - dilation: how far apart the numbers are that the kernel sees.
  ///   - groups: into how many parts the channels are divided.
  ///   - activation: applied to the sums.
  ///   - pooling: which windows of that are pooled, `nil` for none.
  package func convolved(
    _ weight: Tensor, _ bias: Tensor?, stride: PerAxis, padding: Padding, dilation: PerAxis,
    groups: Int, activation: Activation, pooling: PoolingWindows?
  ) -> Tensor {
    Convolution(
      settings: ConvolutionSettings(
        axisCount: weight.rank - 2, stride: stride, padding: padding, dilation: dilation,
        groups: groups),
      activation: activation, pooling: pooling
    ).apply(self, weight, bias)
  }
}

struct Convolution: KernelOperation {
  let settings: ConvolutionSettings
  var activation: Activation = .identity
  /// The windows whose largest numbers are the result, `nil` for all numbers.
  var pooling: PoolingWindows?

  var name: String { "conv\(settings.axisCount)D" }
  var details: String {
    [
      settings.details, activation == .identity ? "" : activation.rawValue,
      pooling.map { "max pooling, \($0.details)" } ?? "",
    ].filter { !$0.isEmpty }.joined(separator: ", ")
  }
  /// Where in its plane each of the largest numbers stands.
  var savedCount: Int { pooling == nil ? 0 : 1 }

  func apply(_ input: Tensor, _ weight: Tensor, _ bias: Tensor?) -> Tensor {
    if let bias { self(input, weight, bias) } else { self(input, weight) }
  }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let convolved = try plan(inputs).result
    let result = try pooling?.result(of: convolved, pooling!.name("MaxPool"))
    return TensorType(result ?? convolved, inputs[0].scalarType)
  }

  /// The kernel's way, and the shape of what it computes, before that is pooled.
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
    let (inputs, isRecorded) = (pass.inputs, pass.isRecorded)
    let (axes, convolved) = knownToFit { () throws(ShapeError) in try plan(inputs) }
    let positions = pass.withOutput { result in
      let positions =
        pooling != nil && isRecorded ? NDArray(uninitialized: result.shape, .int32) : nil
      ConvolutionKernel.forward(
        inputs[0].array, inputs[1].array, inputs.count == 3 ? inputs[2].array : nil,
        settings.geometry(
          axes, input: inputs[0].shape, weight: inputs[1].shape, windows: convolved.dropFirst(2)),
        activation: activation.kernel, pooling: pooling?.planes(convolved, name), into: result,
        positions: positions)
      return positions
    }
    if let positions { pass.save(positions) }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    var needs = GradientNeeds.otherSide(inputs)
    if activation != .identity { needs.insert(.output) }
    return needs
  }

  func backward(_ pass: inout BackwardPass) {
    if !pass.isRecording { return backwardOfNumbers(&pass) }
    var g = pass.cotangent
    if activation != .identity { g = activation.gradient(g, pass.output) }
    guard pass.needsGradient(0) || pass.needsGradient(1) else {
      return pass.add(g.channelSums, to: 2)
    }
    let (input, weight) = (pass.inputType(0).shape, pass.inputType(1).shape)
    let (axes, convolved) = way(input, weight)
    if let pooling {
      g = ScatterInPlanes(shape: convolved, windows: pooling)(g, pass.saved(0))
    }
    // With a padding that leaves nothing of the input over.
    let fitted = settings.with(
      axes.indices.map { axes[$0].leavingNothing(of: input[$0 + 2], windows: convolved[$0 + 2]) })
    if pass.needsGradient(0) {
      pass.add(ConvTranspose(settings: fitted)(g, pass.input(1)), to: 0)
    }
    if pass.needsGradient(1) {
      pass.add(
        ConvolutionWeightGradient(settings: fitted, weight: weight)(pass.input(0), g), to: 1)
    }
    if pass.inputCount == 3, pass.needsGradient(2) { pass.add(g.channelSums, to: 2) }
  }

  /// The same straight on arrays: what followed the convolution is passed back where the kernels read
  /// it, and the bias's gradient is summed on the way.
  private func backwardOfNumbers(_ pass: inout BackwardPass) {
    let isRectified = activation == .relu
    let (wantsInput, wantsWeight) = (pass.needsGradient(0), pass.needsGradient(1))
    let wantsBias = pass.inputCount == 3 && pass.needsGradient(2)
    var g = NDArray(storage: pass.takeCotangent().storage).contiguous()
    if !isRectified, activation != .identity {
      pass.withResult { activation.passBack(&g, $0) }
    }
    if wantsInput || wantsWeight {
      let (input, weight) = (pass.inputType(0).shape, pass.inputType(1).shape)
      let (axes, convolved) = way(input, weight)
      let geometry = settings.geometry(
        axes, input: input, weight: weight, windows: convolved.dropFirst(2))
      let cotangent = ConvolutionKernel.Cotangent(
        g, result: isRectified ? pass.output.array : nil,
        pooling: pooling?.planes(convolved, name),
        positions: pooling == nil ? nil : pass.saved(0).array)
      if wantsInput {
        let gradient = NDArray(uninitialized: input, g.scalarType)
        pass.withArray(1) {
          ConvolutionKernel.inputGradient(cotangent, $0, nil, geometry, into: gradient)
        }
        pass.add(Tensor(array: gradient, node: nil), to: 0)
      }
      if wantsWeight {
        let gradient = NDArray(uninitialized: weight, g.scalarType)
        let bias = wantsBias ? NDArray(uninitialized: [weight[0]], g.scalarType) : nil
        pass.withArray(0) {
          ConvolutionKernel.weightGradient($0, cotangent, geometry, into: gradient, bias: bias)
        }
        pass.add(Tensor(array: gradient, node: nil), to: 1)
        if let bias { pass.add(Tensor(array: bias, node: nil), to: 2) }
      }
    }
    if wantsBias, !wantsWeight {
      if isRectified { pass.withResult { activation.passBack(&g, $0) } }
      pass.add(Tensor(array: g, node: nil).channelSums, to: 2)
    }
  }

  /// The kernel's way, and the shape of what it computes, of lengths that are known to fit.
  private func way(_ input: Shape, _ weight: Shape) -> (axes: [SlidingAxis], result: Shape) {
    let axes = knownToFit { () throws(ShapeError) in try settings.axes(of: weight, name, [input]) }
    let counts = axes.indices.map { axes[$0].windowCount(input[$0 + 2])! }
    return (axes, Shape([input[0], weight[0]] + counts))
  }
}

extension Tensor {
  /// The sum over all axes but the channels: the gradient with respect to a bias of them.
  var channelSums: Tensor { sum(axes: Array(2..<rank)).sum(axis: 0) }
}
