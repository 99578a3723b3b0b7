import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropImages

/// Pictures in folders, one folder for each class: `cats/1.png`, `cats/old/2.jpg`, `dogs/1.jpeg`.
///
/// ```swift
/// let pictures = try ImageFolder("animals", colors: .rgb, rows: 64, columns: 64)
/// let (train, test) = pictures.split(validation: 0.2, stratifiedBy: pictures.classes, seed: 1)
/// let loop = TrainingLoop(model, optimizer, DataLoader(train, threads: 2), batchSize: 32) { … }
/// ```
///
/// The classes are the folders in the order of their names, byte by byte, and the pictures of a class in
/// the order of their paths. A picture is a file whose name ends as one of `ImageFile.nameEndings` does,
/// in the folder or in one below it; names that begin with a point are passed over. It is read when a
/// batch wants it, made as large as all are, and laid over white where it is transparent. A data set that
/// fits into `memoryLimit` as bytes is decoded once.
public struct ImageFolder: Dataset {
  /// The colours that pictures are handed out in.
  public enum Colors: String, Codable, Sendable, CaseIterable {
    /// Shades of gray: one channel.
    case gray
    /// Red, green and blue: three channels.
    case rgb

    /// The number of channels.
    public var channels: Int { self == .gray ? 1 : 3 }
  }

  /// The folder of all.
  public let folder: String
  /// What the classes are called: the folders' names, in order.
  public let classNames: [String]
  /// The paths of the pictures.
  public let files: [String]
  /// The class of each picture.
  public let labels: [Int32]
  /// The colours that pictures are handed out in.
  public let colors: Colors
  /// The height of a picture as it is handed out.
  public let rows: Int
  /// Its width.
  public let columns: Int
  /// How pictures are handed out.
  public var options: ImageOptions
  private let decoded: DecodedImages?

  /// The most bytes of decoded pictures that are kept if nothing else is said: 256 MiB.
  public static let usualMemoryLimit = 256 << 20

  /// Finds the pictures of a folder.
  ///
  /// - Parameters:
  ///   - folder: holds a folder for each class.
  ///   - colors: the colours to hand pictures out in.
  ///   - rows: the height to give them.
  ///   - columns: the width to give them.
  ///   - options: how pictures are handed out.
  ///   - memoryLimit: the most bytes of decoded pictures that are kept; if there are more, none are.
  /// - Throws: `FileError` where a folder cannot be read; `ImageFolderError` where there are no classes or
  ///   one has no pictures.
  public init(
    _ folder: String, colors: Colors = .rgb, rows: Int, columns: Int,
    options: ImageOptions = ImageOptions(flatten: false), memoryLimit: Int = usualMemoryLimit
  ) throws {
    guard rows > 0, columns > 0 else {
      fatalError("ImageFolder: pictures of \(columns) x \(rows) pixels")
    }
    let classNames = try FolderListing(folder).folders
    if classNames.isEmpty { throw ImageFolderError(folder: folder, reason: .noClasses) }
    var files: [String] = []
    var labels: [Int32] = []
    var empty: [String] = []
    for (label, name) in classNames.enumerated() {
      let found = try FolderListing.pictures(below: folder + "/" + name)
      if found.isEmpty { empty.append(name) }
      files += found
      labels += [Int32](repeating: Int32(label), count: found.count)
    }
    if !empty.isEmpty { throw ImageFolderError(folder: folder, reason: .noPictures(empty)) }
    (self.folder, self.classNames) = (folder, classNames)
    (self.files, self.labels) = (files, labels)
    (self.colors, self.rows, self.columns) = (colors, rows, columns)
    self.options = options
    let size = colors.channels * rows * columns
    decoded =
      files.count * size <= memoryLimit ? DecodedImages(count: files.count, size: size) : nil
  }

  public var count: Int { files.count }

  /// The shape of a picture as it is handed out.
  public var imageShape: Shape {
    options.flatten ? [pictureShape.elementCount] : pictureShape
  }

  /// The shape (channels, rows, columns) of a picture.
  public var pictureShape: Shape { [colors.channels, rows, columns] }

  /// The pictures at these positions.
  ///
  /// Traps where one cannot be read; a ``source(of:)`` throws.
  public func batch(_ positions: [Int]) -> ImageBatch {
    do {
      return try read(positions)
    } catch {
      fatalError("ImageFolder.batch: \(error)")
    }
  }

  public func source(of pass: DataPass) -> any BatchSource<ImageBatch> {
    Source(pictures: self, pass: pass)
  }

  private struct Source: BatchSource {
    let pictures: ImageFolder
    let pass: DataPass

    func batch(_ index: Int) throws -> ImageBatch { try pictures.read(pass.positions(of: index)) }
  }

  /// The pictures at these positions.
  ///
  /// - Throws: `BadImages` with all pictures of the data set that cannot be read, once one of these
  ///   cannot.
  public func read(_ positions: [Int]) throws -> ImageBatch {
    let size = pictureShape.elementCount
    var bytes = NDArray.zeros([positions.count, size], scalarType: .uint8)
    var failed = [Bool](repeating: false, count: positions.count)
    bytes.withMutableScalars(as: UInt8.self) { bytes in
      failed.withUnsafeMutableBufferPointer { failed in
        Parallel.forEach(positions.count) { index in
          let place = UnsafeMutableBufferPointer(rebasing: bytes[index * size..<(index + 1) * size])
          failed[index] = (try? put(positions[index], into: place)) == nil
        }
      }
    }
    if failed.contains(true) { try check() }
    let scaled = positions.indices.map(Int32.init).withUnsafeBufferPointer {
      bytes.gather($0, scaledBy: options.normalize ? 1.0 / 255 : 1)
    }
    let labels = Tensor(positions.map { self.labels[$0] })
    return ImageBatch(
      images: Tensor(scaled.reshaped(to: Shape([positions.count] + imageShape))),
      labels: options.oneHot ? labels.oneHot(classes: classNames.count) : labels)
  }

