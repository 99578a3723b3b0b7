import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

extension MultilayerPerceptron {
  /// The network that a weight file holds, whatever its widths.
  ///
  /// The layers are found by the names of their weights, in one of these ways:
  /// `layers.0.weight`, `layers.0.bias`, …; `0.weight`, `2.weight`, … (a `Sequential`);
  /// `hidden.weight`, `output.weight`; or `W1`, `b1`, `W2`, … (the course's).
  ///
  /// - Parameters:
  ///   - state: the arrays of the file.
  ///   - activation: the function between the layers; `nil` takes what the file's metadata say
  ///     under `activation`, or else relu.
  ///   - layout: how the weights lie; `nil` takes what the file tells
  ///     (``StateDictionary/layout``): nearly always (outputs, inputs), as PyTorch has it.
  /// - Throws: `WeightFileError` for missing, unexpected or wrongly shaped arrays.
  public init(
    _ state: StateDictionary, activation: Activation? = nil, layout: WeightLayout? = nil
  ) throws {
    func fail(_ problems: [String]) -> WeightFileError {
      WeightFileError(.mismatch(problems), file: state.file)
    }
    let named = state.metadata["activation"]
    guard let function = activation ?? (named.map { Activation(rawValue: $0) } ?? .relu) else {
      throw fail(["unknown activation '\(named ?? "")' in the metadata"])
    }
    var problems: [String] = []
    var parts: [LayerNames.Key: (weight: StateDictionary.Entry?, bias: StateDictionary.Entry?)] =
      [:]
    for entry in state.entries {
      guard let (key, isWeight) = LayerNames.parse(entry.name) else {
        problems.append("unexpected: \(entry.name) \(entry.shape)")
        continue
      }
      if isWeight { parts[key, default: (nil, nil)].weight = entry }
      if !isWeight { parts[key, default: (nil, nil)].bias = entry }
    }
    if parts.isEmpty {
      problems.append("missing: the weights of any layer, such as layers.0.weight")
      if let prefix = LayerNames.extraPrefix(of: state.names) {
        problems.append("the names fit after removingPrefix(\"\(prefix)\")")
      }
    }
    let keys = parts.keys.sorted()
    problems += LayerNames.gaps(in: keys)

    let layout = layout ?? state.layout
    /// A shape as it is written in the file.
    func inFile(_ inputs: String, _ outputs: String) -> String {
      layout == .inputsOutputs ? "(\(inputs), \(outputs))" : "(\(outputs), \(inputs))"
    }
    var layers: [Linear] = []
    var width: Int?
    for key in keys {
      let (weight, bias) = parts[key]!
      guard let weight else {
        problems.append("missing: the weight that belongs to \(bias!.name)")
        continue
      }
      let shape = layout.turned(weight.shape, .transposed)
      guard shape.rank == 2, weight.scalarType.isFloatingPoint else {
        problems.append(
          "\(weight.name) is \(weight.scalarType) of shape \(weight.shape), expected "
            + "floating-point numbers of shape \(inFile("inputs", "outputs"))"
            + (shape.rank > 2 ? "; this is a convolution's: say which model the file holds" : ""))
        continue
      }
      guard shape.elementCount > 0 else {
        problems.append("\(weight.name) is \(weight.shape): a layer has an input and an output")
        continue
      }
      if let width, shape[0] != width {
        problems.append(
          "\(weight.name) is \(weight.shape), expected \(inFile("\(width)", "…")) after a "
            + "layer of \(width) outputs"
            + (shape[1] == width ? "; its transpose fits: the layout may be another" : ""))
      }
      width = shape[1]
      if let bias, bias.shape != [shape[1]] || !bias.scalarType.isFloatingPoint {
        problems.append(
          "\(bias.name) is \(bias.scalarType) of shape \(bias.shape), expected "
            + "floating-point numbers of shape (\(shape[1]),)")
        continue
      }
      let matrix = layout.turned(weight.array, .transposed)
      layers.append(
        Linear(
          weight: matrix.cast(to: .float32).contiguous().withOwnMemory,
          bias: bias?.array.cast(to: .float32).withOwnMemory))
    }
    guard problems.isEmpty else { throw fail(problems) }
    self.init(layers, activation: function)
  }
}
