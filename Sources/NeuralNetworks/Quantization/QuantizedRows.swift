import BackpropArrays
import BackpropAutodiff

/// The vectors of words out of a table in blocks of whole numbers.
///
/// `(…)` of whole numbers -> `(…, width)`. It is for use alone: the table gets no gradient.
struct QuantizedRows: TensorOperation {
  let matrix: QuantizedMatrix

  var name: String { "quantizedRows" }
  var details: String { matrix.format.rawValue }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let words = inputs[0].type
    guard words.scalarType == .int32 || words.scalarType == .int64 else {
      throw ShapeError(
        name, inputs.shapes, "the words are \(words.scalarType)",
        hint: "convert them to whole numbers, with cast(to: .int64)")
    }
    return TensorType(Shape(Array(words.shape) + [matrix.inputs]), .float32)
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    let words = pass.input(0)
    let result = NDArray(
      uninitialized: Shape(Array(words.shape) + [matrix.inputs]), .float32)
    var out = result.storage.base.assumingMemoryBound(to: Float.self)
    for word in words.cast(to: .int64).scalars(as: Int64.self) {
      guard (0..<Int64(matrix.outputs)).contains(word) else {
        throw ShapeError(
          "Embedding", [words.shape],
          "there is a word \(word), and the words are 0..<\(matrix.outputs)")
      }
      matrix.dequantizeRow(Int(word), into: out)
      out += matrix.inputs
    }
    return result
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  /// Words are whole numbers, which have no gradient.
  func backward(_ pass: inout BackwardPass) {}
}
