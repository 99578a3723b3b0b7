import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropFiles
import BackpropNeuralNetworks

/// To tell what pictures in folders show, a folder for each class: as `PictureClassification`, with
/// pictures that are read when they are wanted.
///
/// A folder with a folder `train` and one `test`, `val` or `validation` is split already; of another a
/// share is held out to judge by.
public struct PictureFolderClassification: TrainingTask {
  public let examples: DataLoader<SubsetDataset<ImageFolder>>
  /// What was kept back of the training data; nothing unless the configuration asks for it.
  public let validation: SubsetDataset<ImageFolder>
  /// What the model is judged by, and does not learn from.
  public let test: SubsetDataset<ImageFolder>
  /// The network: it gives one number a class, the largest for the likeliest.
  public let network: any Layer
  public let metadata: [String: String]
  private let classWeights: Tensor?
  private let title: String

  /// To learn from the folder that a configuration names.
  ///
  /// - Throws: `TrainingError` for settings that make no sense for it; `FileError`, `ImageFolderError`.
  public init(_ configuration: TrainingConfiguration) throws {
    try self.init(configuration, sharing: SharedData())
  }

  init(_ configuration: TrainingConfiguration, sharing data: SharedData) throws {
    let settings = configuration.source ?? SourceSettings()
    if settings.target != nil {
      throw TrainingError.invalidSetting(
        "target", found: "given", expected: "a table: '\(configuration.dataset)' is a folder")
    }
    let takesRows = configuration.model.takesRows
    let isUsual = settings.rows == 28 && settings.columns == 28 && settings.colors == .gray
    guard takesRows || isUsual else {
      throw TrainingError.invalidSetting(
        "imageSize", found: "\(settings.columns)x\(settings.rows), \(settings.colors.rawValue)",
        expected: "28x28, gray: a \(configuration.model.rawValue) is made for these")
    }
    let (all, test) = try Self.load(
      configuration.dataset, settings, takesRows, configuration.seed, data)
    self.test = test
    let labels = all.positions.map { all.base.classes[Int($0)] }
    let positions = ExamplePositions(count: all.count).split(
      [1 - (configuration.validation ?? 0), configuration.validation ?? 0], stratifiedBy: labels,
      seed: configuration.seed)
    func part(_ index: Int) -> SubsetDataset<ImageFolder> {
      SubsetDataset(all.base, positions: positions[index].map { all.positions[Int($0)] })
    }
    let train = part(0)
    validation = part(1)
    try configuration.validate(exampleCount: train.count)
    let (threads, shape) = (Parallel.threadCount, train.base.pictureShape)
    examples =
      configuration.augments
      ? DataLoader(train, threads: threads, changing: ImageAugmentation(), of: shape)
      : DataLoader(train, threads: threads)
    classWeights =
      configuration.classWeights == .balanced
      ? balancedClassWeights(
        labels: positions[0].map { labels[Int($0)] }, classes: train.base.classNames.count) : nil
    network = configuration.makeModel(
      inputs: shape.elementCount, classes: train.base.classNames.count)
    metadata = configuration.metadata(classNames: train.base.classNames)
      .merging(PictureForm(settings).metadata) { $1 }
    title = File.name(of: configuration.dataset)
  }

  private static func load(
    _ folder: String, _ settings: SourceSettings, _ takesRows: Bool, _ seed: UInt64,
    _ data: SharedData
  ) throws -> (train: SubsetDataset<ImageFolder>, test: SubsetDataset<ImageFolder>) {
    struct Key: Hashable { let folder: String, settings: SourceSettings }
    // What is decoded of them is shared too.
    func pictures(_ folder: String) throws -> ImageFolder {
      var result = try data.value(Key(folder: folder, settings: settings)) {
        try ImageFolder(
          folder, colors: settings.colors, rows: settings.rows, columns: settings.columns)
      }
      result.options = ImageOptions(flatten: takesRows)
      return result
    }
    guard let parts = PictureForm.parts(of: folder) else {
      let all = try pictures(folder)
      let parts = all.split(
        validation: settings.testShare, stratifiedBy: all.classes, seed: seed)
      return (parts.train, parts.validation)
    }
    let (train, test) = (try pictures(parts.train), try pictures(parts.test))
    try train.requireClasses(of: test)
    return (train.subset(0..<train.count), test.subset(0..<test.count))
  }

  public var model: any Module { network }

  public func loss(of batch: ImageBatch, _ mode: Mode) -> Tensor {
    crossEntropy(
      logits: network(batch.images, mode), targets: batch.labels, classWeights: classWeights)
  }

  private var isValidated: Bool { validation.count > 0 }

  public var metrics: [String] { PictureClassification.metrics(validated: isValidated) }
  public var goal: MetricGoal { PictureClassification.goal(validated: isValidated) }

  public func evaluate() throws -> [String: Double] {
    var metrics = [
      "trainAccuracy": try accuracy(on: examples.base), "testAccuracy": try accuracy(on: test),
    ]
    if isValidated { metrics["validationAccuracy"] = try accuracy(on: validation) }
    return metrics
  }

  /// The share of pictures that the network classifies correctly.
  private func accuracy(on pictures: SubsetDataset<ImageFolder>) throws -> Double {
    let pass = DataPass(count: pictures.count, batchSize: 250)
    let source = DataLoader(pictures, threads: Parallel.threadCount).source(of: pass)
    var correct = 0.0
    for index in 0..<pass.batchCount {
      let batch = try source.batch(index)
      let scores = withoutGradient { network(batch.images, .inference) }
      correct += correctCount(scores, batch.labels)
    }
    return pictures.count == 0 ? 0 : correct / Double(pictures.count)
  }

  public func summary() throws -> String {
    "\(title): \(examples.count) pictures to train with, "
      + (isValidated ? "\(validation.count) to decide by, " : "")
      + "\(test.count) to test with, in \(test.base.classNames.count) classes\n"
      + "\(try network.summary(input: Shape([1] + test.base.imageShape)))\n"
  }
}
