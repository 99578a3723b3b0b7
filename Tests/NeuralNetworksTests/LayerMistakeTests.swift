import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import Foundation
import Testing

/// A tensor of a shape and a type, and no numbers.
private func t(_ shape: Shape, _ type: ScalarType = .float32) -> Tensor {
  Tensor(shapeOnly: TensorType(shape, type))
}

/// What each layer says of shapes that do not fit: which operation of which layer, by its path in the
/// model, which shapes, the rule, and how it was probably meant.
@Suite struct LayerMistakeTests {
  private struct Mistake: Sendable {
    /// The type of the layer.
    let layer: String
    let text: String
    let call: @Sendable (inout RandomSource) throws -> any Sendable

    init(
      _ layer: String, _ text: String,
      _ call: @escaping @Sendable (inout RandomSource) throws -> any Sendable
    ) {
      self.layer = layer
      self.text = text
      self.call = call
    }
  }

  @Test func mistakesAreExplained() {
    var random = RandomSource(seed: 1)
    for mistake in Self.mistakes {
      let text: String
      do {
        text = "no error, but \(try mistake.call(&random))"
      } catch { text = "\(error)" }
      #expect(text == mistake.text, "\(mistake.layer)")
    }
  }

  /// Each type in `Layers`.
  @Test func everyLayerHasAMistake() throws {
    let folder = URL(fileURLWithPath: Fixtures.path("x"))
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/NeuralNetworks/Layers")
    let declaration = /public (?:struct|final class) (\w+): [^{]*(?:Layer|Module)\b[^{]*{/
    var layers: Set<String> = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    where path.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
      layers.formUnion(text.matches(of: declaration).map { String($0.output.1) })
    }
    #expect(layers.count > 30)
    let missing = layers.subtracting(Self.mistakes.map(\.layer)).sorted()
    #expect(missing.isEmpty, "no mistake in LayerMistakeTests: \(missing.joined(separator: ", "))")
  }

  private static let mistakes: [Mistake] = [
    Mistake(
      "Linear",
      """
      affine: the input has rows of 28 numbers, and the weight takes rows of 784
        shapes: (32, 1, 28, 28) and (784, 10) and (10,)
        module: Linear(784 -> 10)
        hint: flatten each example to one row of 784
      """
    ) { try Linear(784, 10, using: &$0).outputShape(for: [32, 1, 28, 28]) },
    Mistake(
      "Linear",
      """
      affine: the input has rows of 10 numbers, and the weight takes rows of 784
        shapes: (32, 10) and (784, 10) and (10,)
        module: Linear(784 -> 10)
        hint: a weight of shape (10, 10) takes these rows
      """
    ) { try Linear(784, 10, using: &$0).outputShape(for: [32, 10]) },
    Mistake(
      "Conv1D",
      """
      conv1D: the input has 100 channels, and the weight takes 3
        shapes: (32, 100, 3) and (8, 3, 3) and (8,)
        module: Conv1D(3 -> 8, kernel 3)
        hint: channels come in front of what the kernel slides along: transposed([0, 2, 1])
      """
    ) { try Conv1D(3, 8, kernel: 3, using: &$0).outputShape(for: [32, 100, 3]) },
    Mistake(
      "Conv2D",
      """
      conv2D: the input has 28 channels, and the weight takes 3
        shapes: (32, 28, 28, 3) and (8, 3, 3, 3) and (8,)
        module: Conv2D(3 -> 8, kernel 3x3)
        hint: channels come in front of what the kernel slides along: transposed([0, 3, 1, 2])
      """
    ) { try Conv2D(3, 8, kernel: 3, using: &$0).outputShape(for: [32, 28, 28, 3]) },
    Mistake(
      "Conv2D",
      """
      conv2D: the input has 2 axes, and not (batch, channels, height, width)
        shapes: (32, 784) and (8, 1, 3, 3) and (8,)
        module: Conv2D(1 -> 8, kernel 3x3)
        hint: reshape the rows, as with reshaped(to: [-1, 1, 28, 28])
      """
    ) { try Conv2D(1, 8, kernel: 3, using: &$0).outputShape(for: [32, 784]) },
    Mistake(
      "ConvTranspose1D",
      """
      convTranspose1D: the input has 3 channels, and the weight takes 8
        shapes: (32, 3, 100) and (8, 3, 3) and (3,)
        module: ConvTranspose1D(8 -> 3, kernel 3)
        hint: the weight of a transposed convolution is (channels, filters, …), and not the other way round
      """
    ) { try ConvTranspose1D(8, 3, kernel: 3, using: &$0).outputShape(for: [32, 3, 100]) },
    Mistake(
      "ConvTranspose2D",
      """
      convTranspose2D: the input has 3 channels, and the weight takes 8
        shapes: (32, 3, 7, 7) and (8, 3, 3, 3) and (3,)
        module: ConvTranspose2D(8 -> 3, kernel 3x3)
        hint: the weight of a transposed convolution is (channels, filters, …), and not the other way round
      """
    ) { try ConvTranspose2D(8, 3, kernel: 3, using: &$0).outputShape(for: [32, 3, 7, 7]) },
    Mistake(
      "MaxPool1D",
      """
      maxPool1D: the input has 4 axes, and not (batch, channels, length)
        shapes: (32, 8, 28, 28)
        module: MaxPool1D(2)
        hint: for pictures, take the pooling of two axes
      """
    ) { _ in try MaxPool1D(2).outputShape(for: [32, 8, 28, 28]) },
    Mistake(
      "MaxPool2D",
      """
      maxPool2D: a window that reaches over 2 positions does not fit on a length of 1 with 0 of padding on both sides
        shapes: (32, 8, 1, 1)
        module: MaxPool2D(2)
        hint: pool with a smaller window, or shorten the input less on the way here
      """
    ) { _ in try MaxPool2D(2).outputShape(for: [32, 8, 1, 1]) },
    Mistake(
      "AveragePool1D",
      """
      averagePool1D: a window that reaches over 2 positions does not fit on a length of 1 with 0 of padding on both sides
        shapes: (32, 8, 1)
        module: AveragePool1D(2)
        hint: pool with a smaller window, or shorten the input less on the way here
      """
    ) { _ in try AveragePool1D(2).outputShape(for: [32, 8, 1]) },
    Mistake(
      "AveragePool2D",
      """
      averagePool2D: the input has 3 axes, and not (batch, channels, height, width)
        shapes: (8, 28, 28)
        module: AveragePool2D(2)
        hint: for a batch of one, expandingDimension(at: 0)
      """
    ) { _ in try AveragePool2D(2).outputShape(for: [8, 28, 28]) },
    Mistake(
      "AdaptiveMaxPool2D",
      """
      adaptiveMaxPool2D: the input has 3 axes, and not (batch, channels, height, width)
        shapes: (8, 28, 28)
        module: AdaptiveMaxPool2D(1)
        hint: for a batch of one, expandingDimension(at: 0)
      """
    ) { _ in try AdaptiveMaxPool2D(1).outputShape(for: [8, 28, 28]) },
    Mistake(
      "AdaptiveAveragePool2D",
      """
      adaptiveAveragePool2D: the input has 2 axes, and not (batch, channels, height, width)
        shapes: (32, 8)
        module: AdaptiveAveragePool2D(1)
      """
    ) { _ in try AdaptiveAveragePool2D(1).outputShape(for: [32, 8]) },
    Mistake(
      "Upsample",
      """
      interpolate: the factors are [2.0, 2.0, 2.0]; give one above 0 for all axes or one for each of 2
        shapes: (32, 8, 7, 7)
        module: Upsample(by 2.0x2.0x2.0, nearest)
      """
    ) { _ in try Upsample(by: [2, 2, 2]).outputShape(for: [32, 8, 7, 7]) },
    Mistake(
      "Flatten",
      """
      reshape: there is no axis 1 to flatten from
        shapes: ()
        module: Flatten
      """
    ) { _ in try Flatten().outputShape(for: []) },
    Mistake(
      "Softmax",
      """
      softmax: there is no axis -1 among 0 axes
        shapes: ()
        module: Softmax
        hint: a single number has no axes
      """
    ) { _ in try Softmax().outputShape(for: []) },
    Mistake(
      "LogSoftmax",
      """
      logSoftmax: there is no axis -1 among 0 axes
        shapes: ()
        module: LogSoftmax
        hint: a single number has no axes
      """
    ) { _ in try LogSoftmax().outputShape(for: []) },
    Mistake(
      "PReLU",
      """
      prelu: there must be one slope, or one for each of the 8 channels of axis 1
        shapes: (32, 8) and (3,)
        module: PReLU(3)
      """
    ) { _ in try PReLU(channels: 3).outputShape(for: [32, 8]) },
    Mistake(
      "BatchNorm",
      """
      BatchNorm: the input has 28 features along axis 1, and the layer normalizes 8
        shapes: (32, 28, 28, 8)
        module: BatchNorm(8)
        hint: the features stand last here; bring them to axis 1, with transposed(_:)
      """
    ) { _ in try BatchNorm(8).outputShape(for: [32, 28, 28, 8]) },
    Mistake(
      "BatchNorm",
      """
      BatchNorm: the input has no axis of features
        shapes: (32,)
        module: BatchNorm(8)
        hint: it is of shape (batch, 8), or has more axes behind these
      """
    ) { _ in try BatchNorm(8).outputShape(for: [32]) },
    Mistake(
      "LayerNorm",
      """
      LayerNorm: the input does not end in axes of shape (64,), over which the layer normalizes
        shapes: (32, 10, 32)
        module: LayerNorm(64,)
      """
    ) { _ in try LayerNorm([64]).outputShape(for: [32, 10, 32]) },
    Mistake(
      "MultilayerPerceptron",
      """
      affine: the input has rows of 28 numbers, and the weight takes rows of 784
        shapes: (32, 1, 28, 28) and (784, 100) and (100,)
        module: 'layers.0', Linear(784 -> 100)
        hint: flatten each example to one row of 784
      """
    ) { try MultilayerPerceptron([784, 100, 10], using: &$0).outputShape(for: [32, 1, 28, 28]) },
    Mistake(
      "Sequential",
      """
      affine: the input has rows of 100 numbers, and the weight takes rows of 10
        shapes: (32, 100) and (10, 10) and (10,)
        module: '3', Linear(10 -> 10)
        hint: a weight of shape (100, 10) takes these rows
      """
    ) { random in
      try Sequential {
        Flatten(); Linear(784, 100, using: &random); ReLU(); Linear(10, 10, using: &random)
      }.outputShape(for: [32, 1, 28, 28])
    },
    Mistake(
      "Sequential",
      """
      maxPool2D: a window that reaches over 20 positions does not fit on a length of 13 with 0 of padding on both sides
        shapes: (32, 8, 13, 13)
        module: '1.1', MaxPool2D(20)
        hint: pool with a smaller window, or shorten the input less on the way here
      """
    ) { random in
      try Sequential {
        Conv2D(1, 8, kernel: 3, using: &random);
        Sequential {
          MaxPool2D(2); MaxPool2D(20)
        }
      }.outputShape(for: [32, 1, 28, 28])
    },
    Mistake(
      "Embedding",
      """
      index: the positions are float32 and not whole numbers
        shapes: (10, 4) and (3,)
        module: Embedding
        hint: convert them, with cast(to: .int64)
      """
    ) { try Embedding(10, 4, using: &$0)(t([3])).checkedType() },
    Mistake(
      "Dropout",
      """
      Dropout: the numbers are int64, and must be float32 or float64
        shapes: (3,)
        module: Dropout
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try Dropout(0.5)(t([3], .int64), .training(seed: 0, step: 0)).checkedType() },
    Mistake(
      "LSTM",
      """
      LSTM: the input is no batch of sequences (batch, steps, 8)
        shapes: (5, 8)
        module: LSTM
        hint: make one sequence a batch, with expandingDimension(at: 0)
      """
    ) { try LSTM(8, 16, using: &$0)(t([5, 8])).output.checkedType() },
    Mistake(
      "LSTM",
      """
      LSTM: a step of the input has 7 numbers, and the module takes 8
        shapes: (2, 5, 7)
        module: LSTM
      """
    ) { try LSTM(8, 16, using: &$0)(t([2, 5, 7])).output.checkedType() },
    Mistake(
      "LSTM",
      """
      LSTM: the state is not of shape (1, 2, 16): (layers · directions, batch, hidden)
        shapes: (2, 5, 8) and (1, 2, 8)
        module: LSTM
      """
    ) {
      try LSTM(8, 16, using: &$0)(
        t([2, 5, 8]), state: .init(hidden: t([1, 2, 8]), cell: t([1, 2, 16]))
      ).output.checkedType()
    },
    Mistake(
      "RNN",
      """
      RNN: the sequences have no steps
        shapes: (2, 0, 8)
        module: RNN
      """
    ) { try RNN(8, 16, using: &$0)(t([2, 0, 8])).output.checkedType() },
    Mistake(
      "RNNCell",
      """
      RNNCell: the input is no batch of steps (batch, 8)
        shapes: (2, 5, 8)
        module: RNNCell
        hint: a cell takes one step; sequences are for an RNN
      """
    ) { try RNNCell(8, 16, using: &$0)(t([2, 5, 8])).checkedType() },
    Mistake(
      "RNNCell",
      """
      RNNCell: the state is not of shape (2, 16)
        shapes: (2, 8) and (16,)
        module: RNNCell
      """
    ) { try RNNCell(8, 16, using: &$0)(t([2, 8]), state: t([16])).checkedType() },
    Mistake(
      "MultiHeadAttention",
      """
      MultiHeadAttention: the query is not of shape (batch, length, 16)
        shapes: (2, 5, 8) and (2, 5, 16) and (2, 5, 16)
        module: MultiHeadAttention
      """
    ) {
      try MultiHeadAttention(16, heads: 2, using: &$0)(
        t([2, 5, 8]), t([2, 5, 16]), t([2, 5, 16])
      ).checkedType()
    },
    Mistake(
      "MultiHeadAttention",
      """
      MultiHeadAttention: there is not one value for each key
        shapes: (2, 5, 16) and (2, 7, 16) and (2, 6, 16)
        module: MultiHeadAttention
      """
    ) {
      try MultiHeadAttention(16, heads: 2, using: &$0)(
        t([2, 5, 16]), t([2, 7, 16]), t([2, 6, 16])
      ).checkedType()
    },
    Mistake(
      "MultiHeadAttention",
      """
      MultiHeadAttention: the mask does not broadcast to (batch, heads, n, m), here (2, 2, 5, 7)
        shapes: (2, 5, 16) and (2, 7, 16) and (2, 7, 16) and (5, 5)
        module: MultiHeadAttention
      """
    ) {
      try MultiHeadAttention(16, heads: 2, using: &$0)(
        t([2, 5, 16]), t([2, 7, 16]), t([2, 7, 16]), mask: t([5, 5], .bool)
      ).checkedType()
    },
    Mistake(
      "ReLU",
      """
      relu: the numbers are int32, for which there is no relu
        shapes: (2,)
        module: ReLU
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try ReLU()(t([2], .int32)).checkedType() },
    Mistake(
      "LeakyReLU",
      """
      leakyReLU: the numbers are int32, for which there is no leakyReLU
        shapes: (2,)
        module: LeakyReLU
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try LeakyReLU()(t([2], .int32)).checkedType() },
    Mistake(
      "ELU",
      """
      elu: the numbers are int32, for which there is no elu
        shapes: (2,)
        module: ELU
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try ELU()(t([2], .int32)).checkedType() },
    Mistake(
      "SELU",
      """
      selu: the numbers are int32, for which there is no selu
        shapes: (2,)
        module: SELU
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try SELU()(t([2], .int32)).checkedType() },
    Mistake(
      "GELU",
      """
      gelu: the numbers are int32, for which there is no gelu
        shapes: (2,)
        module: GELU
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try GELU()(t([2], .int32)).checkedType() },
    Mistake(
      "SiLU",
      """
      silu: the numbers are int32, for which there is no silu
        shapes: (2,)
        module: SiLU
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try SiLU()(t([2], .int32)).checkedType() },
    Mistake(
      "Mish",
      """
      mish: the numbers are int32, for which there is no mish
        shapes: (2,)
        module: Mish
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try Mish()(t([2], .int32)).checkedType() },
    Mistake(
      "Softplus",
      """
      softplus: the numbers are int32, for which there is no softplus
        shapes: (2,)
        module: Softplus
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try Softplus()(t([2], .int32)).checkedType() },
    Mistake(
      "Sigmoid",
      """
      sigmoid: the numbers are int32, for which there is no sigmoid
        shapes: (2,)
        module: Sigmoid
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try Sigmoid()(t([2], .int32)).checkedType() },
    Mistake(
      "LogSigmoid",
      """
      logSigmoid: the numbers are int32, for which there is no logSigmoid
        shapes: (2,)
        module: LogSigmoid
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try LogSigmoid()(t([2], .int32)).checkedType() },
    Mistake(
      "Tanh",
      """
      tanh: the numbers are int32, for which there is no tanh
        shapes: (2,)
        module: Tanh
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try Tanh()(t([2], .int32)).checkedType() },
    Mistake(
      "HardSigmoid",
      """
      hardSigmoid: the numbers are int32, for which there is no hardSigmoid
        shapes: (2,)
        module: HardSigmoid
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try HardSigmoid()(t([2], .int32)).checkedType() },
    Mistake(
      "HardSwish",
      """
      hardSwish: the numbers are int32, for which there is no hardSwish
        shapes: (2,)
        module: HardSwish
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try HardSwish()(t([2], .int32)).checkedType() },
    Mistake(
      "RMSNorm",
      """
      RMSNorm: the input does not end in axes of shape (64,), over which the layer normalizes
        shapes: (8, 32)
        module: RMSNorm(64,)
      """
    ) { _ in try RMSNorm([64]).outputShape(for: [8, 32]) },
    Mistake(
      "SinusoidalPositions",
      """
      SinusoidalPositions: the input is not of shape (batch, steps, width)
        shapes: (64,)
        module: SinusoidalPositions
      """
    ) { _ in try SinusoidalPositions().outputShape(for: [64]) },
    Mistake(
      "RotaryPositions",
      """
      RotaryPositions: the input is not of shape (…, steps, d) with rows of the 64 numbers that are \
      turned, or longer
        shapes: (8, 4, 20, 32)
        module: RotaryPositions(64, halves)
      """
    ) { _ in try RotaryPositions(64).outputShape(for: [8, 4, 20, 32]) },
    Mistake(
      "TransformerEncoderLayer",
      """
      MultiHeadAttention: the query is not of shape (batch, length, 16)
        shapes: (2, 5, 8) and (2, 5, 8) and (2, 5, 8)
        module: 'self_attn', MultiHeadAttention(16, 2 heads)
      """
    ) {
      try TransformerEncoderLayer(.init(width: 16, heads: 2), using: &$0)
        .outputShape(for: [2, 5, 8])
    },
    Mistake(
      "TransformerDecoderLayer",
      """
      MultiHeadAttention: the key is not of shape (batch, length, 16)
        shapes: (2, 5, 16) and (2, 7, 8) and (2, 7, 8)
        module: TransformerDecoderLayer > MultiHeadAttention
      """
    ) {
      try TransformerDecoderLayer(.init(width: 16, heads: 2), using: &$0)(
        t([2, 5, 16]), t([2, 7, 8])
      ).checkedType()
    },
    Mistake(
      "TransformerEncoder",
      """
      MultiHeadAttention: the mask does not broadcast to (batch, heads, n, m), here (2, 2, 5, 5)
        shapes: (2, 5, 16) and (2, 5, 16) and (2, 5, 16) and (2, 5)
        module: TransformerEncoder > TransformerEncoderLayer > MultiHeadAttention
        hint: one flag for each key of a text is a mask of shape (2, 1, 1, 5)
      """
    ) {
      try TransformerEncoder(1, .init(width: 16, heads: 2), using: &$0)(
        t([2, 5, 16]), mask: t([2, 5], .bool)
      ).checkedType()
    },
    Mistake(
      "TransformerDecoder",
      """
      MultiHeadAttention: there are 2 batches of queries and 3 of keys
        shapes: (2, 5, 16) and (3, 7, 16) and (3, 7, 16)
        module: TransformerDecoder > TransformerDecoderLayer > MultiHeadAttention
      """
    ) {
      try TransformerDecoder(1, .init(width: 16, heads: 2), using: &$0)(
        t([2, 5, 16]), t([3, 7, 16])
      ).checkedType()
    },
    Mistake(
      "Bilinear",
      """
      Bilinear: the inputs are not rows of 3 and of 4 numbers, as many of both
        shapes: (5, 3) and (6, 4)
        module: Bilinear
      """
    ) { try Bilinear(3, 4, 2, using: &$0)(t([5, 3]), t([6, 4])).checkedType() },
    Mistake(
      "ChannelDropout",
      """
      ChannelDropout: the channels have no places
        shapes: (32, 8)
        module: ChannelDropout(0.5)
        hint: it is of shape (batch, channels, length), or has more axes behind these; Dropout drops single numbers
      """
    ) { _ in try ChannelDropout().outputShape(for: [32, 8]) },
    Mistake(
      "GroupNorm",
      """
      GroupNorm: the input has 28 features along axis 1, and the layer normalizes 8
        shapes: (32, 28, 28, 8)
        module: GroupNorm(8, 2 groups)
        hint: the features stand last here; bring them to axis 1, with transposed(_:)
      """
    ) { _ in try GroupNorm(groups: 2, 8).outputShape(for: [32, 28, 28, 8]) },
    Mistake(
      "InstanceNorm",
      """
      InstanceNorm: the features have no places to normalize over
        shapes: (32, 8)
        module: InstanceNorm(8)
        hint: it is of shape (batch, 8, length), or has more axes behind these; LayerNorm normalizes over features
      """
    ) { _ in try InstanceNorm(8).outputShape(for: [32, 8]) },
    Mistake(
      "Residual",
      """
      Residual: what the layers give, (7, 3), is not of the shape of what is added to it
        shapes: (7, 2) and (7, 3)
        module: Residual
        hint: give a shortcut that makes (7, 3) of the input
      """
    ) { random in
      try Residual { Linear(2, 3, using: &random) }.outputShape(for: [7, 2])
    },
    Mistake(
      "Reshape",
      """
      reshape: the array holds 36 elements and the new shape 15
        shapes: (3, 12) and (3, 5)
        module: Reshape(5)
        hint: write -1 for the length that should be worked out
      """
    ) { _ in try Reshape([5]).outputShape(for: [3, 12]) },
    Mistake(
      "GRU",
      """
      GRU: a step of the input has 7 numbers, and the module takes 8
        shapes: (2, 5, 7)
        module: GRU
      """
    ) { try GRU(8, 16, using: &$0)(t([2, 5, 7])).output.checkedType() },
    Mistake(
      "GRUCell",
      """
      GRUCell: the input is no batch of steps (batch, 8)
        shapes: (2, 5, 8)
        module: GRUCell
        hint: a cell takes one step; sequences are for a GRU
      """
    ) { try GRUCell(8, 16, using: &$0)(t([2, 5, 8])).checkedType() },
    Mistake(
      "LSTMCell",
      """
      LSTMCell: the state is not of shape (2, 16)
        shapes: (2, 8) and (2, 8)
        module: LSTMCell
      """
    ) {
      try LSTMCell(8, 16, using: &$0)(
        t([2, 8]), state: .init(hidden: t([2, 8]), cell: t([2, 16]))
      ).hidden.checkedType()
    },
  ]
}