  /// Reads all pictures, to find out which cannot be read.
  ///
  /// - Throws: `BadImages` with all of them.
  public func check() throws {
    var errors = [(any Error)?](repeating: nil, count: count)
    errors.withUnsafeMutableBufferPointer { errors in
      Parallel.forEach(count) { index in
        do { _ = try pixels(index) } catch { errors[index] = error }
      }
    }
    let found = errors.compactMap { $0 }
    // Where the decoder is missing, one such error says it all.
    let decoder = found.first {
      if case .noDecoder? = ($0 as? ImageError)?.reason { true } else { false }
    }
    if let decoder { throw decoder }
    if !found.isEmpty { throw BadImages(found) }
  }

  private func put(_ index: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) throws {
    guard let decoded else {
      _ = bytes.update(fromContentsOf: try pixels(index))
      return
    }
    if decoded.copy(index, to: bytes) { return }
    let pixels = try pixels(index)
    decoded.keep(index, pixels)
    _ = bytes.update(fromContentsOf: pixels)
  }

  private func pixels(_ index: Int) throws -> [UInt8] {
    try Self.planes(of: files[index], colors, rows: rows, columns: columns)
  }

  /// The bytes of the picture in a file, channel by channel, as a data set of such pictures has them.
  ///
  /// - Throws: `FileError` or `ImageError`.
  package static func planes(
    of file: String, _ colors: Colors, rows: Int, columns: Int
  ) throws -> [UInt8] {
    switch colors {
    case .gray: return try ImageFile.readGray(file, resizedTo: (columns, rows)).pixels
    case .rgb:
      let image = try ImageFile.readRGB(file, resizedTo: (columns, rows))
      let size = rows * columns
      return [UInt8](unsafeUninitializedCapacity: 3 * size) { planes, filled in
        image.pixels.withUnsafeBufferPointer { pixels in
          for pixel in 0..<size {
            for channel in 0..<3 {
              planes[channel &* size &+ pixel] = pixels[3 &* pixel &+ channel]
            }
          }
        }
        filled = 3 * size
      }
    }
  }

  // MARK: Parts

  /// The class of each picture, as ``Dataset/split(validation:stratifiedBy:seed:)`` takes it.
  public var classes: [Int] { labels.map(Int.init) }

  /// Checks that another part has the same classes.
  ///
  /// - Throws: `ImageFolderError`.
  package func requireClasses(of other: ImageFolder) throws(ImageFolderError) {
    if other.classNames != classNames {
      throw ImageFolderError(
        folder: folder,
        reason: .classesDiffer(
          train: classNames, other: other.classNames, folder: other.folder))
    }
  }
}

/// A folder that holds no pictures in classes.
public struct ImageFolderError: Error, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Equatable, Sendable {
    /// There are no folders in it.
    case noClasses
    /// These folders hold no pictures.
    case noPictures([String])
    /// One part has other classes than another.
    case classesDiffer(train: [String], other: [String], folder: String)
  }

  /// The folder.
  public let folder: String
  /// What is wrong.
  public let reason: Reason

  public var description: String {
    let endings = ImageFile.nameEndings.map { "." + $0 }.joined(separator: ", ")
    switch reason {
    case .noClasses:
      return
        "'\(folder)' holds no folders: expected one for each class, with its pictures in it, as "
        + "\(folder)/cats/1.png."
    case .noPictures(let names):
      return "'\(folder)' holds folders without pictures (\(endings)): "
        + names.map { "'\($0)'" }.joined(separator: ", ")
        + ". Remove them, or put pictures of their classes in."
    case .classesDiffer(let train, let other, let otherFolder):
      return
        "'\(otherFolder)' holds the classes \(other.joined(separator: ", ")), and '\(folder)' holds "
        + "\(train.joined(separator: ", ")): they do not belong together."
    }
  }
}

/// The decoded bytes of pictures, as far as they have been read.
private final class DecodedImages: @unchecked Sendable {
  private let size: Int
  private let bytes: UnsafeMutablePointer<UInt8>
  private let lock = Condition()
  private var isThere: [Bool]

  init(count: Int, size: Int) {
    self.size = size
    bytes = .allocate(capacity: max(1, count * size))
    isThere = [Bool](repeating: false, count: count)
  }

  deinit { bytes.deallocate() }

  func copy(_ index: Int, to place: UnsafeMutableBufferPointer<UInt8>) -> Bool {
    if !lock.withLock({ isThere[index] }) { return false }
    _ = place.update(fromContentsOf: UnsafeBufferPointer(start: bytes + index * size, count: size))
    return true
  }

  func keep(_ index: Int, _ pixels: [UInt8]) {
    lock.withLock {
      if isThere[index] { return }
      pixels.withUnsafeBufferPointer {
        (bytes + index * size).update(from: $0.baseAddress!, count: size)
      }
      isThere[index] = true
    }
  }
}
