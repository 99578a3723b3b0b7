import BackpropArrays
import BackpropAutodiff

/// How the pictures of a data set are handed out: the three choices of the course's `load_mnist`.
public struct ImageOptions: Sendable, Hashable {
  /// Whether pixels are numbers from 0 to 1; if not, they are 0 to 255.
  public var normalize: Bool
  /// Whether a picture is one row, of shape (784); if not, it has the shape (1, 28, 28).
  public var flatten: Bool
  /// Whether a label is a row with a 1 at the class; if not, it is the number of the class.
  public var oneHot: Bool

  /// The choices; the defaults are what training wants.
  public init(normalize: Bool = true, flatten: Bool = true, oneHot: Bool = false) {
    self.normalize = normalize
    self.flatten = flatten
    self.oneHot = oneHot
  }
}

/// A few examples with their labels.
public struct Batch: Sendable {
  /// The pictures: `float32`, of shape (n, 784) or (n, 1, 28, 28).
  public let images: Tensor
  /// The labels: `int32` of shape (n), or `float32` of shape (n, classes) if one-hot.
  public let labels: Tensor
}

/// Gray pictures and the class of each: one split of a data set, kept in memory as bytes.
///
/// ```swift
/// let (train, test) = try MNIST.load()
/// for batch in train.batches(of: 100, shuffledUsing: &random) {
///   let loss = crossEntropy(logits: model(batch.images), targets: batch.labels)
/// }
/// ```
public struct ImageDataset: Sendable {
  /// The pictures as bytes, of shape (count, rows, columns).
  public let pixels: NDArray
  /// The label of each picture, the number of its class, as `int32` of shape (count).
  public let labels: NDArray
  /// What the classes are called, in order.
  public let classNames: [String]
  /// How pictures are handed out.
  public var options: ImageOptions

  /// A data set of `count` pictures, one after the other in `pixels`.
  public init(
    pixels: [UInt8], rows: Int, columns: Int, labels: [UInt8], classNames: [String],
    options: ImageOptions = ImageOptions()
  ) {
    self.pixels = NDArray(pixels, shape: [labels.count, rows, columns])
    self.labels = NDArray(labels.map(Int32.init))
    self.classNames = classNames
    self.options = options
  }

  /// The number of pictures.
  public var count: Int { labels.count }
  /// The shape of one picture as it is handed out.
  public var imageShape: Shape {
    let (rows, columns) = (pixels.shape[1], pixels.shape[2])
    return options.flatten ? [rows * columns] : [1, rows, columns]
  }

  /// The pictures at these positions.
  public func batch(_ positions: [Int]) -> Batch {
    positions.map(Int32.init).withUnsafeBufferPointer { batch($0) }
  }

  /// The pictures at these positions.
  public func batch(_ positions: Range<Int>) -> Batch { batch(Array(positions)) }

  /// `count` pictures drawn at random, each as likely as any other; one may come twice.
  public func randomBatch(of count: Int, using random: inout RandomSource) -> Batch {
    let positions = (0..<count).map { _ in Int32(random.below(UInt32(self.count))) }
    return positions.withUnsafeBufferPointer { batch($0) }
  }

  /// All pictures.
  public var all: Batch { batch(0..<count) }

  func batch(_ positions: UnsafeBufferPointer<Int32>) -> Batch {
    let images = pixels.gather(positions, scaledBy: options.normalize ? 1.0 / 255 : 1)
    let shape = Shape([positions.count] + imageShape)
    let labels = self.labels.withContiguousScalars(as: Int32.self) { labels in
      Tensor(positions.map { labels[Int($0)] })
    }
    return Batch(
      images: Tensor(images.reshaped(to: shape)),
      labels: options.oneHot ? labels.oneHot(classes: classNames.count) : labels)
  }

  /// The data set in batches of `size`, in order. The last may be smaller.
  public func batches(of size: Int) -> Batches {
    Batches(self, order: (0..<Int32(count)).map { $0 }, size: size)
  }

  /// The data set in batches of `size`, in an order drawn anew from `random`. The last may be
  /// smaller.
  public func batches(of size: Int, shuffledUsing random: inout RandomSource) -> Batches {
    Batches(self, order: random.permutation(of: count), size: size)
  }

  /// A data set of some of these pictures.
  public func subset(_ positions: Range<Int>) -> ImageDataset {
    var result = self
    result = ImageDataset(
      pixels: pixels[positions].scalars(), rows: pixels.shape[1], columns: pixels.shape[2],
      labels: labels[positions].cast(to: .uint8).scalars(), classNames: classNames,
      options: options)
    return result
  }
}

/// A data set, a batch at a time. Batches are put together as they are asked for.
public struct Batches: Sequence, Sendable {
  private let dataset: ImageDataset
  private let order: [Int32]
  private let size: Int

  init(_ dataset: ImageDataset, order: [Int32], size: Int) {
    guard size > 0 else { fatalError("batches(of: \(size)): a batch holds one example at least") }
    self.dataset = dataset
    self.order = order
    self.size = size
  }

  /// The number of batches.
  public var count: Int { (order.count + size - 1) / size }

  /// Batch number `index`.
  public subscript(index: Int) -> Batch {
    guard index >= 0, index < count else { fatalError("Batches: batch \(index) of \(count)") }
    return order.withUnsafeBufferPointer { order in
      let start = index * size
      let end = Swift.min(start + size, order.count)
      return dataset.batch(UnsafeBufferPointer(rebasing: order[start..<end]))
    }
  }

  /// Walks through the batches in order.
  public struct Iterator: IteratorProtocol {
    let batches: Batches
    var position = 0

    public mutating func next() -> Batch? {
      guard position < batches.count else { return nil }
      defer { position += 1 }
      return batches[position]
    }
  }

  public func makeIterator() -> Iterator { Iterator(batches: self) }
}
