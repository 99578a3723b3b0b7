import ArgumentParser
import Backprop

/// `backprop datasets`
struct Datasets: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the data sets, or fetch one.",
    discussion: """
      Data sets are looked for in the folder of --data-dir alone or, without it, in that of \
      $BACKPROP_DATA and in the user's cache, in this order. Each of these holds a folder for a \
      data set, with its files plain or packed by gzip: mnist/train-images-idx3-ubyte.gz.

      EXAMPLES:
        backprop datasets
        backprop datasets --json
        backprop datasets fetch mnist
      """,
    subcommands: [List.self, Fetch.self],
    defaultSubcommand: List.self)
}

extension Datasets {
  /// `backprop datasets list`, or without `list`
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List what is known, where it was looked for, and what is there.",
      discussion: """
        EXAMPLES:
          backprop datasets
          backprop datasets list --data-dir data --json
        """)

    @OptionGroup var data: DataFolderOption
    @Flag(help: "Write a line of JSON for each data set to standard output, and nothing else.")
    var json = false

    func run() throws {
      let folders = DatasetFolders(dataFolder: data.folder)
      for dataset in KnownDataset.allCases {
        let found = Availability(dataset, in: folders)
        StandardOutput.write(json ? found.line.description : found.text)
      }
    }
  }

  /// Whether and where a data set is there.
  private struct Availability {
    let dataset: KnownDataset
    var folder: String?
    var places: [MissingDataset.Place] = []

    init(_ dataset: KnownDataset, in folders: DatasetFolders) {
      self.dataset = dataset
      guard let files = dataset.files else { return }
      do {
        folder = try folders.locate(files)
      } catch {
        places = error.places
      }
    }

    var isAvailable: Bool { dataset.files == nil || folder != nil }

    var line: JSONValue {
      .object([
        ("event", "dataset"),
        ("name", .string(dataset.rawValue)),
        ("title", .string(dataset.title)),
        ("available", .bool(isAvailable)),
        ("folder", folder.map(JSONValue.string) ?? .null),
        (
          "places",
          .array(
            places.map { place in
              .object([
                ("folder", .string(place.folder)),
                ("origin", .string(place.origin.optionName)),
                ("missing", .array(place.missing.map(JSONValue.string))),
              ])
            })
        ),
      ])
    }

    var text: String {
      let start = "\(dataset.rawValue) (\(dataset.title)): "
      if dataset.files == nil { return start + "drawn by the program; nothing to fetch" }
      if let folder { return start + "in \(folder)" }
      let looked = places.map { "\n  \($0.folder) (\($0.origin.optionName))" }.joined()
      return start + "not there. Looked in:\(looked)\n"
        + "  " + fetchingHint(dataset.rawValue)
    }
  }
}
