import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks

/// To tell what pictures show: one class for each, by softmax and cross-entropy.
///
/// The model is judged by the share of pictures that it classifies correctly, of those that it learns
/// from (`trainAccuracy`) and of the others (`testAccuracy`). Where a part of the training data is kept back
/// (`validationAccuracy`), that part is what decides.
public struct PictureClassification: TrainingTask {
  public let examples: SubsetDataset<ImageDataset>
  /// What was kept back of the training data; nothing unless the configuration asks for it.
  public let validation: SubsetDataset<ImageDataset>
  /// What the model is judged by, and does not learn from.
  public let test: ImageDataset
  /// The network: it gives one number a class, the largest for the likeliest.
  public let network: any Layer
  public let metadata: [String: String]
  private let title: String
  private let classWeights: Tensor?
  private let augmentation: ImageAugmentation?

  /// To learn from some pictures what others show, as a configuration says.
  ///
  /// - Parameters:
  ///   - configuration: the kind of model, its seed, and whether pictures are changed at random.
  ///   - train: what is learned from.
  ///   - test: what the model is judged by.
  ///   - title: what the data set is called in print.
  /// - Throws: `TrainingError` for settings that make no sense for these pictures.
  public init(
    _ configuration: TrainingConfiguration, train: ImageDataset, test: ImageDataset, title: String
  ) throws {
    try configuration.validate(exampleCount: train.count)
    var (train, test) = (train, test)
    (train.options.flatten, test.options.flatten) =
      (configuration.model.takesRows, configuration.model.takesRows)
    if let share = configuration.validation {
      (examples, validation) = train.split(
        validation: share, stratifiedBy: train.classes, seed: configuration.seed)
    } else {
      examples = SubsetDataset(train, positions: Array(0..<Int32(train.count)))
      validation = SubsetDataset(train, positions: [])
    }
    try configuration.validate(exampleCount: examples.count)
    self.test = test
    let classes = train.classes
    classWeights =
      configuration.classWeights == .balanced
      ? balancedClassWeights(
        labels: examples.positions.map { classes[Int($0)] }, classes: train.classNames.count)
      : nil
    network = configuration.makeModel(
      inputs: train.imageShape.elementCount, classes: train.classNames.count)
    metadata = configuration.metadata(classNames: train.classNames)
    augmentation = configuration.augments ? ImageAugmentation() : nil
    self.title = title
  }

  public var model: any Module { network }

  public func loss(of batch: ImageBatch, _ mode: Mode) -> Tensor {
    var images = batch.images
    if let augmentation {
      var random = mode.makeRandomSource()
      images = augmentation(
        images.reshaped(to: [-1, 1] + examples.base.pixels.shape[1...]), using: &random
      ).reshaped(to: images.shape)
    }
    return crossEntropy(
      logits: network(images, mode), targets: batch.labels, classWeights: classWeights)
  }

  public var metrics: [String] { Self.metrics(validated: isValidated) }
  public var goal: MetricGoal { Self.goal(validated: isValidated) }

  /// What pictures in classes are judged by, with or without a part that is kept back.
  static func metrics(validated: Bool) -> [String] {
    ["trainAccuracy"] + (validated ? ["validationAccuracy"] : []) + ["testAccuracy"]
  }

  /// The one of them that decides.
  static func goal(validated: Bool) -> MetricGoal {
    MetricGoal(validated ? "validationAccuracy" : "testAccuracy", .largest)
  }

  private var isValidated: Bool { validation.count > 0 }

  public func evaluate() -> [String: Double] {
    var metrics = [
      "trainAccuracy": accuracy(of: network, on: examples),
      "testAccuracy": accuracy(of: network, on: test),
    ]
    if isValidated { metrics["validationAccuracy"] = accuracy(of: network, on: validation) }
    return metrics
  }

  public func summary() throws -> String {
    "\(title): \(examples.count) pictures to train with, "
      + (isValidated ? "\(validation.count) to decide by, " : "")
      + "\(test.count) to test with\n"
      + "\(try network.summary(input: Shape([1] + examples.base.imageShape)))\n"
  }
}
