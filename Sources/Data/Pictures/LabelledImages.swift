/// Gray images of one size, each with the number of its class: one split of a data set, in bytes.
public struct LabelledImages: Equatable, Sendable {
  /// The images one after the other, each row by row: `count * rows * columns` bytes.
  public let images: [UInt8]
  /// The number of images, and of labels.
  public let count: Int
  /// The number of rows of each image.
  public let rows: Int
  /// The number of pixels in a row.
  public let columns: Int
  /// The class of each image.
  public let labels: [UInt8]

  /// Reads a pair of IDX files, plain or packed by gzip.
  ///
  /// - Parameters:
  ///   - imagesFile: an IDX file of three dimensions: count, rows, columns.
  ///   - labelsFile: an IDX file of one dimension.
  ///   - classCount: labels run from 0 to one less than this.
  /// - Throws: `FileError`, `GzipError` or `DatasetError`: nothing that does not fit together is
  ///   returned.
  public init(imagesFile: String, labelsFile: String, classCount: Int = 10) throws {
    let images = try IDXFile(contentsOf: imagesFile, rank: 3)
    let labels = try IDXFile(contentsOf: labelsFile, rank: 1)
    if images.shape[0] != labels.shape[0] {
      throw DatasetError(
        .countsDiffer(images: images.shape[0], labels: labels.shape[0], labelsFile: labelsFile),
        file: imagesFile)
    }
    if let index = labels.bytes.firstIndex(where: { Int($0) >= classCount }) {
      throw DatasetError(
        .labelOutOfRange(
          label: Int(labels.bytes[index]), index: index, classCount: classCount),
        file: labelsFile)
    }
    self.images = images.bytes
    self.count = images.shape[0]
    self.rows = images.shape[1]
    self.columns = images.shape[2]
    self.labels = labels.bytes
  }

  /// Reads one split of a known data set from the first place that has it.
  ///
  /// ```swift
  /// let train = try LabelledImages(.mnist, .train)
  /// print(train.count, train.rows, train.columns)   // 60000 28 28
  /// ```
  ///
  /// - Parameters:
  ///   - dataset: which data set.
  ///   - split: which part of it.
  ///   - dataFolder: the only data folder to look in; `nil` for `$BACKPROP_DATA` and the cache.
  /// - Throws: `MissingDataset` if no place has the files, and what the other initializer throws.
  public init(
    _ dataset: DatasetDescription, _ split: DatasetSplit, dataFolder: String? = nil
  ) throws {
    let folder = try DatasetFolders(dataFolder: dataFolder).locate(dataset)
    let (images, labels) = dataset.files(of: split)
    try self.init(
      imagesFile: DatasetFolders.file(images, in: folder)!,
      labelsFile: DatasetFolders.file(labels, in: folder)!,
      classCount: dataset.classNames.count)
  }
}
