import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropWeightFiles

/// A kind of model that is known by name: to weight files, which say it under `model`, and to the
/// command line.
public enum KnownModel: String, Codable, Sendable, CaseIterable {
  /// Fully connected layers, `MultilayerPerceptron`; what a file holds that says nothing.
  case mlp
  /// `LeNet`.
  case leNet = "lenet"
  /// `SimpleConvNet`, the course's.
  case simpleConvNet = "simple-convnet"
  /// `DeepConvNet`, the course's.
  case deepConvNet = "deep-convnet"
  /// `ResNet` of 20 layers, for gray pictures.
  case resNet = "resnet"

  /// Whether the model has layers after which numbers may be dropped in training.
  public var takesDropout: Bool { self == .mlp || self == .deepConvNet }

  /// Whether the model takes a picture as a row of numbers, and not as (channels, height, width).
  public var takesRows: Bool { self == .mlp }

  /// A model with random weights.
  ///
  /// - Parameters:
  ///   - inputs: the numbers of an example. Models that do not take rows are made for 28x28 pictures.
  ///   - hidden: the widths of the hidden layers of a perceptron.
  ///   - activation: the function after each of these.
  ///   - dropout: how likely a number is dropped after a hidden layer; `nil` for what is usual: none
  ///     in a perceptron, half in the course's deep network. Models without dropout do without.
  ///   - classes: the number of results.
  ///   - random: where the weights come from.
  public func make(
    inputs: Int, hidden: [Int], activation: Activation, dropout: Double? = nil, classes: Int,
    using random: inout RandomSource
  ) -> any Layer {
    switch self {
    case .mlp:
      MultilayerPerceptron(
        [inputs] + hidden + [classes], activation: activation, dropout: dropout ?? 0,
        using: &random)
    case .leNet: LeNet(classes: classes, using: &random)
    case .simpleConvNet: SimpleConvNet(classes: classes, using: &random)
    case .deepConvNet: DeepConvNet(classes: classes, dropout: dropout ?? 0.5, using: &random)
    case .resNet: ResNet.resNet20(channels: 1, classes: classes, using: &random)
    }
  }

  /// The model that a weight file holds, and the shape of an example for it.
  ///
  /// - Parameters:
  ///   - state: the arrays of the file.
  ///   - activation: the function between the layers of a perceptron; `nil` takes what the file says.
  ///   - layout: how the weights of a perceptron lie; `nil` takes what the file tells.
  /// - Throws: `WeightFileError` with what does not fit.
  func load(
    _ state: StateDictionary, activation: Activation?, layout: WeightLayout?
  ) throws -> (model: any Layer, exampleShape: Shape) {
    var state = state
    if let layout { state.layout = layout }
    switch self {
    case .mlp:
      let model = try MultilayerPerceptron(state, activation: activation)
      return (model, [model.layers.first!.weight.shape[0]])
    case .leNet: return (try LeNet(state), [1, 28, 28])
    case .simpleConvNet: return (try SimpleConvNet(state), [1, 28, 28])
    case .deepConvNet: return (try DeepConvNet(state), [1, 28, 28])
    case .resNet: return (try ResNet.resNet20(state), [1, 28, 28])
    }
  }
}
