import BackpropFiles

/// A file that does not hold the data it should: which one, and what is wrong.
public struct DatasetError: Error, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Equatable, Sendable {
    /// The file does not begin as an IDX file of this kind does.
    case wrongMagic(expected: UInt32, found: UInt32)
    /// The file has another number of bytes than its header asks for. Of a packed file that is too
    /// long only so many are counted as show that.
    case wrongByteCount(expected: Int, found: Int)
    /// The header asks for more than a computer can hold.
    case absurdShape([Int])
    /// The file, or the set in it, holds nothing.
    case empty
    /// There are more or fewer labels than images.
    case countsDiffer(images: Int, labels: Int, labelsFile: String)
    /// The test pictures are not of the size of the training pictures.
    case sizesDiffer(train: [Int], test: [Int])
    /// A label is not one of the classes.
    case labelOutOfRange(label: Int, index: Int, classCount: Int)
  }

  /// What is wrong.
  public let reason: Reason
  /// The file as it was named.
  public let file: String

  /// Makes an error.
  public init(_ reason: Reason, file: String) {
    self.reason = reason
    self.file = file
  }

  public var description: String {
    switch reason {
    case .wrongMagic(let expected, let found):
      return "'\(file)' does not begin as it should: expected the magic number "
        + "\(hexadecimal(expected)) (\(Self.meaning(of: expected))), found \(hexadecimal(found)) "
        + "(\(Self.meaning(of: found))). Check that images and labels are not exchanged."
    case .wrongByteCount(let expected, let found):
      let (fault, found) =
        found < expected ? ("is cut short", "\(found)") : ("is too long", "at least \(found)")
      return "'\(file)' \(fault): expected \(expected) bytes by its header, found \(found). "
        + "Remove it and fetch it again."
    case .absurdShape(let shape):
      return
        "'\(file)' gives \(shape.map(String.init).joined(separator: " x ")) as its size, which "
        + "no computer can hold: its header is damaged. Remove it and fetch it again."
    case .empty:
      return "'\(file)' holds no examples: there is nothing to learn from or to test with."
    case .countsDiffer(let images, let labels, let labelsFile):
      return "'\(file)' holds \(images) images and '\(labelsFile)' holds \(labels) labels: they do "
        + "not belong together."
    case .sizesDiffer(let train, let test):
      return "'\(file)' holds pictures to train with of \(train[0]) x \(train[1]) pixels and to "
        + "test with of \(test[0]) x \(test[1]): they do not belong together."
    case .labelOutOfRange(let label, let index, let classCount):
      return "'\(file)' has the label \(label) at index \(index), and the classes are 0 to "
        + "\(classCount - 1)."
    }
  }

  private static func meaning(of magic: UInt32) -> String {
    if magic >> 8 == 8 { return "bytes in \(magic & 0xff) dimensions" }
    return magic >> 16 == 0x1f8b ? "a gzip file" : "no IDX file of bytes"
  }
}

private func hexadecimal(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}

/// An IDX file of bytes: the format of MNIST.
///
/// A magic number (two zeros, the type 08, the number of dimensions), the dimensions as 32-bit
/// big-endian numbers, then the bytes, the last dimension running fastest. Definition: "The IDX file
/// format" on the page of the MNIST database.
public struct IDXFile: Equatable, Sendable {
  /// The dimensions: `[60000, 28, 28]` for the training images of MNIST.
  public let shape: [Int]
  /// The elements, the last dimension running fastest: as many as the product of `shape`.
  public let bytes: [UInt8]

  /// Decodes the content of an IDX file, already unpacked.
  ///
  /// - Parameters:
  ///   - content: the whole file.
  ///   - rank: the number of dimensions that the data must have; any number if `nil`.
  ///   - file: the name that errors give.
  /// - Throws: `DatasetError`.
  public init(_ content: [UInt8], rank: Int? = nil, file: String) throws(DatasetError) {
    var reading = Reading(rank: rank, file: file)
    try reading.take(content[...])
    self = try reading.finished()
  }

  /// Reads an IDX file, plain or packed by gzip.
  ///
  /// What is no IDX file is refused when its first bytes are there, and what is too long when it
  /// becomes so: a small packed file cannot take much memory.
  ///
  /// - Throws: `FileError`, `GzipError` or `DatasetError`.
  public init(contentsOf path: String, rank: Int? = nil) throws {
    let bytes = try File.read(path, limit: Gzip.defaultLimit)
    guard Gzip.isCompressed(bytes) else {
      try self.init(bytes, rank: rank, file: path)
      return
    }
    var reading = Reading(rank: rank, file: path)
    try Gzip.inflate(bytes, file: path) { try reading.take($0) }
    self = try reading.finished()
  }

  private init(shape: [Int], bytes: [UInt8]) {
    self.shape = shape
    self.bytes = bytes
  }

  /// A file as far as it has come.
  private struct Reading {
    let rank: Int?
    let file: String
    private var content: [UInt8] = []
    /// The dimensions, once they are there.
    private var shape: [Int]?
    private var headerCount = 4

    init(rank: Int?, file: String) {
      self.rank = rank
      self.file = file
    }

    /// Takes what comes next, unless it cannot belong to a right file.
    mutating func take(_ piece: ArraySlice<UInt8>) throws(DatasetError) {
      content.append(contentsOf: piece)
      if shape == nil { try readHeader() }
      if let shape, content.count - headerCount > shape.reduce(1, *) {
        throw wrongCount(expected: headerCount + shape.reduce(1, *))
      }
    }

    /// The whole file.
    mutating func finished() throws(DatasetError) -> IDXFile {
      if content.isEmpty { throw DatasetError(.empty, file: file) }
      guard let shape else { throw wrongCount(expected: headerCount) }
      let count = shape.reduce(1, *)
      if content.count - headerCount != count { throw wrongCount(expected: headerCount + count) }
      if count == 0 { throw DatasetError(.empty, file: file) }
      content.removeFirst(headerCount)
      return IDXFile(shape: shape, bytes: content)
    }

    private mutating func readHeader() throws(DatasetError) {
      if content.count < 4 { return }
      let magic = content.bigEndian(UInt32.self, at: 0)
      let found = Int(magic & 0xff)
      if magic >> 8 != 8 || found == 0 || found != rank ?? found {
        throw DatasetError(
          .wrongMagic(expected: 0x800 + UInt32(rank ?? 1), found: magic), file: file)
      }
      headerCount = 4 + 4 * found
      if content.count < headerCount { return }
      let shape = (0..<found).map { Int(content.bigEndian(UInt32.self, at: 4 + 4 * $0)) }
      guard let count = checkedProduct(shape), count < Int.max - headerCount else {
        throw DatasetError(.absurdShape(shape), file: file)
      }
      self.shape = shape
    }

    private func wrongCount(expected: Int) -> DatasetError {
      DatasetError(.wrongByteCount(expected: expected, found: content.count), file: file)
    }
  }
}
