import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropImages
import BackpropNeuralNetworks
import BackpropWeightFiles

/// A trained model and what its classes are called: all that is needed to tell what a picture shows.
///
/// ```swift
/// let classifier = try Classifier(contentsOf: "model.safetensors")
/// let result = classifier.classify(try ImagePreparation.digit(contentsOf: "digit.png"))
/// print(result.likeliest(3))
/// ```
public struct Classifier: Sendable {
  /// The model: it gives one number a class, the largest for the likeliest.
  public let model: any Layer
  /// The shape of one example, without the batch: (784) or (1, 28, 28).
  public let exampleShape: Shape
  /// What the classes are called, in order.
  public let classNames: [String]
  /// The texts that the weight file holds beside the weights.
  public let metadata: [String: String]
  /// The weight file; `nil` for a model that comes from none.
  public let file: String?

  /// Reads a weight file: safetensors of this library or of PyTorch, or NumPy's arrays.
  ///
  /// The classes are called what the metadata say under `classes`, a line each, or else by their
  /// numbers.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - kind: what kind of model it holds; `nil` takes what the metadata say under `model`, or a
  ///     perceptron.
  ///   - activation: the function between the layers of a perceptron; `nil` takes what the metadata
  ///     say, or relu.
  ///   - layout: how the weights lie; `nil` takes what the file tells.
  /// - Throws: `FileError`; `WeightFileError` for a file that holds no model of this kind.
  public init(
    contentsOf path: String, kind: KnownModel? = nil, activation: Activation? = nil,
    layout: WeightLayout? = nil
  ) throws {
    let state = try StateDictionary(contentsOf: path)
    let named = state.metadata["model"]
    guard let kind = kind ?? (named.map { KnownModel(rawValue: $0) } ?? .mlp) else {
      let known = KnownModel.allCases.map(\.rawValue).joined(separator: ", ")
      throw WeightFileError(
        .mismatch(["unknown model '\(named ?? "")' in the metadata; known are \(known)"]),
        file: path)
    }
    let (model, shape) = try kind.load(state, activation: activation, layout: layout)
    try self.init(model, exampleShape: shape, metadata: state.metadata, file: path)
  }

  /// A classifier of any model.
  ///
  /// - Parameters:
  ///   - model: gives one number a class.
  ///   - exampleShape: the shape of one example, without the batch.
  ///   - metadata: texts as a weight file has them; `classes` holds the names of the classes, a line
  ///     each, which otherwise are numbers.
  ///   - file: the weight file that the model comes from, if any.
  /// - Throws: `ShapeError` if the model takes no such examples; `WeightFileError` if there are names
  ///   for another count of classes.
  public init(
    _ model: any Layer, exampleShape: Shape, metadata: [String: String] = [:], file: String? = nil
  ) throws {
    self.model = model
    self.exampleShape = exampleShape
    self.metadata = metadata
    self.file = file
    let result = try model.outputShape(for: Shape([1] + exampleShape))
    guard result.rank == 2 else {
      throw ShapeError(
        "Classifier", [result], "the model gives something else than a row of numbers an example")
    }
    let names = metadata["classes"].map {
      $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
    if let names, names.count != result[1] {
      throw WeightFileError(
        .mismatch(["the metadata name \(names.count) classes, and the network has \(result[1])"]),
        file: file)
    }
    classNames = names ?? (0..<result[1]).map(String.init)
  }

  /// The name of the data set that the network learned from, if the file says so.
  public var dataset: String? { metadata["dataset"] }

  /// Checks that the network takes `inputs` numbers and tells `classes` classes apart.
  ///
  /// - Throws: `WeightFileError` that says what it found and what was expected.
  public func require(inputs: Int, classes: Int? = nil) throws(WeightFileError) {
    var problems: [String] = []
    let found = exampleShape.elementCount
    if found != inputs {
      problems.append("the network takes \(found) numbers, and a picture has \(inputs)")
    }
    if let classes, classNames.count != classes {
      problems.append(
        "the network tells \(classNames.count) classes apart, and the data set has \(classes)")
    }
    if !problems.isEmpty { throw WeightFileError(.mismatch(problems), file: file) }
  }

  /// What a picture shows. Its size must be the one that the network learned from.
  public func classify(_ image: GrayImage) -> Classification { classify(bytes: image.pixels) }

  /// What a picture shows, whose pixels from 0 to 255 lie channel by channel. Traps if they are not as
  /// many as those that the network learned from.
  public func classify(bytes: [UInt8]) -> Classification {
    let pixels = bytes.map { Float($0) / 255 }
    return classify(Tensor(NDArray(pixels, shape: Shape([1] + exampleShape))))
  }

  /// What one example, of the shape of a batch of one, shows.
  public func classify(_ example: Tensor) -> Classification {
    // In double precision the probabilities sum to 1 as nearly as they are printed.
    let scores = withoutGradient { model(example, .inference) }.array.cast(to: .float64)
    return Classification(probabilities: scores.softmax(axis: 1).scalars(as: Double.self))
  }
}

/// How likely each class is.
public struct Classification: Sendable, Hashable {
  /// A number from 0 to 1 for each class; they sum to 1.
  public let probabilities: [Double]

  /// A result with these probabilities, by class.
  public init(probabilities: [Double]) { self.probabilities = probabilities }

  /// The likeliest class.
  public var prediction: Int { likeliest(1)[0] }

  /// The `count` likeliest classes, the likeliest first.
  public func likeliest(_ count: Int) -> [Int] {
    let order = probabilities.indices.sorted {
      (probabilities[$1], $0) < (probabilities[$0], $1)
    }
    return Array(order.prefix(count))
  }
}
