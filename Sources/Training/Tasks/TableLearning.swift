import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropFiles
import BackpropNeuralNetworks

/// To learn a column of a table from the others: classes by softmax and cross-entropy, or a number by the
/// squared error of what it is when standardised.
///
/// The network is judged by rows that it does not learn from: by the share that it classifies correctly
/// (`testAccuracy`), or in the unit of the column by its mean squared and absolute errors and R²
/// (`testMSE`, `testMAE`, `testR2`). Of those that it learns from, 100,000 at most are looked at for
/// `trainAccuracy` and `trainMSE`.
public struct TableLearning: TrainingTask {
  public let examples: DataLoader<TabularDataset>
  /// What was kept back of the rows to learn from; nothing unless the configuration asks for it.
  public let validation: TabularDataset
  /// What the model is judged by, and does not learn from.
  public let test: TabularDataset
  /// The network: it gives one number a class, or one.
  public let network: any Layer
  public let metadata: [String: String]
  /// How rows become numbers.
  public var preparation: TablePreparation { test.preparation }

  private static let mostTrainRows = 100_000
  private let classWeights: Tensor?

  /// To learn from the table that a configuration names.
  ///
  /// - Throws: `TrainingError` for settings that make no sense for it; `FileError`; `CSVError` that names
  ///   the line and the column.
  public init(_ configuration: TrainingConfiguration) throws {
    try self.init(configuration, sharing: SharedData())
  }

  init(_ configuration: TrainingConfiguration, sharing data: SharedData) throws {
    let source = configuration.source ?? SourceSettings()
    guard let target = source.target else {
      throw TrainingError.invalidSetting(
        "target", found: "not given", expected: "the column of '\(configuration.dataset)' to learn")
    }
    guard configuration.model.takesRows else {
      throw TrainingError.invalidSetting(
        "model", found: configuration.model.rawValue, expected: "mlp, which takes rows")
    }
    if configuration.augments {
      throw TrainingError.invalidSetting("augments", found: "given", expected: "pictures for it")
    }
    // Of what is not for the test.
    let share = (configuration.validation ?? 0) * (1 - source.testShare)
    let parts = try Self.load(
      configuration.dataset, source, target, validation: share, seed: configuration.seed,
      data)
    validation = parts.validation
    if configuration.validation != nil, validation.count == 0 {
      throw TrainingError.invalidSetting(
        "validation", found: "\(configuration.validation!)", expected: "a larger share of the rows")
    }
    classWeights =
      configuration.classWeights == .balanced ? try Self.classWeights(of: parts.train) : nil
    examples = DataLoader(parts.train, threads: parts.train.isInMemory ? 0 : 1)
    test = parts.test
    network = configuration.makeModel(
      inputs: parts.preparation.inputCount, classes: parts.preparation.outputCount)
    metadata = parts.preparation.metadata.merging(
      configuration.metadata(classNames: parts.preparation.classNames ?? ["value"])
    ) { $1 }
  }

  private static func load(
    _ path: String, _ source: SourceSettings, _ target: String, validation: Double, seed: UInt64,
    _ data: SharedData
  ) throws -> TabularDataset.Parts {
    // The table as a whole; which of its rows are learned from is another matter.
    struct Key: Hashable { let path: String, source: SourceSettings }
    let table = try data.value(Key(path: path, source: source)) {
      try read(path, source, target)
    }
    return try table.split(
      target: target, validation: validation, test: source.testShare, missing: source.missing,
      seed: seed)
  }

  private static func read(
    _ path: String, _ source: SourceSettings, _ target: String
  ) throws -> CSVTable {
    var options = source.options
    options.required.insert(target)
    options.requiresAllValues = source.missing == .refuse
    switch source.goal {
    case .classes: options.types[target] = .category
    case .number: options.types[target] = .number
    case nil: break
    }
    var table = try CSVTable(contentsOf: path, options: options)
    if source.goal == nil, source.types[target] == nil,
      try table.looksLikeClasses(column: target)
    {
      options.types[target] = .category
      table = try CSVTable(contentsOf: path, options: options)
    }
    return table
  }

  /// Weights by which all classes count alike.
  private static func classWeights(of data: TabularDataset) throws -> Tensor {
    guard let names = data.preparation.classNames else {
      throw TrainingError.invalidSetting(
        "classWeights", found: "balanced", expected: "none: a number has no classes")
    }
    var counts = [Int](repeating: 0, count: names.count)
    let pass = DataPass(count: data.count, batchSize: 1000)
    let source = data.source(of: pass)
    for index in 0..<pass.batchCount {
      let labels = try source.batch(index).targets.cast(to: .int64).array.scalars(as: Int64.self)
      for label in labels { counts[Int(label)] += 1 }
    }
    return Tensor(balancedClassWeights(counts: counts).map(Float.init))
  }

  public var model: any Module { network }

  private var isClassification: Bool { preparation.classNames != nil }

  private var isValidated: Bool { validation.count > 0 }

  public var metrics: [String] {
    if isClassification { return PictureClassification.metrics(validated: isValidated) }
    return ["trainMSE"] + (isValidated ? ["validationMSE"] : [])
      + ["testMSE", "testMAE", "testR2"]
  }

  public var goal: MetricGoal {
    if isClassification { return PictureClassification.goal(validated: isValidated) }
    return MetricGoal(isValidated ? "validationMSE" : "testMSE", .smallest)
  }

  public func loss(of batch: TensorDataset.Batch, _ mode: Mode) -> Tensor {
    let outputs = network(batch.inputs, mode)
    return isClassification
      ? crossEntropy(logits: outputs, targets: batch.targets, classWeights: classWeights)
      : meanSquaredError(predictions: outputs, targets: batch.targets)
  }

  public func evaluate() throws -> [String: Double] {
    let model = TableModel(network, preparation)
    let train = try model.evaluate(on: examples.base, atMost: Self.mostTrainRows)
    let test = try model.evaluate(on: test)
    var result: [String: Double] = [:]
    for (name, value) in train { result["train" + name] = value }
    for (name, value) in test { result["test" + name] = value }
    if isValidated {
      for (name, value) in try model.evaluate(on: validation) {
        result["validation" + name] = value
      }
    }
    return result.filter { metrics.contains($0.key) }
  }

  public func summary() throws -> String {
    let table = test.table
    let ignored = table.columns.filter { $0.type == .ignored }.map(\.name)
    var text =
      "\(File.name(of: table.file)): \(examples.count) rows to train with, "
      + (isValidated ? "\(validation.count) to decide by, " : "") + "\(test.count) to test with\n"
    text += "learning \(preparation.target): "
    switch preparation.goal {
    case .classes(let names): text += "one of \(names.count) classes"
    case .number: text += "a number"
    }
    text +=
      " from \(preparation.inputs.count) columns, which become \(preparation.inputCount) numbers\n"
    if !ignored.isEmpty { text += "ignoring \(ignored.joined(separator: ", "))\n" }
    return text + "\(try network.summary(input: [1, preparation.inputCount]))\n"
  }
}
