import ArgumentParser
import Backprop
import BackpropFiles

extension SourceSettings.Goal: ExpressibleByArgument {}

extension MissingPolicy: ExpressibleByArgument {}

extension ImageFolder.Colors: ExpressibleByArgument {}

/// What to learn from: a known data set, a table, or a folder of pictures; and how these are read.
struct SourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What to learn from: digits (which the program draws), mnist, fashion-mnist, a CSV file, an npz "
        + "file as Keras has mnist.npz, or a folder that has one of pictures for each class. (default: "
        + "digits)",
      valueName: "NAME|FILE|DIR"))
  var dataset: String?
  @Option(help: ArgumentHelp("The column of a table to learn.", valueName: "COLUMN"))
  var target: String?
  @Option(
    help: ArgumentHelp(
      "What is learned from a table. (default: classes if the column has texts, or the numbers of a few "
        + "classes)",
      valueName: "NAME"))
  var goal: SourceSettings.Goal?
  @Option(
    name: .customLong("type"),
    help: ArgumentHelp(
      "What a column is taken for: number, category or ignored; may be repeated. (default: found from "
        + "the file)",
      valueName: "COLUMN=TYPE"))
  var types: [ColumnTypeArgument] = []
  @Option(
    help: ArgumentHelp("What stands in for missing values. (default: mean)", valueName: "NAME"))
  var missing: MissingPolicy?
  @Option(
    help: ArgumentHelp(
      "What is between two fields of a table; tab for a tabulator. (default: found from the file)",
      valueName: "C"))
  var separator: String?
  @Flag(
    inversion: .prefixedNo,
    help: "Whether the first line of a table has names. (default: found from the file)")
  var header: Bool?
  @Option(
    help: ArgumentHelp(
      "The size that pictures in folders are given. (default: 28x28)", valueName: "WIDTHxHEIGHT"))
  var imageSize: ImageSizeArgument?
  @Option(
    help: ArgumentHelp("The colours that they are seen in. (default: gray)", valueName: "NAME"))
  var colors: ImageFolder.Colors?
  @Option(
    help: ArgumentHelp(
      "The share of a table or of folders to judge by. (default: 0.2)", valueName: "R"))
  var testShare: Double?

  /// The options that are given.
  var given: [String] {
    givenOptions([
      "dataset": dataset, "target": target, "goal": goal, "type": types.first, "missing": missing,
      "separator": separator, "header": header, "image-size": imageSize, "colors": colors,
      "test-share": testShare,
    ])
  }

  /// Puts what was asked for into a configuration.
  func set(in configuration: inout TrainingConfiguration) throws {
    if let dataset {
      configuration.dataset = try Self.name(of: dataset)
      configuration.source = nil
    }
    let isKnown = KnownDataset(rawValue: configuration.dataset) != nil
    var settings = configuration.source ?? SourceSettings()
    let usual = settings
    if let target { settings.target = target }
    if let goal { settings.goal = goal }
    for each in types { settings.types[each.column] = each.type }
    if let missing { settings.missing = missing }
    if let separator { settings.separator = separator == "tab" ? "\t" : separator }
    if let header { settings.hasHeader = header }
    if let imageSize { (settings.columns, settings.rows) = (imageSize.width, imageSize.height) }
    if let colors { settings.colors = colors }
    if let testShare { settings.testShare = testShare }
    if !isKnown {
      configuration.source = settings
    } else if settings != usual {
      throw ValidationError(
        "--target and the options of tables and of folders of pictures go with --dataset FILE.csv or "
          + "--dataset DIR, and not with \(configuration.dataset)")
    }
  }

  /// A known name, or the whole path of a file or folder.
  static func name(of text: String) throws -> String {
    if KnownDataset(rawValue: text) != nil { return text }
    let isPath = text.contains("/") || !File.nameEnding(of: text).isEmpty
    guard isPath || File.exists(text) || File.isFolder(text) else {
      let known = KnownDataset.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError(
        "the option --dataset is '\(text)', expected one of \(known), a CSV file or a folder of pictures"
      )
    }
    return File.absolutePath(text)
  }
}

/// A column and what it is taken for, as in `zip=category`.
struct ColumnTypeArgument: ExpressibleByArgument {
  let column: String
  let type: ColumnType

  init?(argument: String) {
    guard let sign = argument.lastIndex(of: "="),
      let type = ColumnType(rawValue: String(argument[argument.index(after: sign)...]))
    else { return nil }
    column = String(argument[..<sign])
    self.type = type
  }
}

/// The size of pictures, as in `64x48`.
struct ImageSizeArgument: ExpressibleByArgument {
  let width: Int, height: Int

  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1] else { return nil }
    (self.width, self.height) = (width, height)
  }
}
