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
  ///
  /// - Parameters:
  ///   - normalize: whether pixels are numbers from 0 to 1.
  ///   - flatten: whether a picture is one row.
  ///   - oneHot: whether a label is a row with a 1 at the class.
  public init(normalize: Bool = true, flatten: Bool = true, oneHot: Bool = false) {
    self.normalize = normalize
    self.flatten = flatten
    self.oneHot = oneHot
  }
}

/// A few pictures with their labels.
public struct ImageBatch: Sendable {
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
public struct ImageDataset: Dataset {
  /// The pictures as bytes, of shape (count, rows, columns).
  public let pixels: NDArray
  /// The label of each picture, the number of its class, as `int32` of shape (count).
  public let labels: NDArray
  /// What the classes are called, in order.
  public let classNames: [String]
  /// How pictures are handed out.
  public var options: ImageOptions

  /// A data set of pictures that are in memory.
  ///
  /// Traps if there are not `rows` · `columns` pixels for each label.
  ///
  /// - Parameters:
  ///   - pixels: the pictures one after the other, each row by row.
  ///   - rows: the height of a picture.
  ///   - columns: the width of a picture.
  ///   - labels: the class of each picture; their number is that of the pictures.
  ///   - classNames: what the classes are called, in order.
  ///   - options: how pictures are handed out.
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
  ///
  /// Traps if there is no picture at one of them.
  public func batch(_ positions: [Int]) -> ImageBatch {
    positions.map(Int32.init).withUnsafeBufferPointer { batch($0) }
  }

  /// The pictures at these positions.
  ///
  /// Traps if there is no picture at one of them.
  public func batch(_ positions: Range<Int>) -> ImageBatch { batch(Array(positions)) }

  /// `count` pictures drawn at random, each as likely as any other; one may come twice.
  ///
  /// Traps if there are no pictures to draw from.
  public func randomBatch(of count: Int, using random: inout RandomSource) -> ImageBatch {
    let positions = (0..<count).map { _ in Int32(random.below(UInt32(self.count))) }
    return positions.withUnsafeBufferPointer { batch($0) }
  }

  /// All pictures.
  public var all: ImageBatch { batch(0..<count) }

  func batch(_ positions: UnsafeBufferPointer<Int32>) -> ImageBatch {
    let images = pixels.gather(positions, scaledBy: options.normalize ? 1.0 / 255 : 1)
    let shape = Shape([positions.count] + imageShape)
    let labels = self.labels.withContiguousScalars(as: Int32.self) { labels in
      Tensor(positions.map { labels[Int($0)] })
    }
    return ImageBatch(
      images: Tensor(images.reshaped(to: shape)),
      labels: options.oneHot ? labels.oneHot(classes: classNames.count) : labels)
  }

  /// A data set of some of these pictures.
  ///
  /// Traps if there is no picture at one of the positions.
  public func subset(_ positions: Range<Int>) -> ImageDataset {
    var result = self
    result = ImageDataset(
      pixels: pixels[positions].scalars(), rows: pixels.shape[1], columns: pixels.shape[2],
      labels: labels[positions].cast(to: .uint8).scalars(), classNames: classNames,
      options: options)
    return result
  }
}
