import ArgumentParser
import Backprop
import BackpropFiles
import BackpropImages

/// `backprop predict`
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what pictures show.",
    discussion: """
      A picture is a PNG, PGM or PPM file of any size with one character on it, dark on light or \
      light on dark; it is cut out, scaled and centred as the pictures of MNIST were. Or it is one \
      of a data set: mnist:test:17, digits:train:5, fashion-mnist:test:0.

      EXAMPLES:
        backprop predict --weights runs/first/model.safetensors digit.png
        backprop predict --weights runs/first/model.safetensors --show digits:test:0 digits:test:1
        backprop predict --weights runs/first/model.safetensors --json *.png
      """)

  @OptionGroup var weights: WeightsOptions
  @OptionGroup var data: DataFolderOption
  @Flag(
    inversion: .prefixedNo,
    help: "Draw each picture as the network saw it. (default: on a terminal)")
  var show: Bool?
  @Flag(help: "Write a line of JSON for each picture to standard output, and nothing else.")
  var json = false
  @Argument(
    help: ArgumentHelp(
      "Files, or pictures of a data set such as mnist:test:17.", valueName: "IMAGE"))
  var images: [String]

  func run() throws {
    let classifier = try weights.load()
    for image in images {
      let picture = try Picture(image, dataFolder: data.folder)
      try classifier.require(inputs: picture.pixels.pixels.count)
      let result = classifier.classify(picture.pixels)
      if !result.probabilities.allSatisfy(\.isFinite) { throw NonFiniteResult(image: image) }
      if json {
        StandardOutput.write(line(image, picture.label, result).description)
      } else {
        if show ?? StandardOutput.isTerminal { StandardOutput.put(picture.drawing) }
        StandardOutput.write(text(image, picture.label, result, classifier.classNames))
      }
    }
  }

  private func line(_ image: String, _ label: Int?, _ result: Classification) -> JSONValue {
    .object([
      ("event", "prediction"),
      ("image", .string(image)),
      ("class", .integer(result.prediction)),
      ("label", label.map(JSONValue.integer) ?? .null),
      ("probabilities", .array(result.probabilities.map(JSONValue.number))),
    ])
  }

  private func text(
    _ image: String, _ label: Int?, _ result: Classification, _ names: [String]
  ) -> String {
    let likeliest = result.likeliest(3).map {
      names[$0] + formatted(" %.2f %%", 100 * result.probabilities[$0])
    }
    let truth = label.map { $0 < names.count ? "; the label is \(names[$0])" : "" } ?? ""
    return "\(image): \(names[result.prediction])  (\(likeliest.joined(separator: ", "))\(truth))"
  }
}

/// A network's answer that is no number: its weights are, but too large to compute with.
struct NonFiniteResult: Error, CustomStringConvertible {
  let image: String

  var description: String {
    "the network gives no numbers for '\(image)': its weights are too large to compute with, as after "
      + "a training that diverged"
  }
}

/// A picture that is named on the command line.
private struct Picture {
  let pixels: GrayImage
  /// The true class, where the picture is one of a data set.
  let label: Int?

  init(_ name: String, dataFolder: String?) throws {
    if let reference = DatasetReference(name) {
      let example = try reference.load(dataFolder: dataFolder)
      let shape = example.pixels.shape
      pixels = GrayImage(width: shape[2], height: shape[1], pixels: example.pixels.scalars())
      label = Int(example.labels.scalars(as: Int32.self)[0])
    } else {
      pixels = try ImagePreparation.digit(contentsOf: name)
      label = nil
    }
  }

  /// The picture in characters.
  var drawing: String {
    var figure = Figure()
    figure.imshow(
      pixels.pixels.map(Double.init), height: pixels.height, width: pixels.width,
      limits: 0...255)
    return figure.text(
      columns: max(20, pixels.width), rows: (pixels.height + 1) / 2,
      color: StandardOutput.hasColor)
  }
}
