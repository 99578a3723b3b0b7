import BackpropFiles

/// The runs that a folder holds.
///
/// ```swift
/// let history = try RunHistory("runs")
/// for run in history.runs { print(run.name, run.state, run.best ?? .nan) }
/// ```
public struct RunHistory: Sendable {
  /// The folder.
  public let folder: String
  /// The runs, by name. A run that lies in a folder within has that in its name: `search/3`.
  public let runs: [RunRecord]

  /// How many folders deep runs are looked for.
  private static let depth = 3

  /// Reads the runs of a folder.
  ///
  /// - Throws: `FileError` if there is no such folder.
  public init(_ folder: String) throws {
    guard File.isFolder(folder) else {
      throw FileError(
        operation: "read the runs in", path: folder,
        reason: File.exists(folder) ? .system(code: ENOTDIR, text: "It is a file") : .notFound)
    }
    self.folder = folder
    runs = Self.runs(in: folder, named: "", depth: Self.depth)
  }

  /// The runs of these names or paths, in this order.
  ///
  /// - Throws: ``UnknownRun`` for a name that is no run's.
  public func runs(named names: [String]) throws -> [RunRecord] {
    try names.map { try Self.run($0, in: folder) }
  }

  /// The run of this name in a folder of runs, or of this path.
  ///
  /// - Throws: ``UnknownRun``.
  public static func run(_ name: String, in folder: String) throws -> RunRecord {
    var trimmed = name
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    for path in [folder + "/" + trimmed, trimmed] where holdsRun(path) {
      return RunRecord(path, name: trimmed)
    }
    throw UnknownRun(name: name, folder: folder)
  }

  private static func runs(in folder: String, named prefix: String, depth: Int) -> [RunRecord] {
    folderNames(in: folder).flatMap { name -> [RunRecord] in
      let path = folder + "/" + name
      if holdsRun(path) { return [RunRecord(path, name: prefix + name)] }
      return depth > 1 ? runs(in: path, named: prefix + name + "/", depth: depth - 1) : []
    }
  }

  /// Whether a folder holds a run: what every run writes, the first thing first.
  private static func holdsRun(_ path: String) -> Bool {
    ["config.json", "metrics.jsonl", RunSessions.fileName].contains {
      File.exists("\(path)/\($0)")
    }
  }

  /// The names of the folders in a folder, sorted; not those that begin with a point.
  private static func folderNames(in folder: String) -> [String] {
    File.names(in: folder).filter { !$0.hasPrefix(".") && File.isFolder("\(folder)/\($0)") }
  }
}

/// A name that is no run's.
public struct UnknownRun: Error, Hashable, Sendable, CustomStringConvertible {
  /// The name.
  public let name: String
  /// Where it was looked for.
  public let folder: String

  public var description: String {
    "there is no run '\(name)' in '\(folder)', and no folder '\(name)' that holds one"
  }
}
