import BackpropArrays
import BackpropAutodiff

/// A residual network for pictures: convolutions in blocks, around each of which its input goes
/// unchanged and is added to what it gives.
///
/// `(batch, channels, height, width) -> (batch, classes)`, of pictures of any size that leaves something
/// to pool: the features are averaged over all places in the end. The results are raw (logits).
///
/// ```swift
/// let network = ResNet.resNet18(using: &random)
/// try network.load(from: "resnet18.safetensors")        // torchvision's names
/// let scores = network(images, .inference)              // (8, 3, 224, 224) -> (8, 1000)
/// ```
///
/// Its input traps if it has not the channels that the network takes. Source: He et al., "Deep Residual Learning for Image
/// Recognition" (2016); parameters are named as in torchvision, whose `resnet18` is
/// ``resNet18(channels:classes:scalarType:using:)``.
public struct ResNet: Layer {
  /// The convolution in front of all blocks.
  public let conv1: Conv2D
  /// The norm after it.
  public let bn1: BatchNorm
  /// What shrinks its result; `nil` for small pictures.
  public let pool: MaxPool2D?
  /// The blocks, by the size of their results.
  public let stages: [[ResidualBlock]]
  /// The linear layer that gives the results.
  public let fc: Linear

  /// How a block's input is added to a result of other lengths.
  public enum Shortcut: Sendable {
    /// Through a convolution of one number with a norm ("option B").
    case projection
    /// Every second number of it, and zeros for the channels that it has not ("option A").
    case zeroPadding
  }

  /// A network of any number of stages, each with twice the channels of the one before and half its
  /// height and width.
  ///
  /// Traps if there are no stages, or one without blocks.
  ///
  /// - Parameters:
  ///   - blocks: how many blocks each stage has.
  ///   - width: the channels of the first stage.
  ///   - isForSmallPictures: whether the first convolution is one of 3x3 that keeps the size, and not
  ///     one of 7x7 that halves it, followed by pooling that halves it again.
  ///   - channels: the number of channels of a picture: 3 for colours, 1 for gray.
  ///   - shortcut: how a block's input is added to a result of other lengths.
  ///   - classes: the number of results.
  ///   - scalarType: the type of the parameters.
  ///   - random: where the weights come from: He's for fans out, as in torchvision.
  public init(
    blocks: [Int], width: Int = 64, isForSmallPictures: Bool = false,
    channels: Int = 3, shortcut: Shortcut = .projection, classes: Int = 1000,
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    guard !blocks.isEmpty, blocks.allSatisfy({ $0 > 0 }) else {
      fatalError("ResNet: \(blocks) blocks; there is a stage at least, and a block in each")
    }
    conv1 = .withoutBias(
      channels, width, kernel: isForSmallPictures ? 3 : 7, stride: isForSmallPictures ? 1 : 2,
      scalarType, using: &random)
    bn1 = BatchNorm(width, scalarType: scalarType)
    pool = isForSmallPictures ? nil : MaxPool2D(3, stride: 2, padding: 1)
    var stages: [[ResidualBlock]] = []
    var features = width
    for (stage, count) in blocks.enumerated() {
      var layers: [ResidualBlock] = []
      for block in 0..<count {
        let isFirst = stage > 0 && block == 0
        layers.append(
          ResidualBlock(
            features, width << stage, stride: isFirst ? 2 : 1, shortcut: shortcut,
            scalarType: scalarType, using: &random))
        features = width << stage
      }
      stages.append(layers)
    }
    self.stages = stages
    fc = Linear(
      features, classes, scalarType: scalarType, using: &random)
  }

  /// ResNet-18 for pictures as ImageNet's: 11,689,512 parameters for 1000 classes.
  ///
  /// - Parameters:
  ///   - channels: the number of channels of a picture.
  ///   - classes: the number of results.
  ///   - scalarType: the type of the parameters.
  ///   - random: where the weights come from.
  public static func resNet18(
    channels: Int = 3, classes: Int = 1000, scalarType: ScalarType = .float32,
    using random: inout RandomSource
  ) -> ResNet {
    ResNet(
      blocks: [2, 2, 2, 2], channels: channels, classes: classes, scalarType: scalarType,
      using: &random)
  }

