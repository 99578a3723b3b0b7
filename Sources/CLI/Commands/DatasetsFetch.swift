import ArgumentParser
import Backprop
import BackpropDatasetDownload
import BackpropFiles
import Synchronization

extension Datasets {
  /// `backprop datasets fetch`
  struct Fetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Download a data set and check it.",
      discussion: """
        The files go to the user's cache, where every command finds them, or to the folder of \
        --data-dir. Each is checked by its size and its SHA-256 before it gets its name. A \
        download that broke off goes on where it stopped; files that are there and right are not \
        fetched again.

        EXAMPLES:
          backprop datasets fetch mnist
          backprop datasets fetch fashion-mnist --data-dir data
        """)

    @Argument(help: ArgumentHelp("The data set.", valueName: "NAME"))
    var dataset: KnownDataset
    @Option(
      name: .customLong("data-dir"),
      help: ArgumentHelp(
        "The folder to put it in. (default: the user's cache)",
        discussion: "The files go to DIR/NAME.", valueName: "DIR"))
    var folder: String?
    @Option(
      name: .customLong("mirror"),
      help: ArgumentHelp(
        "The web address of a folder with the files, instead of the usual ones; may be repeated.",
        valueName: "URL"))
    var mirrors: [String] = []

    func run() async throws {
      guard let files = dataset.files else {
        return StandardOutput.write(
          "\(dataset.rawValue) is drawn by the program; there is nothing to fetch")
      }
      guard let folder = folder ?? DatasetFolders.cacheFolder() else {
        throw ValidationError("there is no home folder for a cache; name a folder by --data-dir")
      }
      let bar = Mutex(ProgressBar())
      let paths = try await DatasetDownload.fetch(
        files, into: folder, mirrors: mirrors.isEmpty ? nil : mirrors
      ) { progress in
        guard StandardOutput.isTerminal else { return }
        bar.withLock { $0.draw(progress.share, progress.text) }
      }
      bar.withLock { $0.clear() }
      for path in paths { StandardOutput.write(path) }
      StandardOutput.write("\(files.title) is complete and checked")
    }
  }
}

extension DownloadProgress {
  /// The share that is there, from 0 to 1; 0 if the size is not known.
  fileprivate var share: Double { Double(byteCount) / Double(max(byteCount, total ?? .max)) }

  fileprivate var text: String {
    let whole = total.map { " of \($0 / 1000)" } ?? ""
    return "\(file)  \(byteCount / 1000)\(whole) kB"
  }
}
