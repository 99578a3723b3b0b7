import BackpropArrays
import BackpropAutodiff
import BackpropImages
import BackpropNeuralNetworks

/// Tells what pictures show, by a model as it lies on a model hub: ViT or ResNet.
///
/// ```swift
/// let classifier = try PictureClassifier(contentsOf: "resnet-50")
/// let picture = try ImageFile.readRGB("bird.jpg")
/// for (label, probability) in classifier.classify(picture).prefix(3) { print(label, probability) }
/// ```
///
/// The folder's `config.json` says which model it is and what the classes are called, and its
/// `preprocessor_config.json` how a picture becomes numbers. The model is the library's own: it trains
/// with the ordinary loop.
public struct PictureClassifier: Module {
  /// The network: ``VisionTransformer`` or ``HubResNet``.
  public let network: any Layer
  /// What makes numbers of pictures.
  public let processor: PictureProcessor
  /// The names of the classes.
  public let labels: [String]

  /// Opens a folder.
  ///
  /// - Throws: `FileError`, `WeightFileError`, or `PretrainedError` if the folder holds another model,
  ///   or its parts do not fit one another.
  public init(contentsOf path: String) throws {
    let folder = try ModelFolder(path)
    let settings = folder.configuration
    labels = try settings.labels()
    processor = try PictureProcessor(folder)
    func weights() throws -> PretrainedWeights {
      PretrainedWeights(try folder.weights(), path: path)
    }
    switch settings.modelType {
    case "vit":
      network = try VisionTransformer(weights(), settings, classes: labels.count)
    case "resnet":
      network = try HubResNet(weights(), settings, classes: labels.count)
    case let other:
      throw PretrainedError(
        .unsupported("a picture classifier of the kind '\(other.prefix(60))'"), path: path)
    }
  }

  /// The scores of the classes for each picture: `(batch, 3, height, width) -> (batch, classes)`.
  ///
  /// - Parameters:
  ///   - pixels: what ``processor`` makes of pictures, one behind the other.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(_ pixels: Tensor, _ mode: Mode = .unspecified) -> Tensor {
    mode.call(self) { mode in network(pixels, mode) }
  }

  /// What a picture shows: the classes with their probabilities, the likeliest first.
  ///
  /// Traps if the picture has no pixels.
  public func classify(_ picture: RGBImage) -> [(label: String, probability: Double)] {
    let scores = withoutGradient { self(processor(picture), .inference).softmax(axis: 1) }
    return zip(labels, scores.doubles).map { (label: $0, probability: $1) }
      .sorted { $0.probability > $1.probability }
  }

  public var members: [ModuleMember] { ModuleMember.named(["": network]) }
}
