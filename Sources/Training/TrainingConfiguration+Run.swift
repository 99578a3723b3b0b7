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
  public func makeTask() throws -> any TrainingTask { try makeTask(sharing: SharedData()) }

  /// The task that the data set brings; what was read for others is not read again.
  package func makeTask(sharing data: SharedData) throws -> any TrainingTask {
    if let known = KnownDataset(rawValue: dataset) {
      let (train, test) = try data.value([dataset, dataFolder]) {
        try known.load(dataFolder: dataFolder)
      }
      return try PictureClassification(self, train: train, test: test, title: known.title)
    }
    if ImageDataset.isArrayFile(dataset) { return try pictureArrays(data) }
    if File.isFolder(dataset) { return try PictureFolderClassification(self, sharing: data) }
    if source?.target != nil || File.exists(dataset) {
      return try TableLearning(self, sharing: data)
    }
    throw TrainingError.invalidSetting(
      "dataset", found: "'\(dataset)'",
      expected: KnownDataset.allCases.map(\.rawValue).joined(separator: ", ")
        + ", or the path of a CSV file, of an npz file or of a folder of pictures")
  }

  /// To tell what the pictures of an npz file show.
  private func pictureArrays(_ data: SharedData) throws -> any TrainingTask {
    if let source, source != SourceSettings() {
      throw TrainingError.invalidSetting(
        "dataset", found: "'\(dataset)', with options of tables or of folders of pictures",
        expected: "a table or a folder with these, or none of them: an npz file says it all")
    }
    let (train, test) = try data.value(dataset) { try ImageDataset.load(npz: dataset) }
    let (rows, columns) = (train.pixels.shape[1], train.pixels.shape[2])
    guard model.takesRows || (rows == 28 && columns == 28) else {
      throw TrainingError.invalidSetting(
        "model", found: model.rawValue,
        expected:
          "mlp: the pictures are of \(columns) x \(rows) pixels, and \(model.rawValue) is made "
          + "for 28 x 28")
    }
    return try PictureClassification(self, train: train, test: test, title: File.name(of: dataset))
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
