import BackpropData
import BackpropFiles

/// How far a download is.
public struct DownloadProgress: Equatable, Sendable {
  /// The name of the file.
  public let file: String
  /// The bytes that are there, those of an earlier try included.
  public let byteCount: Int
  /// The bytes of the whole file; `nil` if the server does not say.
  public let total: Int?
}

/// Fetches data sets over the network.
///
/// ```swift
/// let cache = DatasetFolders.cacheFolder()!
/// try await DatasetDownload.fetch(.mnist, into: cache) { progress in
///   print(progress.file, progress.byteCount)
/// }
/// ```
public enum DatasetDownload {
  /// How often a broken connection is taken up again before the next mirror is tried.
  static let maximumResumptions = 4

  /// Fetches the files of a data set that are not there yet.
  ///
  /// A file comes as `NAME.part` and gets its name only once its size and checksum are right, so that
  /// a file under its name is always whole. A download that broke off is taken up where it stopped,
  /// in this call or a later one, if the server still has the same file. The mirrors are tried in
  /// turn.
  ///
  /// - Parameters:
  ///   - dataset: which data set.
  ///   - folder: a data folder; the files go to the folder of the data set's name in it.
  ///   - mirrors: web addresses of folders, instead of those that the data set names.
  ///   - progress: is told of every piece that comes.
  /// - Returns: the paths of the files.
  /// - Throws: `DownloadError` if no mirror gives a file, `FileError` if it cannot be stored (a full
  ///   disk), `CancellationError` if the task is cancelled.
  @discardableResult
  public static func fetch(
    _ dataset: DatasetDescription, into folder: String, mirrors: [String]? = nil,
    progress: (@Sendable (DownloadProgress) -> Void)? = nil
  ) async throws -> [String] {
    let place = folder + (folder.hasSuffix("/") ? "" : "/") + dataset.name
    try File.createFolder(place)
    var paths: [String] = []
    for file in dataset.files {
      if let path = DatasetFolders.file(file, in: place), try check(path, against: file) == nil {
        paths.append(path)
      } else {
        paths.append(
          try await fetch(
            file, into: place, mirrors: mirrors ?? dataset.mirrors, progress: progress))
      }
    }
    return paths
  }

  /// What is wrong with a file; `nil` if it is as it should be.
  ///
  /// - Throws: `FileError`.
  static func check(_ path: String, against file: DatasetFile) throws -> DownloadError.Reason? {
    let bytes = try File.read(path)
    let content: [UInt8]
    do {
      // One byte above the size shows that the content is too long.
      content =
        Gzip.isCompressed(bytes)
        ? try Gzip.inflate(bytes, file: path, limit: file.byteCount + 1) : bytes
    } catch {
      if case .tooLarge(let limit) = error.reason {
        return .wrongSize(expected: file.byteCount, found: limit)
      }
      return .damaged(error.description)
    }
    if content.count != file.byteCount {
      return .wrongSize(expected: file.byteCount, found: content.count)
    }
    let expected: String
    let found: String
    switch file.checksum {
    case .content(let hash): (expected, found) = (hash, SHA256.hash(content))
    case .published(let hash): (expected, found) = (hash, SHA256.hash(bytes))
    }
    return expected == found ? nil : .wrongChecksum(expected: expected, found: found)
  }

  private static func fetch(
    _ file: DatasetFile, into folder: String, mirrors: [String],
    progress: (@Sendable (DownloadProgress) -> Void)?
  ) async throws -> String {
    let path = folder + "/" + file.name
    let partial = PartialFile(path: path)
    var attempts: [DownloadError.Attempt] = []
    for mirror in mirrors {
      let address = mirror + (mirror.hasSuffix("/") ? "" : "/") + file.name
      var resumptions = 0
      while true {
        try Task.checkCancellation()
        let before = partial.byteCount
        let reason = try await Transfer.run(
          address: address, to: partial, file: file.name, progress: progress)
        guard let reason else { break }
        // Taking up again makes sense as long as something more comes each time.
        if reason.isInterruption && partial.byteCount > before && resumptions < maximumResumptions {
          resumptions += 1
          continue
        }
        attempts.append(DownloadError.Attempt(address: address, reason: reason))
        break
      }
      if attempts.last?.address == address { continue }
      if let reason = try check(partial.path, against: file) {
        try partial.remove()
        attempts.append(DownloadError.Attempt(address: address, reason: reason))
        continue
      }
      try partial.finish(as: path)
      return path
    }
    throw DownloadError(file: file.name, folder: folder, attempts: attempts)
  }
}
