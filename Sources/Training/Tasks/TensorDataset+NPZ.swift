import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropWeightFiles

extension TensorDataset {
  /// Examples from a file of NumPy arrays, as `numpy.savez` writes it: one array of inputs and one of
  /// targets, with as many rows.
  ///
  /// ```swift
  /// let train = try TensorDataset(npz: "mnist.npz", inputs: "x_train", targets: "y_train", scale: 1.0 / 255)
  /// ```
  ///
  /// Inputs become `float32`. Targets of a whole type become `int32`, labels, and others `float32`.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - inputs: the name of the array of inputs.
  ///   - targets: the name of the array of targets.
  ///   - scale: what the inputs are multiplied by.
  /// - Throws: `FileError`; `WeightFileError` that names the arrays that are there.
  public init(
    npz path: String, inputs: String = "x", targets: String = "y", scale: Double = 1
  ) throws {
    let file = try StateDictionary(contentsOf: path)
    func array(_ name: String) throws -> NDArray {
      if let found = file.entries.first(where: { $0.name == name }) { return found.array }
      let names = file.entries.map { "'\($0.name)'" }.joined(separator: ", ")
      throw WeightFileError(
        .mismatch(["missing: '\(name)'; the file holds \(names.isEmpty ? "no arrays" : names)"]),
        file: path)
    }
    let (x, y) = (try array(inputs), try array(targets))
    guard x.rank > 0, y.rank > 0, x.shape[0] == y.shape[0] else {
      throw WeightFileError(
        .mismatch([
          "'\(inputs)' is of shape \(x.shape) and '\(targets)' of \(y.shape), expected as many rows"
        ]), file: path)
    }
    let numbers = Tensor(x.cast(to: .float32))
    self.init(
      inputs: scale == 1 ? numbers : numbers * scale,
      targets: Tensor(y.cast(to: y.scalarType.isFloatingPoint ? .float32 : .int32)))
  }
}
