import BackpropFiles

/// A data set that none of the places holds: names them all, and how to get it.
public struct MissingDataset: Error, Equatable, CustomStringConvertible {
  /// A place that was looked at.
  public struct Place: Equatable, Sendable {
    /// The folder that the files were looked for in.
    public let folder: String
    /// Why this folder: the option or the variable that names it.
    public let origin: String
    /// The files that it lacks.
    public let missing: [String]
  }

  /// The name of the data set.
  public let dataset: String
  /// The places, in the order in which they were looked at.
  public let places: [Place]

  public var description: String {
    var text = "the data set '\(dataset)' was not found. Looked in:"
    for place in places {
      text += "\n  \(place.folder) (\(place.origin)): "
      text +=
        File.isFolder(place.folder)
        ? "lacks " + place.missing.joined(separator: ", ") : "there is no such folder"
    }
    return text + "\nFetch it with: backprop datasets fetch \(dataset)"
  }
}

/// The folders that data sets are looked for in.
///
/// In this order: the folder given as an argument (`--data-dir`), the folder that `$BACKPROP_DATA`
/// names, the user's cache. Each holds one folder for a data set, as
/// `mnist/train-images-idx3-ubyte.gz`; a file may be plain (without `.gz`) or packed.
public struct DatasetFolders: Sendable {
  /// The data folders, and why each is one.
  public let candidates: [(folder: String, origin: String)]

  /// Gathers the folders.
  ///
  /// - Parameters:
  ///   - dataFolder: the folder of `--data-dir`, if one was given.
  ///   - environment: gives the value of an environment variable.
  public init(
    dataFolder: String? = nil,
    environment: (String) -> String? = DatasetFolders.environmentVariable
  ) {
    var candidates: [(String, String)] = []
    if let dataFolder { candidates.append((dataFolder, "--data-dir")) }
    if let folder = environment("BACKPROP_DATA"), !folder.isEmpty {
      candidates.append((folder, "$BACKPROP_DATA"))
    }
    if let folder = Self.cacheFolder(environment: environment) {
      candidates.append((folder, "the cache"))
    }
    self.candidates = candidates.map { (folder: $0.0, origin: $0.1) }
  }

  /// The folder that downloads go to: `$XDG_CACHE_HOME/backprop/datasets` or
  /// `~/.cache/backprop/datasets` on Linux, `~/Library/Caches/backprop/datasets` on macOS; `nil` if
  /// the user has no home.
  public static func cacheFolder(
    environment: (String) -> String? = DatasetFolders.environmentVariable
  ) -> String? {
    #if !canImport(Darwin)
      // The XDG base directory specification says to ignore a path that is not absolute.
      if let cache = environment("XDG_CACHE_HOME"), cache.hasPrefix("/") {
        return cache + "/backprop/datasets"
      }
    #endif
    guard let home = environment("HOME"), !home.isEmpty else { return nil }
    #if canImport(Darwin)
      return home + "/Library/Caches/backprop/datasets"
    #else
      return home + "/.cache/backprop/datasets"
    #endif
  }

  /// The value of a variable of the process's environment.
  public static func environmentVariable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// The folder of a data set: the first that holds all of its files.
  ///
  /// - Throws: `MissingDataset`.
  public func locate(_ dataset: DatasetDescription) throws(MissingDataset) -> String {
    var places: [MissingDataset.Place] = []
    for (folder, origin) in candidates {
      let place = folder + (folder.hasSuffix("/") ? "" : "/") + dataset.name
      let missing = dataset.files.filter { Self.file($0, in: place) == nil }.map(\.name)
      if missing.isEmpty { return place }
      places.append(MissingDataset.Place(folder: place, origin: origin, missing: missing))
    }
    throw MissingDataset(dataset: dataset.name, places: places)
  }

  /// The path of a file in a data set's folder, packed or plain; `nil` if it is not there.
  public static func file(_ file: DatasetFile, in folder: String) -> String? {
    [file.name, file.plainName].map { folder + "/" + $0 }.first { File.exists($0) }
  }
}
