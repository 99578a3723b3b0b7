import BackpropArrays
import BackpropNeuralNetworks

extension FeedForwardActivation {
  /// The function that a configuration names.
  ///
  /// - Parameters:
  ///   - configuration: the configuration.
  ///   - keys: under which it stands; the first that is there counts.
  ///   - fallback: what it is called where none of the keys is there.
  /// - Throws: `PretrainedError` for one that is not there.
  init(
    _ configuration: ModelConfiguration, _ keys: String..., default fallback: String
  ) throws(PretrainedError) {
    let name = try configuration.text(keys, default: fallback)
    switch name {
    case "silu", "swish": self = .silu
    case "gelu", "gelu_python": self = .gelu()
    case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": self = .gelu(.tanh)
    case "relu": self = .relu
    default:
      let key = keys.first { configuration.has($0) } ?? keys[0]
      throw PretrainedError(
        .unsupported("the activation '\(name.prefix(60))' under '\(key)'"),
        path: configuration.path)
    }
  }

  /// The same behind the product of packed weights.
  var packed: PackedMatrix.Activation {
    switch self {
    case .relu: .relu
    case .gelu(.none): .gelu
    case .gelu(.tanh): .tanhGELU
    case .silu: .silu
    }
  }
}
