import BackpropArrays
import BackpropData
import BackpropWeightFiles

extension ImageDataset {
  /// Gray pictures and their labels from a file of NumPy arrays, under the names that Keras gives them:
  /// `x_train` and `x_test`, `uint8` of shape (n, rows, columns), and `y_train` and `y_test`, whole
  /// numbers from 0 to 255 of shape (n). The classes are called by their numbers.
  ///
  /// ```swift
  /// let (train, test) = try ImageDataset.load(npz: "mnist.npz")
  /// ```
  ///
  /// - Throws: `FileError`; `WeightFileError` that says which array is missing or is none of pictures.
  public static func load(npz path: String) throws -> (train: ImageDataset, test: ImageDataset) {
    let file = try StateDictionary(contentsOf: path)
    func error(_ problem: String) -> WeightFileError {
      WeightFileError(.mismatch([problem]), file: path)
    }
    func array(_ name: String) throws -> NDArray {
      if let found = file.entries.first(where: { $0.name == name }) { return found.array }
      let names = file.entries.map { "'\($0.name)'" }.joined(separator: ", ")
      throw error(
        "missing: '\(name)'; expected x_train, y_train, x_test and y_test, and the file holds "
          + (names.isEmpty ? "no arrays" : names))
    }
    func part(_ name: String) throws -> (pixels: NDArray, labels: [UInt8]) {
      let (pixels, labels) = (try array("x_" + name), try array("y_" + name))
      guard pixels.scalarType == .uint8, pixels.rank == 3, pixels.shape[1] > 0, pixels.shape[2] > 0
      else {
        throw error(
          "'x_\(name)' is \(pixels.scalarType) of shape \(pixels.shape), expected uint8 of shape "
            + "(n, rows, columns)")
      }
      guard labels.shape == [pixels.shape[0]], !labels.scalarType.isFloatingPoint,
        labels.scalarType != .bool
      else {
        throw error(
          "'y_\(name)' is \(labels.scalarType) of shape \(labels.shape), expected whole numbers of "
            + "shape (\(pixels.shape[0]))")
      }
      let classes = labels.cast(to: .int64).scalars(as: Int64.self)
      if let wrong = classes.first(where: { !(0...255).contains($0) }) {
        throw error("'y_\(name)' has the label \(wrong), expected numbers from 0 to 255")
      }
      return (pixels, classes.map { UInt8($0) })
    }
    let (train, test) = (try part("train"), try part("test"))
    guard train.pixels.shape.dropFirst().elementsEqual(test.pixels.shape.dropFirst()) else {
      throw error(
        "'x_train' is of shape \(train.pixels.shape) and 'x_test' of \(test.pixels.shape), expected "
          + "pictures of one size")
    }
    let classCount = Int((train.labels + test.labels).max() ?? 0) + 1
    func dataset(_ part: (pixels: NDArray, labels: [UInt8])) -> ImageDataset {
      ImageDataset(
        pixels: part.pixels.scalars(), rows: part.pixels.shape[1], columns: part.pixels.shape[2],
        labels: part.labels, classNames: (0..<classCount).map(String.init))
    }
    return (dataset(train), dataset(test))
  }

  /// Whether this is the name of such a file.
  package static func isArrayFile(_ path: String) -> Bool { path.lowercased().hasSuffix(".npz") }
}
