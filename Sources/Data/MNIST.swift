/// Handwritten digits: 60,000 pictures of 28 x 28 pixels to train with and 10,000 to test with.
///
/// Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits" (1998).
public enum MNIST {
  /// Both splits, from `dataFolder` or, without one, the first of `$BACKPROP_DATA` and the cache.
  ///
  /// ```swift
  /// let (train, test) = try MNIST.load(options: .init(oneHot: true))
  /// ```
  ///
  /// - Throws: `MissingDataset` with every place that was looked at and where the files are to be
  ///   had; `FileError`, `GzipError` or `DatasetError` for files that cannot be used.
  public static func load(
    dataFolder: String? = nil, options: ImageOptions = ImageOptions()
  ) throws -> (train: ImageDataset, test: ImageDataset) {
    try DatasetDescription.mnist.load(dataFolder: dataFolder, options: options)
  }
}

/// Pictures of clothes in ten classes, in MNIST's size and format.
///
/// Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST" (2017).
public enum FashionMNIST {
  /// Both splits; as ``MNIST/load(dataFolder:options:)``.
  public static func load(
    dataFolder: String? = nil, options: ImageOptions = ImageOptions()
  ) throws -> (train: ImageDataset, test: ImageDataset) {
    try DatasetDescription.fashionMNIST.load(dataFolder: dataFolder, options: options)
  }
}

extension DatasetDescription {
  /// Both splits of this data set, from the first place that has it.
  ///
  /// - Throws: as ``MNIST/load(dataFolder:options:)``.
  public func load(
    dataFolder: String? = nil, options: ImageOptions = ImageOptions()
  ) throws -> (train: ImageDataset, test: ImageDataset) {
    let train = try load(.train, dataFolder, options)
    let test = try load(.test, dataFolder, options)
    let sizes = [train, test].map { Array($0.pixels.shape.dropFirst()) }
    if sizes[0] != sizes[1] {
      throw DatasetError(
        .sizesDiffer(train: sizes[0], test: sizes[1]),
        file: try DatasetFolders(dataFolder: dataFolder).locate(self))
    }
    return (train, test)
  }

  /// One split of this data set, from the first place that has it; as ``load(dataFolder:options:)``.
  ///
  /// - Parameters:
  ///   - split: which of the two.
  ///   - dataFolder: the only data folder to look in, if there is one.
  ///   - options: how pictures are handed out.
  public func load(
    _ split: DatasetSplit, _ dataFolder: String? = nil, _ options: ImageOptions = ImageOptions()
  ) throws -> ImageDataset {
    let files = try LabelledImages(self, split, dataFolder: dataFolder)
    return ImageDataset(
      pixels: files.images, rows: files.rows, columns: files.columns, labels: files.labels,
      classNames: classNames, options: options)
  }
}
