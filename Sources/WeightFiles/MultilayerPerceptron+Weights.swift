import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

extension MultilayerPerceptron {
  /// The network that a weight file holds, whatever its widths.
  ///
  /// The layers are found by the names of their weights, in one of these ways:
  /// `layers.0.weight`, `layers.0.bias`, …; `0.weight`, `2.weight`, … (a `Sequential`);
  /// `hidden.weight`, `output.weight`; or `W1`, `b1`, `W2`, … (the course's). Weights are of shape
  /// (inputs, outputs); a file whose metadata say that PyTorch wrote it (`format: pt`) has them
  /// transposed.
  ///
  /// - Parameters:
  ///   - state: the arrays of the file.
  ///   - activation: the function between the layers; `nil` takes what the file's metadata say
  ///     under `activation`, or else relu.
  /// - Throws: `WeightFileError` for missing, unexpected or wrongly shaped arrays.
  public init(_ state: StateDictionary, activation: Activation? = nil) throws {
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
        problems.append("unexpected: \(entry.name) \(entry.array.shape)")
        continue
      }
      if isWeight { parts[key, default: (nil, nil)].weight = entry }
      if !isWeight { parts[key, default: (nil, nil)].bias = entry }
    }
    if parts.isEmpty {
      problems.append("missing: the weights of any layer, such as layers.0.weight")
    }
    let keys = parts.keys.sorted()
    problems += LayerNames.gaps(in: keys)

    let isTransposed = state.metadata["format"] == "pt"
    var layers: [Linear] = []
    var width: Int?
    for key in keys {
      let (weight, bias) = parts[key]!
      guard let weight else {
        problems.append("missing: the weight that belongs to \(bias!.name)")
        continue
      }
      let matrix = isTransposed ? weight.array.matrixTransposed : weight.array
      guard matrix.rank == 2, matrix.scalarType.isFloatingPoint else {
        problems.append(
          "\(weight.name) is \(weight.array.scalarType) of shape \(weight.array.shape), expected "
            + "floating-point numbers of shape (inputs, outputs)")
        continue
      }
      if let width, matrix.shape[0] != width {
        problems.append(
          "\(weight.name) is \(weight.array.shape), expected (\(width), …) after a layer of "
            + "\(width) outputs")
      }
      width = matrix.shape[1]
      if let bias, bias.array.shape != [matrix.shape[1]] || !bias.array.scalarType.isFloatingPoint {
        problems.append(
          "\(bias.name) is \(bias.array.scalarType) of shape \(bias.array.shape), expected "
            + "floating-point numbers of shape (\(matrix.shape[1]),)")
        continue
      }
      layers.append(
        Linear(
          weight: matrix.cast(to: .float32).contiguous(),
          bias: bias?.array.cast(to: .float32)))
    }
    guard problems.isEmpty else { throw fail(problems) }
    self.init(layers, activation: function)
  }
}

/// The ways in which the layers of a plain network are named.
private enum LayerNames {
  /// Which layer: how it is named, and its place among its like.
  struct Key: Hashable, Comparable {
    enum Style: Int { case listed, positional, spoken, course }
    let style: Style
    let position: Int

    static func < (a: Key, b: Key) -> Bool {
      (a.style.rawValue, a.position) < (b.style.rawValue, b.position)
    }
  }

  static func parse(_ name: String) -> (key: Key, isWeight: Bool)? {
    if let letter = name.first, "WwBb".contains(letter), let number = Int(name.dropFirst()) {
      return (Key(style: .course, position: number), "Ww".contains(letter))
    }
    let words = name.split(separator: ".")
    guard words.count >= 2, let kind = words.last, kind == "weight" || kind == "bias" else {
      return nil
    }
    let isWeight = kind == "weight"
    switch (words.count, words[0]) {
    case (3, "layers"):
      return Int(words[1]).map { (Key(style: .listed, position: $0), isWeight) }
    case (2, "hidden"): return (Key(style: .spoken, position: 0), isWeight)
    case (2, "output"): return (Key(style: .spoken, position: 1), isWeight)
    case (2, _): return Int(words[0]).map { (Key(style: .positional, position: $0), isWeight) }
    default: return nil
    }
  }

  /// Layers that must be there because later ones are.
  static func gaps(in keys: [Key]) -> [String] {
    if Set(keys.map(\.style)).count > 1 {
      return ["the layers are named in more than one way"]
    }
    guard let style = keys.first?.style, style != .positional else { return [] }
    let first = style == .course ? 1 : 0
    let positions = Set(keys.map(\.position))
    let last = style == .spoken ? 1 : keys.map(\.position).max()!
    return (first...max(first, last)).filter { !positions.contains($0) }.map { position in
      switch style {
      case .course: "missing: W\(position)"
      case .listed: "missing: layers.\(position).weight"
      case .spoken, .positional: "missing: \(position == 0 ? "hidden" : "output").weight"
      }
    }
  }
}
