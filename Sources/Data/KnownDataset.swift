/// A data set that is known by name, whether it is read from files or drawn by the program.
///
/// ```swift
/// let (train, test) = try KnownDataset.digits.load()
/// ```
public enum KnownDataset: String, CaseIterable, Codable, Sendable {
  /// Digits that the program draws: nothing to download.
  case digits
  /// Handwritten digits.
  case mnist
  /// Pictures of clothes.
  case fashionMNIST = "fashion-mnist"

  /// The files of the data set; `nil` for one that is drawn.
  public var files: DatasetDescription? {
    switch self {
    case .digits: nil
    case .mnist: .mnist
    case .fashionMNIST: .fashionMNIST
    }
  }

  /// The name in print.
  public var title: String { files?.title ?? "Drawn digits" }

  /// Both splits.
  ///
  /// - Parameters:
  ///   - dataFolder: the only data folder to look in; `nil` for `$BACKPROP_DATA` and the cache.
  ///   - options: how pictures are handed out.
  /// - Throws: `MissingDataset`, `FileError`, `GzipError` or `DatasetError`.
  public func load(
    dataFolder: String? = nil, options: ImageOptions = ImageOptions()
  ) throws -> (train: ImageDataset, test: ImageDataset) {
    guard let files else { return Digits.draw(options: options) }
    return try files.load(dataFolder: dataFolder, options: options)
  }

  /// One split; as ``load(dataFolder:options:)``.
  ///
  /// - Parameters:
  ///   - split: which of the two.
  ///   - dataFolder: the only data folder to look in, as `--data-dir` names it.
  ///   - options: how pictures are handed out.
  public func load(
    _ split: DatasetSplit, dataFolder: String? = nil, options: ImageOptions = ImageOptions()
  ) throws -> ImageDataset {
    guard let files else {
      return Digits.draw(split, count: Digits.count(of: split), options: options)
    }
    return try files.load(split, dataFolder, options)
  }
}
