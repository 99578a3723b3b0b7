import BackpropArrays
import BackpropWeightFiles

/// The metadata and tensors of a GGUF file as a model asks for them, with errors that name the key.
struct GGUFMetadata {
  private let file: GGUF
  /// What errors call the file.
  let path: String

  init(_ file: GGUF, path: String) { (self.file, self.path) = (file, path) }

  /// An error about a key's value.
  func error(_ key: String, _ expected: String, _ found: String) -> PretrainedError {
    PretrainedError(.invalid(key: key, expected: expected, found: found), path: path)
  }

  /// A text.
  func text(_ key: String, default other: String? = nil) throws(PretrainedError) -> String {
    if file[key] == nil, let other { return other }
    guard let text = file[key]?.text else { throw wrong(key, "a text") }
    return text
  }

  /// A whole number within bounds; of a list for each layer, the one that all have.
  func integer(
    _ key: String, in range: ClosedRange<Int>, default other: Int? = nil
  ) throws(PretrainedError) -> Int {
    if file[key] == nil, let other { return other }
    var number = file[key]?.integer
    if let array = file[key]?.array, array.count > 0, array.count <= ModelConfiguration.layerLimit,
      let all = array.integers, all.allSatisfy({ $0 == all[0] })
    {
      number = all[0]
    }
    guard let number, range.contains(number) else {
      throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A number within bounds.
  func number(
    _ key: String, in range: ClosedRange<Double>, default other: Double? = nil
  ) throws(PretrainedError) -> Double {
    if file[key] == nil, let other { return other }
    guard let value = file[key]?.number, range.contains(value) else {
      throw wrong(key, "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    // What stands there as 1e-6 in 32 bits means 1e-6.
    if case .float32(let x)? = file[key], let short = Double("\(x)") { return short }
    return value
  }

  private func wrong(_ key: String, _ expected: String) -> PretrainedError {
    error(key, expected, file[key].map { "'\($0.description.prefix(60))'" } ?? "nothing")
  }

  /// A tensor that must be there, of this shape.
  func tensor(_ name: String, _ shape: Shape) throws(PretrainedError) -> GGUF.Tensor {
    guard let tensor = file.tensor(name) else {
      throw PretrainedError(
        .doesNotFit("the file lacks the tensor \(name), of shape \(shape)"), path: path)
    }
    guard Shape(tensor.shape) == shape else {
      throw PretrainedError(
        .doesNotFit(
          "\(name) has the shape \(Shape(tensor.shape)) in the file, and by the metadata \(shape)"),
        path: path)
    }
    return tensor
  }

  /// The numbers of a tensor as `float32`.
  func array(of name: String, _ shape: Shape) throws(PretrainedError) -> NDArray {
    let tensor = try tensor(name, shape)
    do {
      let stored = try tensor.array()
      guard stored.scalarType.scalarType.isFloatingPoint else {
        throw PretrainedError(
          .doesNotFit("\(name) holds \(tensor.type), and weights are fractions"), path: path)
      }
      return stored.array.cast(to: .float32)
    } catch let error as PretrainedError {
      throw error
    } catch {
      throw PretrainedError(
        .unsupported("the tensor \(name) of type \(tensor.type)"), path: path)
    }
  }
}
