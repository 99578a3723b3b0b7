import BackpropFiles
import BackpropWeightFiles

/// The index of weights that lie in several files: `weight_map`, an object from the name of an array
/// to the file beside the index that holds it.
struct ShardIndex {
  private let path: String
  /// The names in the order of the index, and where each is.
  private let places: [(name: String, file: String)]

  /// More bytes than this are no index.
  private static let byteLimit = 64 << 20
  /// The most files that weights lie in.
  private static let fileLimit = 4096

  /// Reads an index and checks the names of files: a name and no path, so that no index leads out of
  /// its folder.
  ///
  /// - Throws: `FileError` or `PretrainedError`.
  init(_ path: String) throws {
    self.path = path
    let document = try ModelConfiguration.object(in: path, limit: Self.byteLimit)
    func invalid(_ key: String, _ expected: String, _ found: String) -> PretrainedError {
      PretrainedError(
        .invalid(key: key, expected: expected, found: String(found.prefix(120))), path: path)
    }
    guard case .object(let members)? = document["weight_map"] else {
      throw invalid(
        "weight_map", "an object from names to files",
        document["weight_map"]?.description ?? "nothing")
    }
    var known: Set<String> = []
    places = try members.map { member in
      let key = "weight_map.\(member.name)"
      guard let file = member.value.string else {
        throw invalid(key, "the name of a file", member.value.description)
      }
      guard !file.isEmpty, file != ".", file != "..", !file.utf8.contains(where: { $0 == 0 }),
        !file.contains("/"), !file.contains("\\")
      else { throw invalid(key, "the name of a file beside the index", "'\(file)'") }
      known.insert(file)
      return (member.name, file)
    }
    if known.count > Self.fileLimit {
      throw PretrainedError(
        .limitExceeded("it names \(known.count) files, and \(Self.fileLimit) are read at most"),
        path: path)
    }
  }

  /// The arrays of all files.
  ///
  /// - Throws: `FileError`, `WeightFileError`, or `PretrainedError` if a file is missing or lacks an
  ///   array that it should hold.
  func weights() throws -> StateDictionary {
    let folder = File.folder(of: path).map { $0 + "/" } ?? ""
    var shards: [String: StateDictionary] = [:]
    var result = StateDictionary(file: path, format: .safetensors)
    // Of hub folders, whatever the names of arrays look like.
    result.layout = .outputsInputs
    for (name, file) in places {
      if shards[file] == nil {
        guard File.exists(folder + file) else {
          throw PretrainedError(.missingFile("\(file), which holds \(name)"), path: path)
        }
        shards[file] = try StateDictionary(contentsOf: folder + file)
      }
      guard let entry = shards[file]!.entry(name) else {
        throw PretrainedError(
          .doesNotFit("\(file) does not hold \(name), as the index says"), path: path)
      }
      result.set(name, entry.stored)
    }
    return result
  }
}
