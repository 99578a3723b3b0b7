import ArgumentParser
import Backprop
import BackpropFiles
import BackpropImages

/// `backprop predict`
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what pictures show, or a column of the rows of tables.",
    discussion: """
      A picture is a PNG, JPEG, PGM or PPM file of any size with one character on it, dark on light or \
      light on dark; it is cut out, scaled and centred as the pictures of MNIST were. Or it is one \
      of a data set: mnist:test:17, digits:train:5, fashion-mnist:test:0. A network that learned from \
      folders of pictures sees others as it saw these, whole and in the same size.

      A network that learned from a table takes CSV files with the same columns, in any order; the one \
      that it learned need not be there. Each row is told of.

      EXAMPLES:
        backprop predict --weights runs/first/model.safetensors digit.png
        backprop predict --weights runs/first/model.safetensors --show digits:test:0 digits:test:1
        backprop predict --weights runs/first/model.safetensors --json *.png
        backprop predict --weights runs/flowers/model.safetensors new.csv
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
      "Pictures, or tables; or pictures of a data set such as mnist:test:17.", valueName: "FILE"))
  var images: [String]

  func run() throws {
    let classifier = try weights.load()
    if let model = try TableModel(classifier) {
      return try PredictedRows(model: model, json: json).write(images)
    }
    let form = try PictureForm(metadata: classifier.metadata)
    // All that cannot be read are named before anything is told.
    let pictures = try ImageFile.readAll(images) {
      let dataset = DatasetReference($0)?.dataset.rawValue
      return try Picture($0, form, dataFolder: data.folder ?? weights.dataFolder(of: dataset))
    }
    for (image, picture) in zip(images, pictures) {
      try classifier.require(inputs: picture.bytes.count)
      let result = classifier.classify(bytes: picture.bytes)
      if !result.probabilities.allSatisfy(\.isFinite) {
        throw NonFiniteResult(input: "'\(image)'")
      }
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
  /// What it was given.
  let input: String

  var description: String {
    "the network gives no numbers for \(input): its weights are too large to compute with, as after "
      + "a training that diverged"
  }
}

/// A picture that is named on the command line.
private struct Picture {
  /// What the network sees: the pixels of each channel, from 0 to 255.
  let bytes: [UInt8]
  private let height: Int, width: Int
  /// The true class, where the picture is one of a data set.
  let label: Int?

  /// Reads a picture.
  ///
  /// - Parameters:
  ///   - name: a file, or a picture of a data set.
  ///   - form: what the network's pictures are like; `nil` for those of single characters.
  ///   - dataFolder: the folder to look for data sets in.
  init(_ name: String, _ form: PictureForm?, dataFolder: String?) throws {
    if let form {
      (bytes, height, width, label) = (try form.read(name), form.rows, form.columns, nil)
    } else if let reference = DatasetReference(name) {
      let example = try reference.load(dataFolder: dataFolder)
      let shape = example.pixels.shape
      (bytes, height, width) = (example.pixels.scalars(), shape[1], shape[2])
      label = Int(example.labels.scalars(as: Int32.self)[0])
    } else {
      let image = try ImagePreparation.digit(contentsOf: name)
      (bytes, height, width, label) = (image.pixels, image.height, image.width, nil)
    }
  }

  /// The picture in characters; of colours the mean.
  var drawing: String {
    let size = height * width
    let shades = (0..<size).map { pixel in
      let channels = stride(from: pixel, to: bytes.count, by: size).map { Double(bytes[$0]) }
      return channels.reduce(0, +) / Double(channels.count)
    }
    var figure = Figure()
    figure.imshow(shades, height: height, width: width, limits: 0...255)
    return figure.text(
      columns: max(20, width), rows: (height + 1) / 2, color: StandardOutput.hasColor)
  }
}
