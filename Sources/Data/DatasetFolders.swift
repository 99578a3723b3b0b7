import BackpropFiles

/// A data set that none of the places holds: names them all, and where its files are to be had.
public struct MissingDataset: Error, Equatable, CustomStringConvertible {
  /// A place that was looked at.
  public struct Place: Equatable, Sendable {
    /// The folder that the files were looked for in.
    public let folder: String
    /// Why this folder.
    public let origin: DatasetFolders.Origin
    /// The files that it lacks.
    public let missing: [String]
  }

  /// The data set.
  public let dataset: DatasetDescription
  /// The places, in the order in which they were looked at.
  public let places: [Place]

  public var description: String {
    let text = text { $0.description }
    guard let mirror = dataset.mirrors.first else { return text }
    return text + "\nIts files are at \(mirror)"
  }

  /// What is missing where, without how to get it: for programs that have their own names for what
  /// their users can do.
  ///
  /// - Parameter name: what a folder is called that is looked in for this reason.
  public func text(naming name: (DatasetFolders.Origin) -> String) -> String {
    var text = "the data set '\(dataset.name)' was not found. Looked in:"
    for place in places {
      text += "\n  \(place.folder) (\(name(place.origin))): "
      text +=
        File.isFolder(place.folder)
        ? "lacks " + place.missing.joined(separator: ", ") : "there is no such folder"
    }
    return text
  }
}

/// The folders that data sets are looked for in.
///
/// The folder given as an argument, and then no other: who names a folder means that one. Without it,
/// the folder that `$BACKPROP_DATA` names, and then the user's cache. Each holds one folder for a data
/// set, as `mnist/train-images-idx3-ubyte`; a file may be plain or packed (with `.gz`), and have any of
/// its usual names (``DatasetFile/names``).
public struct DatasetFolders: Sendable {
  /// Why data sets are looked for in a folder.
  public enum Origin: Hashable, Sendable, CustomStringConvertible {
    /// It was given as an argument, `dataFolder`.
    case argument
    /// This variable of the environment names it.
    case variable(String)
    /// Downloads go to it.
    case cache

    public var description: String {
      switch self {
      case .argument: "dataFolder"
      case .variable(let name): "$\(name)"
      case .cache: "the cache"
      }
    }
  }

  /// The data folders, and why each is one.
  public let candidates: [(folder: String, origin: Origin)]

  /// Gathers the folders.
  ///
  /// - Parameters:
  ///   - dataFolder: the only folder to look in, if there is one.
  ///   - environment: gives the value of an environment variable.
  public init(
    dataFolder: String? = nil,
    environment: (String) -> String? = DatasetFolders.environmentVariable
  ) {
    if let dataFolder {
      self.candidates = [(dataFolder, .argument)]
      return
    }
    var candidates: [(folder: String, origin: Origin)] = []
    let variable = "BACKPROP_DATA"
    if let folder = environment(variable), !folder.isEmpty {
      candidates.append((folder, .variable(variable)))
    }
    if let folder = Self.cacheFolder(environment: environment) {
      candidates.append((folder, .cache))
    }
    self.candidates = candidates
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
      let missing = dataset.files.filter { Self.file($0, in: place) == nil }.map(\.plainName)
      if missing.isEmpty { return place }
      places.append(MissingDataset.Place(folder: place, origin: origin, missing: missing))
    }
    throw MissingDataset(dataset: dataset, places: places)
  }

  /// The path of a file in a data set's folder, under any of its names; `nil` if it is not there.
  public static func file(_ file: DatasetFile, in folder: String) -> String? {
    file.names.map { folder + "/" + $0 }.first { File.exists($0) }
  }
}
