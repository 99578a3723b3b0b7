import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// Low-rank adapters (LoRA) in a model's linear layers: what fine-tuning changes instead of the
/// model's own weights, which stay as they are.
///
/// ```swift
/// let adapters = try LowRankAdapters(
///   in: model, layers: ["query", "value"], rank: 8, alpha: 16, dropout: 0.1,
///   trainingWhole: ["classifier"], using: &random)
/// let loop = TrainingLoop(model, AdamW(for: model, learningRate: 1e-3), texts, batchSize: 16) { … }
/// try loop.run(epochs: 3)
/// try adapters.save(to: "adapters")          // a folder, as PEFT writes it
/// adapters.merge()                           // the model alone gives the same from now on
/// ```
///
/// Adapters are put into the model; it need not be made for them. All other parameters are frozen.
/// Adapters belong to their layers, so that the ordinary optimizer and loop train them, and
/// checkpoints hold them.
///
/// A layer is named by the end of its path, `query` or `attention.self.query`, in which `*` stands
/// for any one part: `layer.*.output.dense`. `*` alone means every linear layer.
///
/// Source: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021); names and files
/// are those of the Python library PEFT.
public struct LowRankAdapters: Sendable {
  /// The names by which the layers were chosen.
  public let layers: [String]
  /// How many numbers lie between the two matrices of an adapter.
  public let rank: Int
  /// α, by which with the rank an adapter's correction is multiplied: α / rank.
  public let alpha: Double
  /// How likely a number is dropped on the way into an adapter in training.
  public let dropout: Double
  /// The names of modules that are trained and saved whole, such as a classifier's new head.
  public let trainedWhole: [String]

  let model: any Module
  /// Whether corrections are multiplied by α / √rank instead, as rsLoRA's are.
  let isRankStabilized: Bool
  /// The adapted layers by their names in the model.
  let adapted: [(name: String, layer: Linear)]

  /// Puts adapters into a model's layers, and freezes all else.
  ///
  /// - Parameters:
  ///   - model: it gives what it gave, until training changes the adapters.
  ///   - layers: the ends of the names of the linear layers that get one.
  ///   - rank: how many numbers lie between the two matrices of an adapter. Traps unless positive.
  ///   - alpha: α; corrections are multiplied by α / rank. `nil` is twice the rank.
  ///   - dropout: how likely a number is dropped on the way into an adapter in training.
  ///   - trainedWhole: the ends of the names of modules that stay trainable as a whole.
  ///   - random: where the first matrices come from; the second are zeros.
  /// - Throws: ``LowRankAdapterError`` if there is no such layer or module, or a layer has an adapter;
  ///   nothing is then changed.
  public init(
    in model: some Module, layers: [String], rank: Int = 8, alpha: Double? = nil,
    dropout: Double = 0, trainingWhole trainedWhole: [String] = [],
    using random: inout RandomSource
  ) throws(LowRankAdapterError) {
    guard rank > 0, dropout >= 0, dropout < 1, alpha?.isFinite ?? true else {
      fatalError(
        "LowRankAdapters: rank \(rank), alpha \(alpha.map { "\($0)" } ?? "nil"), dropout "
          + "\(dropout); the rank is 1 at least, alpha finite, and dropout in 0..<1")
    }
    let alpha = alpha ?? Double(2 * rank)
    for pattern in trainedWhole where Self.modules(of: model, endingIn: [pattern]).isEmpty {
      throw .noSuchModule(pattern)
    }
    var adapters: [(name: String, layer: Linear, adapter: LowRankAdapter)] = []
    for (name, layer) in try Self.linearLayers(of: model, endingIn: layers, but: trainedWhole) {
      adapters.append(
        (
          name, layer,
          LowRankAdapter(
            of: layer, rank: rank, scale: alpha / Double(rank), dropout: dropout, using: &random)
        ))
    }
    self.init(
      in: model, adapters, layers: layers, rank: rank, alpha: alpha, dropout: dropout,
      trainedWhole: trainedWhole)
  }

