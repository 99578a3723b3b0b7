import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropImages
import BackpropNeuralNetworks
import BackpropWeightFiles

/// A trained network and what its classes are called: all that is needed to tell what a picture
/// shows.
///
/// ```swift
/// let classifier = try Classifier(contentsOf: "model.safetensors")
/// let result = classifier.classify(try ImagePreparation.digit(contentsOf: "digit.png"))
/// print(result.likeliest(3))
/// ```
public struct Classifier: Sendable {
  /// The network.
  public let model: MultilayerPerceptron
  /// What the classes are called, in order.
  public let classNames: [String]
  /// The texts that the weight file holds beside the weights.
  public let metadata: [String: String]
  /// The weight file.
  public let file: String

  /// Reads a weight file: safetensors of this library or of PyTorch, or NumPy's arrays.
  ///
  /// The classes are called what the metadata say under `classes`, a line each, or else by their
  /// numbers.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - activation: the function between the layers; `nil` takes what the metadata say, or relu.
  ///   - layout: how the weights lie; `nil` takes what the file tells.
  /// - Throws: `FileError`; `WeightFileError` for a file that holds no network of this kind.
  public init(
    contentsOf path: String, activation: Activation? = nil, layout: WeightLayout? = nil
  ) throws {
    let state = try StateDictionary(contentsOf: path)
    model = try MultilayerPerceptron(state, activation: activation, layout: layout)
    metadata = state.metadata
    file = path
    let names = metadata["classes"].map {
      $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
    let count = model.layers.last!.weight.shape[1]
    if let names, names.count != count {
      throw WeightFileError(
        .mismatch(["the metadata name \(names.count) classes, and the network has \(count)"]),
        file: path)
    }
    classNames = names ?? (0..<count).map(String.init)
  }

  /// The name of the data set that the network learned from, if the file says so.
  public var dataset: String? { metadata["dataset"] }

  /// Checks that the network takes `inputs` numbers and tells `classes` classes apart.
  ///
  /// - Throws: `WeightFileError` that says what it found and what was expected.
  public func require(inputs: Int, classes: Int? = nil) throws(WeightFileError) {
    var problems: [String] = []
    let found = model.layers.first!.weight.shape[0]
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
  public func classify(_ image: GrayImage) -> Classification {
    let pixels = image.pixels.map { Float($0) / 255 }
    return classify(Tensor(NDArray(pixels, shape: [1, pixels.count])))
  }

  /// What one example, of shape (1, inputs), shows.
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
