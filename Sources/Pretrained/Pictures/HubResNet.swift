import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// A residual network for pictures as it lies on model hubs, of blocks of two convolutions or of three
/// ("bottleneck"), with a classifier of the means of its features.
///
/// `(batch, channels, height, width) -> (batch, classes)`. The results are raw (logits). Names in files
/// are those of `transformers`; for torchvision's there is `ResNet`.
///
/// Source: He et al., "Deep Residual Learning for Image Recognition" (2016); the halving within a
/// bottleneck's middle convolution is torchvision's ("version 1.5").
public struct HubResNet: Layer {
  /// The convolution in front of all blocks, its norm and relu.
  public let stem: Convolution
  /// What halves its result.
  public let pool: MaxPool2D
  /// The blocks, by the size of their results.
  public let stages: [[Block]]
  /// The linear layer that gives the scores.
  public let output: Linear

  init(_ weights: PretrainedWeights, _ settings: ModelConfiguration, classes: Int)
    throws(PretrainedError)
  {
    let widths = 1...ModelConfiguration.widthLimit
    let first = try settings.integer("embedding_size", in: widths, default: 64)
    let channels = try settings.integer("num_channels", in: 1...64, default: 3)
    let features = try settings.integers("hidden_sizes", in: widths)
    let depths = try settings.integers("depths", in: 1...ModelConfiguration.layerLimit)
    guard !features.isEmpty, features.count <= 64, depths.count == features.count else {
      throw settings.error(
        "depths", expected: "as many numbers as in hidden_sizes, 1 to 64", found: "\(depths.count)")
    }
    let kind = try settings.text("layer_type", default: "bottleneck")
    guard ["basic", "bottleneck"].contains(kind) else {
      throw settings.error(
        "layer_type", expected: "basic or bottleneck", found: "'\(kind.prefix(60))'")
    }
    guard try settings.text("hidden_act", default: "relu") == "relu" else {
      throw PretrainedError(.unsupported("an activation but relu"), path: settings.path)
    }
    let halvesFirst = try settings.flag("downsample_in_first_stage", default: false)
    let halvesEarly = try settings.flag("downsample_in_bottleneck", default: false)
    let body = weights.under("resnet.")
    stem = try Convolution(
      body.under("embedder.embedder."), channels, first, kernel: 7, stride: 2, hasReLU: true)
    pool = MaxPool2D(3, stride: 2, padding: 1)
    var inputs = first
    var stages: [[Block]] = []
    for (stage, (outputs, depth)) in zip(features, depths).enumerated() {
      var blocks: [Block] = []
      for index in 0..<depth {
        let stride = index == 0 && (stage > 0 || halvesFirst) ? 2 : 1
        blocks.append(
          try Block(
            body.under("encoder.stages.\(stage).layers.\(index)."), inputs, outputs,
            stride: stride, isBottleneck: kind == "bottleneck", halvesEarly: halvesEarly))
        inputs = outputs
      }
      stages.append(blocks)
    }
    self.stages = stages
    output = try weights.linear("classifier.1", inputs: inputs, outputs: classes)
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    var x = pool(stem(input, mode), mode)
    for block in stages.joined() { x = block(x, mode) }
    return output(x.mean(axes: [2, 3]), mode)
  }

  public var members: [ModuleMember] {
    var members = ModuleMember.named(["resnet.embedder.embedder": stem])
    for (index, blocks) in stages.enumerated() {
      for (place, block) in blocks.enumerated() {
        members.append(
          ModuleMember("resnet.encoder.stages.\(index).layers.\(place)", .module(block)))
      }
    }
    return members + ModuleMember.named(["classifier.1": output])
  }

  public var summaryName: String { "HubResNet(\(stages.map(\.count)))" }
}

extension HubResNet {
  /// A convolution without a bias, a norm, and relu or nothing.
  public struct Convolution: Layer {
    /// The convolution.
    public let convolution: Conv2D
    /// The norm.
    public let normalization: BatchNorm
    /// Whether relu follows.
    public let hasReLU: Bool

    init(
      _ weights: PretrainedWeights, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1,
      hasReLU: Bool
    ) throws(PretrainedError) {
      convolution = Conv2D(
        weight: try weights.array("convolution.weight", [outputs, inputs, kernel, kernel]),
        stride: PerAxis(stride), padding: .each(PerAxis(kernel / 2)))
      normalization = BatchNorm(outputs)
      let norm = weights.under("normalization.")
      normalization.weight?.array = try norm.array("weight", [outputs])
      normalization.bias?.array = try norm.array("bias", [outputs])
      normalization.statistics?.mean.array = try norm.array("running_mean", [outputs])
      normalization.statistics?.variance.array = try norm.array("running_var", [outputs])
      self.hasReLU = hasReLU
    }

    public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
      let x = normalization(convolution(input, mode), mode)
      return hasReLU ? x.relu() : x
    }
  }

  /// A block: relu(x + convolutions(x)), in which x goes through a convolution of one number where the
  /// result has another shape.
  public struct Block: Layer {
    /// The convolutions, in order.
    public let layers: [Convolution]
    /// What x goes through; `nil` for nothing.
    public let shortcut: Convolution?

    init(
      _ weights: PretrainedWeights, _ inputs: Int, _ outputs: Int, stride: Int,
      isBottleneck: Bool, halvesEarly: Bool
    ) throws(PretrainedError) {
      func layer(
        _ index: Int, _ inputs: Int, _ outputs: Int, _ kernel: Int, _ stride: Int, _ relu: Bool
      ) throws(PretrainedError) -> Convolution {
        try Convolution(
          weights.under("layer.\(index)."), inputs, outputs, kernel: kernel, stride: stride,
          hasReLU: relu)
      }
      if isBottleneck {
        let narrow = max(outputs / 4, 1)
        layers = [
          try layer(0, inputs, narrow, 1, halvesEarly ? stride : 1, true),
          try layer(1, narrow, narrow, 3, halvesEarly ? 1 : stride, true),
          try layer(2, narrow, outputs, 1, 1, false),
        ]
      } else {
        layers = [
          try layer(0, inputs, outputs, 3, stride, true),
          try layer(1, outputs, outputs, 3, 1, false),
        ]
      }
      shortcut =
        inputs != outputs || stride != 1
        ? try Convolution(
          weights.under("shortcut."), inputs, outputs, kernel: 1, stride: stride, hasReLU: false)
        : nil
    }

    public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
      var x = input
      for layer in layers { x = layer(x, mode) }
      return (x + (shortcut?(input, mode) ?? input)).relu()
    }

    public var members: [ModuleMember] {
      ModuleMember.named(["layer": layers, "shortcut": shortcut])
    }
  }
}