  /// Puts these adapters into these layers, of which none has one.
  init(
    in model: any Module, _ adapters: [(name: String, layer: Linear, adapter: LowRankAdapter)],
    layers: [String], rank: Int, alpha: Double, isRankStabilized: Bool = false, dropout: Double,
    trainedWhole: [String]
  ) {
    self.model = model
    self.isRankStabilized = isRankStabilized
    (self.layers, self.rank, self.alpha) = (layers, rank, alpha)
    (self.dropout, self.trainedWhole) = (dropout, trainedWhole)
    adapted = adapters.map { ($0.name, $0.layer) }
    model.isTrainable = false
    for (_, layer, adapter) in adapters { layer.adapter = adapter }
    for (_, module) in Self.modules(of: model, endingIn: trainedWhole) { module.isTrainable = true }
  }

  /// The names of the layers that have an adapter.
  public var names: [String] { adapted.map(\.name) }

  /// The number of numbers in the adapters.
  public var parameterCount: Int {
    adapted.reduce(0) { $0 + (($1.layer.adapter as? LowRankAdapter)?.parameterCount ?? 0) }
  }

  /// Adds what the adapters have learned to the weights of their layers, W + s · A B, and removes
  /// them: the model gives the same but for rounding, without their cost.
  ///
  /// The model's parameters stay frozen.
  public func merge() {
    for (_, layer) in adapted {
      guard let adapter = layer.adapter as? LowRankAdapter else { continue }
      layer.weight.array = withoutGradient { (layer.weight.tensor + adapter.product).array }
      layer.adapter = nil
    }
  }

  /// Removes the adapters: the model gives what it gave before it had them.
  public func remove() {
    for (_, layer) in adapted where layer.adapter is LowRankAdapter { layer.adapter = nil }
  }

  // MARK: Names

  /// Whether a name ends in a pattern, part by part; `*` stands for any one.
  static func does(_ name: String, endIn pattern: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let wanted = pattern.split(separator: ".", omittingEmptySubsequences: false)
    guard wanted.count <= parts.count else { return false }
    return zip(parts.suffix(wanted.count), wanted).allSatisfy { $1 == "*" || $0 == $1 }
  }

  /// The modules within the model whose names end in one of the patterns.
  static func modules(
    of model: some Module, endingIn patterns: [String]
  ) -> [(name: String, module: any Module)] {
    model.namedModules.dropFirst().filter { entry in
      patterns.contains { does(entry.name, endIn: $0) }
    }
  }

  /// The linear layers that are to get an adapter, each once.
  ///
  /// - Parameters:
  ///   - model: where to look.
  ///   - patterns: the ends of their names, of which each must be one of a layer.
  ///   - whole: the ends of the names of modules that are trained as they are.
  static func linearLayers(
    of model: some Module, endingIn patterns: [String], but whole: [String]
  ) throws(LowRankAdapterError) -> [(name: String, layer: Linear)] {
    let inWhole = modules(of: model, endingIn: whole).map { $0.name + "." }
    let all = model.namedModules.compactMap { name, module -> (name: String, layer: Linear)? in
      guard let layer = module as? Linear,
        !inWhole.contains(where: { (name + ".").hasPrefix($0) })
      else { return nil }
      return (name, layer)
    }
    var result: [(name: String, layer: Linear)] = []
    var seen: Set<ObjectIdentifier> = []
    var used: Set<String> = []
    for (name, layer) in all {
      let matching = patterns.filter { does(name, endIn: $0) }
      if matching.isEmpty { continue }
      used.formUnion(matching)
      if layer.adapter != nil { throw .alreadyAdapted(name) }
      // One that a model uses under two names is one layer.
      if seen.insert(ObjectIdentifier(layer.weight)).inserted { result.append((name, layer)) }
    }
    if let unused = patterns.first(where: { !used.contains($0) }) {
      throw .noSuchLayer(unused, layers: all.map(\.name))
    }
    return result
  }
}
