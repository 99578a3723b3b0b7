import BackpropArrays

/// A data set whose batches other threads put together, and change at random, while the last one is
/// learned from.
///
/// ```swift
/// let transform = ImageTransforms([HorizontalFlip(), ImageAugmentation(rotation: 5)])
/// let train = DataLoader(pictures, threads: 2, changing: transform)
/// let loop = TrainingLoop(model, optimizer, train, batchSize: 64) { batch, mode in
///   crossEntropy(logits: model(batch.images, mode), targets: batch.labels)
/// }
/// ```
///
/// A batch has the same bits on any number of threads, or none: what is drawn for it follows from the
/// seed, the epoch and its place in the epoch. It pays where a batch takes long to put together: pictures
/// that are decoded, rows that are read from a disk, augmentation.
///
/// The changes belong to passes (``Dataset/source(of:)``), such as those of a training loop; ``batch(_:)``
/// gives examples as they are.
public struct DataLoader<Base: Dataset>: Dataset where Base.Batch: Sendable {
  /// The data set.
  public let base: Base
  /// The number of threads that put batches together; 0 for whoever asks for them.
  public let threads: Int
  /// How many batches are made ready beyond the one that is asked for.
  public let ahead: Int
  private let change: (@Sendable (Base.Batch, inout RandomSource) throws -> Base.Batch)?

  /// A data set that is loaded ahead.
  ///
  /// Traps if a number is negative.
  ///
  /// - Parameters:
  ///   - base: the data set.
  ///   - threads: how many threads put batches together; 0 for none of their own.
  ///   - ahead: how many batches are made ready beyond the one that is asked for; `nil` for two a
  ///     thread.
  ///   - change: changes a batch; it is called on any thread, with random numbers of the batch's own.
  public init(
    _ base: Base, threads: Int = 1, ahead: Int? = nil,
    changing change: (@Sendable (Base.Batch, inout RandomSource) throws -> Base.Batch)? = nil
  ) {
    guard threads >= 0, ahead ?? 0 >= 0 else {
      fatalError("DataLoader: \(threads) threads, \(ahead ?? 0) batches ahead; neither is negative")
    }
    self.base = base
    self.threads = threads
    self.ahead = ahead ?? 2 * threads
    self.change = change
  }

  public var count: Int { base.count }

  /// The examples at these positions, as they are.
  public func batch(_ positions: [Int]) -> Base.Batch { base.batch(positions) }

  public func source(of pass: DataPass) -> any BatchSource<Base.Batch> {
    var source = base.source(of: pass)
    if let change { source = ChangedBatches(source: source, pass: pass, change: change) }
    if threads == 0 { return source }
    return PrefetchedBatches(
      source, count: pass.batchCount, threads: threads, ahead: ahead)
  }
}

extension DataLoader where Base.Batch == ImageBatch {
  /// Pictures that are loaded ahead, each changed at random.
  ///
  /// - Parameters:
  ///   - base: the pictures.
  ///   - threads: how many threads put batches together; 0 for none of their own.
  ///   - ahead: how many batches are made ready beyond the one that is asked for; `nil` for two a
  ///     thread.
  ///   - transform: how pictures are changed.
  ///   - shape: the shape of pictures, (channels, rows, columns), which those that are handed out as
  ///     rows are given for it.
  public init(
    _ base: Base, threads: Int = 1, ahead: Int? = nil, changing transform: some ImageTransform,
    of shape: Shape
  ) {
    self.init(base, threads: threads, ahead: ahead) { batch, random in
      let pictures = batch.images.reshaped(to: Shape([batch.images.shape[0]] + shape))
      return ImageBatch(
        images: transform(pictures, using: &random).reshaped(to: batch.images.shape),
        labels: batch.labels)
    }
  }
}
