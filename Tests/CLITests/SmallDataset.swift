import BackpropFiles

/// A data set in the files of MNIST that is small and easy: a picture of class k is a bright bar in
/// rows 2k + 4 and 2k + 5, so that a network tells all of them apart after a few steps.
struct SmallDataset {
  var trainCount = 300
  var testCount = 100
  var side = 28

  static let names = (
    trainImages: "train-images-idx3-ubyte", trainLabels: "train-labels-idx1-ubyte",
    testImages: "t10k-images-idx3-ubyte", testLabels: "t10k-labels-idx1-ubyte"
  )

  /// Writes the four files to `data/mnist` and returns `data`.
  @discardableResult
  func write(to tool: CommandLineTool) throws -> String {
    let folder = tool.path("data/mnist")
    try File.createFolder(folder)
    let names = Self.names
    try AtomicFile.write(images(trainCount), to: folder + "/" + names.trainImages)
    try AtomicFile.write(labels(trainCount), to: folder + "/" + names.trainLabels)
    try AtomicFile.write(images(testCount), to: folder + "/" + names.testImages)
    try AtomicFile.write(labels(testCount), to: folder + "/" + names.testLabels)
    return tool.path("data")
  }

  /// An IDX file of pictures.
  func images(_ count: Int) -> [UInt8] {
    var bytes = Self.header(3, [count, side, side])
    for index in 0..<count {
      let top = (4 + 2 * (index % 10)) * side / 28
      for row in 0..<side {
        for column in 0..<side {
          let isInk = (row == top || row == top + 1) && (3..<25).contains(column * 28 / side)
          bytes.append(isInk ? UInt8(200 + (index + column) % 56) : 0)
        }
      }
    }
    return bytes
  }

  /// An IDX file of labels.
  func labels(_ count: Int) -> [UInt8] {
    Self.header(1, [count]) + (0..<count).map { UInt8($0 % 10) }
  }

  /// The head of an IDX file of bytes.
  static func header(_ rank: UInt8, _ shape: [Int]) -> [UInt8] {
    [0, 0, 8, rank]
      + shape.flatMap { size in
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) }
      }
  }

  /// Bytes as a gzip file of stored blocks (RFC 1951, 3.2.4) with the checksum 0, which is wrong.
  static func gzipWithWrongChecksum(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]
    for start in stride(from: 0, to: bytes.count, by: 65535) {
      let block = bytes[start..<min(start + 65535, bytes.count)]
      let (low, high) = (UInt8(block.count & 255), UInt8(block.count >> 8))
      result.append(start + 65535 >= bytes.count ? 1 : 0)
      result += [low, high, ~low, ~high]
      result += block
    }
    let size = (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
    return result + [0, 0, 0, 0] + size
  }
}
