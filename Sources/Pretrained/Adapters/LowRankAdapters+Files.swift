import BackpropArrays
import BackpropFiles
import BackpropNeuralNetworks
import BackpropWeightFiles

// A folder as the Python library PEFT writes it: `adapter_config.json` with the settings, and
// `adapter_model.safetensors` with the matrices and the modules that were trained whole, their names
// those of the model behind `base_model.model.`.
extension LowRankAdapters {
  private static let weightsFile = "adapter_model.safetensors"
  private static let settingsFile = "adapter_config.json"
  private static let prefix = "base_model.model."

  /// What the file of weights holds: adapters by their layers' names, and modules trained whole.
  private struct Content: Module {
    let members: [ModuleMember]

    init(
      _ adapters: [(name: String, adapter: LowRankAdapter)], in model: any Module, whole: [String]
    ) {
      let modules = LowRankAdapters.outermost(LowRankAdapters.modules(of: model, endingIn: whole))
      members =
        adapters.map { ModuleMember(LowRankAdapters.prefix + $0.name, .module($0.adapter)) }
        + modules.map { ModuleMember(LowRankAdapters.prefix + $0.name, .module($0.module)) }
    }
  }

  /// Writes the adapters, and the modules that were trained whole, into a folder as PEFT does, where
  /// it is made if it is not there. The weights of the model itself are not written.
  ///
  /// With PEFT: `PeftModel.from_pretrained(model, "adapters")`.
  ///
  /// - Parameters:
  ///   - folder: where to.
  ///   - base: what the adapted model is called, for those who read the folder.
  /// - Throws: `FileError`.
  public func save(to folder: String, base: String? = nil) throws {
    let adapters = adapted.compactMap { name, layer in
      (layer.adapter as? LowRankAdapter).map { (name: name, adapter: $0) }
    }
    var state = Content(adapters, in: model, whole: trainedWhole).stateDictionary
    state.metadata["format"] = "pt"
    try File.createFolder(folder)
    try state.write(to: "\(folder)/\(Self.weightsFile)")
    try AtomicFile.write(Array(settings(base).utf8), to: "\(folder)/\(Self.settingsFile)")
  }

  /// The settings as PEFT reads them. Layers are named in full, so that it finds these and no others.
  private func settings(_ base: String?) -> String {
    func list(_ names: [String]) -> String {
      "[" + names.map(jsonQuoted).joined(separator: ", ") + "]"
    }
    let alphaText = Int(exactly: alpha).map(String.init) ?? "\(alpha)"
    let ranks = adapted.compactMap { name, layer in
      (layer.adapter as? LowRankAdapter).flatMap {
        $0.rank == rank ? nil : "\(jsonQuoted(name)): \($0.rank)"
      }
    }
    return """
      {
        "peft_type": "LORA",
        "task_type": null,
        "base_model_name_or_path": \(base.map(jsonQuoted) ?? "null"),
        "r": \(rank),
        "lora_alpha": \(alphaText),
        "lora_dropout": \(dropout),
        "target_modules": \(list(names)),
        "modules_to_save": \(trainedWhole.isEmpty ? "null" : list(trainedWhole)),
        "bias": "none",
        "fan_in_fan_out": false,
        "inference_mode": true,
        "init_lora_weights": true,
        "rank_pattern": {\(ranks.joined(separator: ", "))},
        "use_dora": false,
        "use_rslora": \(isRankStabilized)
      }

      """
  }

  // MARK: Reading

  /// Puts the adapters of a folder, as ``save(to:base:)`` or PEFT writes it, into a model's layers,
  /// and freezes all else. Modules that were trained whole are replaced by those of the folder.
  ///
  /// - Parameters:
  ///   - folder: where from.
  ///   - model: the model that they were trained for.
  /// - Throws: `FileError`, `WeightFileError`, `PretrainedError` for a folder that holds something
  ///   else than low-rank adapters of this model, or ``LowRankAdapterError`` for layers that have
  ///   adapters; nothing is then changed.
  public init(contentsOf folder: String, in model: some Module) throws {
    let path = "\(folder)/\(Self.settingsFile)"
    let settings = try Settings(ModelConfiguration.value(in: path), path: path)
    let file = "\(folder)/\(Self.weightsFile)"
    // Copied, so that nothing depends on the file afterwards.
    let state = try StateDictionary(contentsOf: file, copying: true)
    let adapters = try Self.adapters(of: state, settings, in: model, path: file)
    let content = Content(adapters.map { ($0.name, $0.adapter) }, in: model, whole: settings.whole)
    try content.load(state, layout: .outputsInputs)
    self.init(
      in: model, adapters, layers: adapters.map(\.name), rank: settings.rank,
      alpha: settings.alpha, isRankStabilized: settings.isRankStabilized,
      dropout: settings.dropout, trainedWhole: settings.whole)
  }

