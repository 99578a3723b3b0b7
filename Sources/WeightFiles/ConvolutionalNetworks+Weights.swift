import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropNeuralNetworks

extension LeNet {
  /// The network that a weight file holds, whatever its number of classes.
  ///
  /// - Parameters:
  ///   - state: the arrays of the file: `conv1.weight`, …, `fc3.bias`.
  ///   - scalarType: the type of the parameters, to which the file's numbers are converted.
  /// - Throws: `WeightFileError` with all that does not fit.
  public init(_ state: StateDictionary, scalarType: ScalarType = .float32) throws {
    var random = RandomSource(seed: 0)
    self.init(
      classes: state.outputs(of: "fc3", times: 84) ?? 10, initializer: .zeros,
      scalarType: scalarType,
      using: &random)
    try load(state)
  }
}

extension SimpleConvNet {
  /// The network that a weight file holds, whatever its widths.
  ///
  /// - Parameters:
  ///   - state: the arrays of the file: `conv1.weight`, …, `fc2.bias`, or the course's `W1`, `b1`, …,
  ///     `b3`, whose linear weights are (inputs, outputs).
  ///   - input: the shape of a picture, (channels, height, width).
  ///   - scalarType: the type of the parameters, to which the file's numbers are converted.
  /// - Throws: `WeightFileError` with all that does not fit.
  public init(
    _ state: StateDictionary, input: Shape = [1, 28, 28], scalarType: ScalarType = .float32
  ) throws {
    let state = try state.courseNamesReplaced(by: ["conv1", "fc1", "fc2"])
    var random = RandomSource(seed: 0)
    // A kernel that fits on no picture is the file's mistake and not the program's: it then does not
    // fit the network either.
    let weight = state.entry("conv1.weight").flatMap { entry in
      entry.shape.rank == 4 && entry.shape[0] > 0
        && (1..<Swift.min(input[1], input[2])).contains(entry.shape[2])
        && state.accountsFor([entry.shape[0], input[1], input[2]])
        ? entry.shape : nil
    }
    let (filters, kernel) = (weight?[0] ?? 30, weight?[2] ?? 5)
    let pooled = filters * ((input[1] - kernel + 1) / 2) * ((input[2] - kernel + 1) / 2)
    let hidden = state.outputs(of: "fc1", times: pooled) ?? 100
    self.init(
      input: input, filters: filters, kernel: kernel, hidden: hidden,
      classes: state.outputs(of: "fc2", times: hidden) ?? 10,
      initializer: .zeros, scalarType: scalarType, using: &random)
    try load(state)
  }
}

extension DeepConvNet {
  /// The network that a weight file holds, whatever the widths of its linear layers.
  ///
  /// - Parameters:
  ///   - state: the arrays of the file: `conv1.weight`, …, `fc2.bias`, or the course's `W1`, `b1`, …,
  ///     `b8`, whose linear weights are (inputs, outputs).
  ///   - isDropoutUnscaled: whether the file was trained with a dropout that leaves what it keeps as it
  ///     is, as the course's own programs have it. These multiply by the probability of keeping when a
  ///     network is used; the linear layers are then scaled to give what they gave.
  ///   - scalarType: the type of the parameters, to which the file's numbers are converted.
  /// - Throws: `WeightFileError` with all that does not fit.
  public init(
    _ state: StateDictionary, isDropoutUnscaled: Bool = false, scalarType: ScalarType = .float32
  ) throws {
    let state = try state.courseNamesReplaced(by: (1...6).map { "conv\($0)" } + ["fc1", "fc2"])
    var random = RandomSource(seed: 0)
    let hidden = state.outputs(of: "fc1", times: 64 * 4 * 4) ?? 50
    self.init(
      hidden: hidden, classes: state.outputs(of: "fc2", times: hidden) ?? 10,
      initializer: .zeros, scalarType: scalarType, using: &random)
    try load(state)
    if isDropoutUnscaled {
      let kept = 1 - dropout.probability
      fc2.weight.array = (fc2.weight.tensor * (kept * kept)).array
      if let bias = fc2.bias { bias.array = (bias.tensor * kept).array }
    }
  }
}

extension ResNet {
  /// The network of 20 layers, as `resNet20(channels:classes:scalarType:using:)` makes it, that a
  /// weight file holds, whatever its channels and number of classes.
  ///
  /// - Parameters:
  ///   - state: the arrays of the file: `conv1.weight`, …, `layer3.2.bn2.bias`, …, `fc.bias`.
  ///   - scalarType: the type of the parameters, to which the file's numbers are converted.
  /// - Throws: `WeightFileError` with all that does not fit.
  public static func resNet20(
    _ state: StateDictionary, scalarType: ScalarType = .float32
  ) throws -> ResNet {
    var random = RandomSource(seed: 0)
    let channels = state.entry("conv1.weight").flatMap { entry in
      entry.shape.rank == 4 && entry.shape[1] > 0 && state.accountsFor([entry.shape[1], 16 * 9])
        ? entry.shape[1] : nil
    }
    let network = ResNet.resNet20(
      channels: channels ?? 3, classes: state.outputs(of: "fc", times: 64) ?? 10,
      scalarType: scalarType, using: &random)
    try network.load(state)
    return network
  }
}

extension StateDictionary {
  /// The width of what the linear layer of this name gives, if the file has it, and holds so much that a
  /// layer of that width for `inputs` numbers may be made.
  fileprivate func outputs(of layer: String, times inputs: Int) -> Int? {
    guard let shape = entry("\(layer).weight")?.shape, shape.rank == 2 else { return nil }
    let width = shape[layout == .outputsInputs ? 0 : 1]
    return width > 0 && accountsFor([width, inputs]) ? width : nil
  }

  /// Whether the file holds so much that an array of this size may be made because of it, which need not
  /// fit it: sizes that it only claims must take no memory.
  fileprivate func accountsFor(_ sizes: [Int]) -> Bool {
    let held = entries.reduce(1 << 20) { $0 + 4 * $1.stored.count }
    return checkedProduct(sizes).map { $0 <= held } ?? false
  }

  /// The same arrays, with `layers[i − 1].weight` and `layers[i − 1].bias` for the course's `Wi` and
  /// `bi` if all have such names.
  fileprivate func courseNamesReplaced(by layers: [String]) throws -> StateDictionary {
    func parse(_ name: String) -> (layer: String, isWeight: Bool)? {
      guard let (key, isWeight) = LayerNames.parse(name), key.style == .course,
        layers.indices.contains(key.position - 1)
      else { return nil }
      return (layers[key.position - 1], isWeight)
    }
    guard !names.isEmpty, names.allSatisfy({ parse($0) != nil }) else { return self }
    return try renamed { name in
      parse(name).map { "\($0.layer).\($0.isWeight ? "weight" : "bias")" }
    }
  }
}