  /// ResNet-20 for pictures as CIFAR-10's, of 32x32: 269,722 parameters for 10 classes. See section
  /// 4.2 of the paper.
  ///
  /// - Parameters:
  ///   - channels: the number of channels of a picture.
  ///   - classes: the number of results.
  ///   - scalarType: the type of the parameters.
  ///   - random: where the weights come from.
  public static func resNet20(
    channels: Int = 3, classes: Int = 10, scalarType: ScalarType = .float32,
    using random: inout RandomSource
  ) -> ResNet {
    ResNet(
      blocks: [3, 3, 3], width: 16, isForSmallPictures: true, channels: channels,
      shortcut: .zeroPadding, classes: classes, scalarType: scalarType, using: &random)
  }

  public var members: [ModuleMember] {
    // layer1, layer2, …
    ModuleMember.named(["conv1": conv1, "bn1": bn1])
      + stages.enumerated().flatMap {
        ModuleMember.named(["layer\($0.offset + 1)": $0.element])
      } + ModuleMember.named(["fc": fc])
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    var x = bn1(conv1(input, mode), mode).relu()
    if let pool { x = pool(x, mode) }
    for stage in stages {
      for block in stage { x = block(x, mode) }
    }
    return fc(x.adaptiveAveragePool2D(to: 1).flattened(from: 1), mode)
  }
}

/// Two convolutions of 3x3 with norms, to whose result the input is added: relu(F(x) + x).
///
/// `(batch, inputs, height, width) -> (batch, outputs, height / stride, width / stride)`. Where the
/// lengths differ, a shortcut brings the input to those of the result.
public struct ResidualBlock: Layer {
  /// The first convolution, with the stride.
  public let conv1: Conv2D
  /// The norm after it.
  public let bn1: BatchNorm
  /// The second convolution.
  public let conv2: Conv2D
  /// The norm after it.
  public let bn2: BatchNorm
  /// What brings the input to the result's lengths, unless it has them.
  public let downsample: (any Layer)?

  /// A block with random weights.
  ///
  /// - Parameters:
  ///   - inputs: the channels of the input.
  ///   - outputs: the channels of the result.
  ///   - stride: the stride of the first convolution.
  ///   - shortcut: how the input is added to a result of other lengths.
  ///   - scalarType: the type of the parameters.
  ///   - random: where the weights come from.
  public init(
    _ inputs: Int, _ outputs: Int, stride: Int = 1, shortcut: ResNet.Shortcut = .projection,
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    conv1 = .withoutBias(
      inputs, outputs, kernel: 3, stride: stride, scalarType, using: &random)
    bn1 = BatchNorm(outputs, scalarType: scalarType)
    conv2 = .withoutBias(outputs, outputs, kernel: 3, stride: 1, scalarType, using: &random)
    bn2 = BatchNorm(outputs, scalarType: scalarType)
    switch shortcut {
    case _ where stride == 1 && inputs == outputs: downsample = nil
    case .projection:
      let projection = Conv2D.withoutBias(
        inputs, outputs, kernel: 1, stride: stride, scalarType, using: &random)
      downsample = Sequential([projection, BatchNorm(outputs, scalarType: scalarType)])
    case .zeroPadding:
      downsample = ZeroPaddedShortcut(added: outputs - inputs, stride: stride)
    }
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    let x = bn1(conv1(input, mode), mode).relu()
    return (bn2(conv2(x, mode), mode) + (downsample?(input, mode) ?? input)).relu()
  }
}

/// Every `stride`-th number of each row and column, and zeros in further channels: a shortcut without
/// parameters.
private struct ZeroPaddedShortcut: Layer {
  let added: Int
  let stride: Int

  func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    let x = input[.all, .all, Slice(by: stride), Slice(by: stride)]
    if added == 0 { return x }
    var shape = x.shape
    shape[1] = added
    return Tensor.concatenate([x, Tensor.zeros(shape, scalarType: x.scalarType)], axis: 1)
  }
}

extension Conv2D {
  /// A convolution before a norm, which keeps the size but for the stride.
  fileprivate static func withoutBias(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int, _ scalarType: ScalarType,
    using random: inout RandomSource
  ) -> Conv2D {
    Conv2D(
      inputs, outputs, kernel: PerAxis(kernel), stride: PerAxis(stride),
      padding: .each(PerAxis(kernel / 2)), hasBias: false,
      initializer: .varianceScaling(2, .fanOut, .normal), scalarType: scalarType, using: &random)
  }
}
