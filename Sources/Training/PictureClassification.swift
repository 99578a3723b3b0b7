import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks

/// To tell what pictures show: one class for each, by softmax and cross-entropy.
///
/// The model is judged by the share of pictures that it classifies correctly, of those that it learns
/// from (`trainAccuracy`) and of the others (`testAccuracy`).
public struct PictureClassification: TrainingTask {
  public let examples: ImageDataset
  /// What the model is judged by, and does not learn from.
  public let test: ImageDataset
  /// The network: it gives one number a class, the largest for the likeliest.
  public let network: any Layer
  public let metadata: [String: String]
  public let metrics = ["trainAccuracy", "testAccuracy"]
  public let goal = MetricGoal("testAccuracy", .largest)
  private let title: String
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
    examples = train
    self.test = test
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
        images.reshaped(to: [-1, 1] + examples.pixels.shape[1...]), using: &random
      ).reshaped(to: images.shape)
    }
    return crossEntropy(logits: network(images, mode), targets: batch.labels)
  }

  public func evaluate() -> [String: Double] {
    [
      "trainAccuracy": accuracy(of: network, on: examples),
      "testAccuracy": accuracy(of: network, on: test),
    ]
  }

  public func summary() throws -> String {
    "\(title): \(examples.count) pictures to train with, \(test.count) to test with\n"
      + "\(try network.summary(input: Shape([1] + examples.imageShape)))\n"
  }
}
