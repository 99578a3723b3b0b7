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
  public let examples: DataLoader<ImageFolder>
  /// What was kept back of the pictures to learn from; `nil` unless the configuration asks for it.
  public let validation: ImageFolder?
  /// What the model is judged by, and does not learn from.
  public let test: ImageFolder
  /// The network: it gives one number a class, the largest for the likeliest.
  public let network: any Layer
  public let metadata: [String: String]
  private let title: String
  private let classWeights: Tensor?

  /// To learn from the folder that a configuration names.
  ///
  /// - Throws: `TrainingError` for settings that make no sense for it; `FileError`, `ImageFolderError`.
  public init(_ configuration: TrainingConfiguration) throws {
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
    var (train, test) = try Self.load(configuration.dataset, settings, configuration.seed)
    if let share = configuration.validation {
      let parts = train.split(holdingOut: share, seed: configuration.seed)
      (train, validation) = (parts.train, parts.heldOut.flattened(takesRows))
    } else {
      validation = nil
    }
    classWeights =
      configuration.classWeights == .balanced
      ? balancedClassWeights(labels: train.labels.map(Int.init), classes: train.classNames.count)
      : nil
    let threads = Parallel.threadCount
    examples =
      configuration.augments
      ? DataLoader(
        train.flattened(takesRows), threads: threads, changing: ImageAugmentation(),
        of: train.pictureShape)
      : DataLoader(train.flattened(takesRows), threads: threads)
    self.test = test.flattened(takesRows)
    network = configuration.makeModel(
      inputs: train.pictureShape.elementCount, classes: train.classNames.count)
    metadata = configuration.metadata(classNames: train.classNames)
      .merging(PictureForm(settings).metadata) { $1 }
    title = File.name(of: configuration.dataset)
  }

  private static func load(
    _ folder: String, _ settings: SourceSettings, _ seed: UInt64
  ) throws -> (train: ImageFolder, test: ImageFolder) {
    func pictures(_ folder: String) throws -> ImageFolder {
      try ImageFolder(
        folder, colors: settings.colors, rows: settings.rows, columns: settings.columns)
    }
    let other = ["test", "val", "validation"].map { folder + "/" + $0 }.first { File.isFolder($0) }
    guard let other, File.isFolder(folder + "/train") else {
      let parts = try pictures(folder).split(holdingOut: settings.testShare, seed: seed)
      return (parts.train, parts.heldOut)
    }
    let (train, test) = (try pictures(folder + "/train"), try pictures(other))
    try train.requireClasses(of: test)
    return (train, test)
  }

  public var model: any Module { network }

  public func loss(of batch: ImageBatch, _ mode: Mode) -> Tensor {
    crossEntropy(
      logits: network(batch.images, mode), targets: batch.labels, classWeights: classWeights)
  }

  public var metrics: [String] { PictureClassification.metrics(validated: validation != nil) }
  public var goal: MetricGoal { PictureClassification.goal(validated: validation != nil) }

  public func evaluate() throws -> [String: Double] {
    var metrics = [
      "trainAccuracy": try accuracy(of: network, on: examples.base),
      "testAccuracy": try accuracy(of: network, on: test),
    ]
    if let validation {
      metrics["validationAccuracy"] = try accuracy(of: network, on: validation)
    }
    return metrics
  }

  public func summary() throws -> String {
    "\(title): \(examples.count) pictures to train with, "
      + (validation.map { "\($0.count) to decide by, " } ?? "") + "\(test.count) to test with, in "
      + "\(test.classNames.count) classes\n"
      + "\(try network.summary(input: Shape([1] + test.imageShape)))\n"
  }
}

/// The share of pictures in folders that a model classifies correctly.
///
/// - Throws: `BadImages` with all pictures that cannot be read.
public func accuracy(of model: some Layer, on pictures: ImageFolder) throws -> Double {
  let pass = DataPass(count: pictures.count, batchSize: 250)
  let source = DataLoader(pictures, threads: Parallel.threadCount).source(of: pass)
  var correct = 0
  for index in 0..<pass.batchCount {
    let batch = try source.batch(index)
    let scores = withoutGradient { model(batch.images, .inference) }
    let right = scores.argmax(axis: 1) .== batch.labels.cast(to: .int64)
    correct += Int(right.cast(to: .float64).sum().item)
  }
  return Double(correct) / Double(pictures.count)
}
