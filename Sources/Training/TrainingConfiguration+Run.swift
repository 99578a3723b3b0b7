import BackpropArrays
import BackpropData
import BackpropFiles
import BackpropNeuralNetworks
import BackpropOptimizers

extension TrainingConfiguration: RunConfiguration {
  public var runLength: Length {
    get { length }
    set { length = newValue }
  }

  public var name: String {
    if KnownDataset(rawValue: dataset) != nil { return dataset }
    let name = File.name(of: dataset)
    let ending = File.nameEnding(of: name)
    return ending.isEmpty ? name : String(name.dropLast(ending.count + 1))
  }

  /// The task that the data set brings.
  ///
  /// - Throws: `TrainingError` for an unknown data set or settings that make no sense for it; what
  ///   loading the data throws.
  public func makeTask() throws -> any TrainingTask {
    if let known = KnownDataset(rawValue: dataset) {
      let (train, test) = try known.load(dataFolder: dataFolder)
      return try PictureClassification(self, train: train, test: test, title: known.title)
    }
    if File.isFolder(dataset) { return try PictureFolderClassification(self) }
    if source?.target != nil || File.exists(dataset) { return try TableLearning(self) }
    throw TrainingError.invalidSetting(
      "dataset", found: "'\(dataset)'",
      expected: KnownDataset.allCases.map(\.rawValue).joined(separator: ", ")
        + ", or the path of a CSV file or of a folder of pictures")
  }

  /// The optimizer that the configuration names.
  public func makeOptimizer(for model: some Module) -> Optimizer {
    optimizer.make(for: model, learningRate: learningRate, weightDecay: weightDecay)
  }

  /// The network that the configuration describes, for examples of `inputs` numbers in `classes`
  /// classes. Its weights come from the seed.
  public func makeModel(inputs: Int, classes: Int) -> any Layer {
    var random = RandomSource(seed: seed)
    return model.make(
      inputs: inputs, hidden: hidden, activation: activation, dropout: dropout, classes: classes,
      using: &random)
  }

  /// The texts that go with the weights of a classifier, by which `Classifier` knows them.
  ///
  /// - Parameter classNames: what the classes are called, in order.
  public func metadata(classNames: [String]) -> [String: String] {
    // Files that say nothing of a model hold a perceptron, and its activation.
    let (key, value) =
      model == .mlp ? ("activation", activation.rawValue) : ("model", model.rawValue)
    return [key: value, "dataset": dataset, "classes": classNames.joined(separator: "\n")]
  }
}
