import BackpropArrays
import BackpropNeuralNetworks
import BackpropWeightFiles

/// The weights of a folder, from which a model takes its layers by the names that they have there.
///
/// ```swift
/// let weights = PretrainedWeights(try folder.weights(), path: folder.path)
/// let query = try weights.linear("encoder.layer.0.attention.self.query", inputs: 384, outputs: 384)
/// ```
///
/// A layer is made of an array only if that has the shape that the configuration says, so that memory
/// is taken for what lies in the file and never for what is merely claimed.
///
/// `F32` is used where it lies in the mapped file and takes no memory of its own, until training
/// changes it. `F16` and `BF16` become `F32` in memory, twice their size in the file, without loss.
struct PretrainedWeights: Sendable {
  private let state: StateDictionary
  /// The folder, for errors.
  private let path: String
  /// What names in the file begin with: `bert.`.
  private let prefix: String

  init(_ state: StateDictionary, path: String, prefix: String = "") {
    (self.state, self.path, self.prefix) = (state, path, prefix)
  }

  /// The same weights under one more prefix.
  func under(_ part: String) -> PretrainedWeights {
    PretrainedWeights(state, path: path, prefix: prefix + part)
  }

  /// The first of these prefixes with which there is an array of that name; the last if there is none.
  func under(oneOf prefixes: [String], having name: String) -> PretrainedWeights {
    under(prefixes.first { under($0).has(name) } ?? prefixes.last ?? "")
  }

  /// Whether there is an array of this name.
  func has(_ name: String) -> Bool { state.entry(prefix + name) != nil }

  /// The array of this name, as `float32`.
  ///
  /// - Throws: `PretrainedError` if it is missing, of another shape, or of whole numbers.
  func array(_ name: String, _ shape: Shape) throws(PretrainedError) -> NDArray {
    guard let entry = state.entry(prefix + name) else {
      throw PretrainedError(
        .doesNotFit("the weights lack \(prefix + name), of shape \(shape)"), path: path)
    }
    guard entry.shape == shape else {
      throw PretrainedError(
        .doesNotFit(
          "\(prefix + name) has the shape \(entry.shape) in the file, and by the configuration "
            + "\(shape)"), path: path)
    }
    guard entry.scalarType.isFloatingPoint else {
      throw PretrainedError(
        .doesNotFit("\(prefix + name) holds \(entry.scalarType), and weights are fractions"),
        path: path)
    }
    return entry.array.cast(to: .float32)
  }

  /// A linear layer, of which the file has a `weight` of shape (outputs, inputs) and a `bias`.
  ///
  /// - Parameters:
  ///   - name: what the layer is called.
  ///   - inputs: the length of a row of input.
  ///   - outputs: the length of a row of output.
  ///   - hasBias: whether there is a bias.
  /// - Throws: `PretrainedError`.
  func linear(
    _ name: String, inputs: Int, outputs: Int, hasBias: Bool = true
  ) throws(PretrainedError) -> Linear {
    let weight = try array(name + ".weight", [outputs, inputs])
    let bias = hasBias ? try array(name + ".bias", [outputs]) : nil
    return Linear(weight: weight.matrixTransposed, bias: bias)
  }

  /// A table of vectors, of which the file has a `weight` of shape (count, width).
  ///
  /// - Throws: `PretrainedError`.
  func embedding(
    _ name: String, count: Int, width: Int
  ) throws(PretrainedError) -> Embedding {
    Embedding(weight: try array(name + ".weight", [count, width]))
  }

  /// A norm over rows, of which the file has `weight` and `bias` (`gamma` and `beta` in old files).
  ///
  /// - Parameters:
  ///   - name: what the layer is called.
  ///   - width: the length of a row.
  ///   - epsilon: what is added to the variance.
  /// - Throws: `PretrainedError`.
  func layerNorm(
    _ name: String, width: Int, epsilon: Double
  ) throws(PretrainedError) -> LayerNorm {
    let isOld = !has(name + ".weight") && has(name + ".gamma")
    let norm = LayerNorm([width], epsilon: epsilon)
    norm.weight?.array = try array(name + (isOld ? ".gamma" : ".weight"), [width])
    norm.bias?.array = try array(name + (isOld ? ".beta" : ".bias"), [width])
    return norm
  }
}
