import BackpropArrays
import BackpropAutodiff

/// What a linear layer computes whose weights are in blocks of whole numbers: x · weight + bias.
///
/// It is for use alone: asking it for a gradient ends the program.
struct QuantizedAffine: KernelOperation {
  let matrix: QuantizedMatrix

  var name: String { "quantizedAffine" }
  var details: String { matrix.format.rawValue }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let x = inputs[0].type
    guard x.scalarType == .float32 else {
      throw ShapeError(
        name, inputs.shapes, "the input is \(x.scalarType), and weights in blocks take float32",
        hint: "convert it, with cast(to: .float32)")
    }
    guard let length = x.shape.last, length == matrix.inputs else {
      throw ShapeError(
        name, inputs.shapes,
        "the input has rows of \(x.shape.last ?? 0) numbers, and the weight takes rows of "
          + "\(matrix.inputs)")
    }
    return TensorType(Shape(Array(x.shape.dropLast()) + [matrix.outputs]), .float32)
  }

  func compute(_ pass: inout ForwardPass) {
    let bias = pass.inputs.count == 2 ? pass.input(1) : nil
    pass.input(0).withContiguousScalars(as: Float.self) { rows in
      pass.withOutput(as: Float.self) { out in
        guard let start = rows.baseAddress, let out = out.baseAddress else { return }
        func multiply(_ bias: UnsafePointer<Float>?) {
          matrix.multiply(
            start, rowStride: matrix.inputs, count: rows.count / matrix.inputs, bias: bias,
            into: out)
        }
        guard let bias else { return multiply(nil) }
        bias.withContiguousScalars(as: Float.self) { multiply($0.baseAddress) }
      }
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    fatalError(
      "quantizedAffine: no gradient passes through weights in blocks (\(details)), which are for use "
        + "and not for training; train the model as it is loaded, and quantize it afterwards")
  }
}
