import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// Finds where numbers stopped being numbers.
enum Divergence {
  /// Where, in a model that gave a loss that is not finite for `input`, the first infinity or NaN
  /// stands.
  static func place(in model: some Layer, _ input: Tensor) -> String {
    if !input.isFinite { return "the input of the batch is not finite" }
    var x = input
    let parts = model.parts
    // A plain network's activations are not layers of their own.
    let activation = (model as? MultilayerPerceptron)?.activation ?? .identity
    for (index, (name, layer)) in parts.enumerated() {
      let label = name.isEmpty ? layer.summaryName : "\(layer.summaryName), '\(name)'"
      if let bad = layer.namedParameters.first(where: { !$0.parameter.array.isFinite }) {
        return "layer \(label) has a \(bad.name) that is not finite"
      }
      x = withoutGradient { layer(x) }
      if !x.isFinite { return "layer \(label) gives results that are not finite" }
      if index < parts.count - 1 { x = withoutGradient { activation(x) } }
    }
    return "the loss itself overflowed; all layers are finite"
  }
}
