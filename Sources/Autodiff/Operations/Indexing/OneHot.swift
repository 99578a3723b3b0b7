import BackpropArrays

extension Tensor {
  /// For each whole number i in 0..<`classes` a vector of zeros with a 1 at i, along a new last axis:
  /// PyTorch's `one_hot`. A constant.
  ///
  /// ```swift
  /// labels.oneHot(classes: 10)                 // (100,) -> (100, 10)
  /// ```
  ///
  /// Traps if a number is outside that range or the numbers are not whole, or this tensor has eight
  /// axes already.
  public func oneHot(classes: Int, scalarType: ScalarType = .float32) -> Tensor {
    OneHot(classes: classes, scalarType: scalarType)(self)
  }
}

struct OneHot: ConstantOperation {
  let classes: Int
  let scalarType: ScalarType

  var name: String { "oneHot" }
  var details: String { "\(classes) classes" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    let labels = inputs[0].type
    guard !labels.scalarType.isFloatingPoint, labels.scalarType != .bool else {
      throw ShapeError(
        name, inputs.shapes, "labels are whole numbers, not \(labels.scalarType)",
        hint: "convert them, with cast(to: .int32)")
    }
    guard classes >= 0 else { throw ShapeError(name, inputs.shapes, "\(classes) classes") }
    guard labels.shape.rank < Extents.capacity else {
      throw ShapeError(name, inputs.shapes, "an array has at most \(Extents.capacity) axes")
    }
    let shape = Shape(Array(labels.shape) + [classes])
    guard shape.hasCountableElements else {
      throw ShapeError(
        name, inputs.shapes, "with \(classes) classes, more elements than can be counted")
    }
    return TensorType(shape, scalarType)
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    let type = try resultType(pass.inputs)
    let labels = pass.input(0)
    try labels.requireLabels(below: classes, name, pass.inputs)
    let result = NDArray(uninitialized: type.shape, scalarType)
    result.fillWithOneHotRows(labels, classes: classes)
    return result
  }
}