  /// An adapter for each layer of which the file has one, of the file's shapes.
  private static func adapters(
    of state: StateDictionary, _ settings: Settings, in model: some Module, path: String
  ) throws -> [(name: String, layer: Linear, adapter: LowRankAdapter)] {
    let (suffixA, suffixB) = (".lora_A.weight", ".lora_B.weight")
    var layers: [String: Linear] = [:]
    for case (let name, let layer as Linear) in model.namedModules { layers[name] = layer }
    var result: [(name: String, layer: Linear, adapter: LowRankAdapter)] = []
    for entry in state.entries where entry.name.hasSuffix(suffixA) {
      let full = String(entry.name.dropLast(suffixA.count))
      let name = String(full.dropFirst(prefix.count))
      guard full.hasPrefix(prefix), let layer = layers[name] else {
        throw PretrainedError(
          .doesNotFit("there is an adapter of '\(full)', and the model has no such layer"),
          path: path)
      }
      if layer.adapter != nil { throw LowRankAdapterError.alreadyAdapted(name) }
      let (inputs, outputs) = (layer.weight.shape[0], layer.weight.shape[1])
      let shapes = (entry.shape, state.entry(full + suffixB)?.shape)
      // Memory is taken for what lies in the file, and not for what a shape claims.
      guard shapes.0.rank == 2, shapes.0[0] > 0, shapes.0 == [shapes.0[0], inputs],
        shapes.1 == [outputs, shapes.0[0]]
      else {
        throw PretrainedError(
          .doesNotFit(
            "the adapter of '\(name)' is of shapes \(shapes.0) and "
              + "\(shapes.1.map { "\($0)" } ?? "nothing"), expected (rank, \(inputs)) and "
              + "(\(outputs), rank)"),
          path: path)
      }
      let rank = shapes.0[0]
      if rank != settings.rank && !settings.hasRanksByLayer {
        throw PretrainedError(
          .doesNotFit(
            "the adapter of '\(name)' is of rank \(rank), and \(settingsFile) says \(settings.rank)"
          ),
          path: path)
      }
      let type = layer.weight.scalarType
      result.append(
        (
          name, layer,
          LowRankAdapter(
            down: Linear(weight: .zeros([inputs, rank], scalarType: type)),
            up: Linear(weight: .zeros([rank, outputs], scalarType: type)),
            scale: settings.scale(rank: rank), dropout: settings.dropout)
        ))
    }
    if result.isEmpty {
      throw PretrainedError(.doesNotFit("it holds no adapters of linear layers"), path: path)
    }
    return result
  }

  /// Those of the modules that lie in none of the others.
  private static func outermost(
    _ modules: [(name: String, module: any Module)]
  ) -> [(name: String, module: any Module)] {
    modules.filter { inner in
      !modules.contains { inner.name != $0.name && inner.name.hasPrefix($0.name + ".") }
    }
  }
}

/// What `adapter_config.json` says.
private struct Settings {
  let rank: Int
  let alpha: Double
  let dropout: Double
  let whole: [String]
  let hasRanksByLayer: Bool
  let isRankStabilized: Bool

  /// What corrections of a rank are multiplied by.
  func scale(rank: Int) -> Double {
    isRankStabilized ? alpha / Double(rank).squareRoot() : alpha / Double(rank)
  }

  init(_ json: JSONDocument, path: String) throws(PretrainedError) {
    func invalid(_ key: String, _ expected: String) -> PretrainedError {
      let found = json[key].map { String("\($0)".prefix(80)) } ?? "nothing"
      return PretrainedError(.invalid(key: key, expected: expected, found: found), path: path)
    }
    guard json["peft_type"]?.string == "LORA" else { throw invalid("peft_type", "\"LORA\"") }
    guard let rank = json["r"]?.integer, (1...1 << 20).contains(rank) else {
      throw invalid("r", "a positive whole number")
    }
    guard let alpha = json["lora_alpha"]?.double, alpha.isFinite else {
      throw invalid("lora_alpha", "a number")
    }
    let dropout = json["lora_dropout"].flatMap { $0 == .null ? 0 : $0.double } ?? 0
    guard dropout >= 0, dropout < 1 else { throw invalid("lora_dropout", "a number in 0..<1") }
    // What computes something else with the matrices, or trains more than them.
    let none: [JSONDocument?] = [
      nil, .null, .bool(false), .object([]), .array([]), .string("none"),
    ]
    let others = [
      "bias", "use_dora", "use_qalora", "use_bdlora", "lora_bias", "alpha_pattern",
      "alora_invocation_tokens", "trainable_token_indices", "target_parameters",
      "layer_replication",
    ]
    for key in others where !none.contains(json[key]) {
      throw PretrainedError(.unsupported("the setting \(key)"), path: path)
    }
    switch json["modules_to_save"] {
    case nil, .null?: whole = []
    case .array(let names)?: whole = names.compactMap(\.string)
    default: throw invalid("modules_to_save", "a list of names")
    }
    (self.rank, self.alpha, self.dropout) = (rank, alpha, dropout)
    if case .object(let ranks)? = json["rank_pattern"] {
      hasRanksByLayer = !ranks.isEmpty
    } else {
      hasRanksByLayer = false
    }
    isRankStabilized = json["use_rslora"] == .bool(true)
  }
}
