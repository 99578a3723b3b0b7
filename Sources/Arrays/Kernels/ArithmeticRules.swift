import CBackpropKernels

extension NDArray {
  /// The rule that element-wise operations follow: one type, and shapes that broadcast.
  package static func broadcastShape(
    _ operation: String, _ a: NDArray, _ b: NDArray
  ) throws(ShapeError) -> Shape {
    guard a.scalarType == b.scalarType else {
      throw ShapeError(
        operation, [a.shape, b.shape],
        "the left side is \(a.scalarType) and the right side \(b.scalarType); "
          + "types are never converted silently",
        hint: "convert one side, with cast(to: .\(a.scalarType))")
    }
    if a.shape == b.shape { return a.shape }
    guard let shape = Shape.broadcast(a.shape, b.shape) else {
      throw ShapeError.broadcast(operation, a.shape, b.shape)
    }
    guard shape.hasCountableElements else {
      throw ShapeError(
        operation, [a.shape, b.shape],
        "the shapes broadcast to \(shape), which holds more elements than can be counted")
    }
    return shape
  }

  /// The rule that arithmetic follows: that of ``broadcastShape(_:_:_:)``, and a type in which the
  /// operation has a meaning.
  package static func arithmeticShape(
    _ op: bp_binary, _ operation: String, _ a: NDArray, _ b: NDArray
  ) throws(ShapeError) -> Shape {
    let shape = try broadcastShape(operation, a, b)
    _ = try bp_binary_loop(a.scalarType.code, op).orNoKernel(
      operation, [a.shape, b.shape], a.scalarType)
    return shape
  }

  /// A whole number to a negative power is none.
  package static func checkExponents(
    _ operation: String, _ a: NDArray, _ exponents: NDArray
  ) throws(ShapeError) {
    guard !exponents.scalarType.isFloatingPoint, a.count > 0, exponents.count > 0 else { return }
    let least = NDArray(uninitialized: .scalar, exponents.scalarType)
    Reduction.run(BP_MIN, exponents, Array(repeating: true, count: exponents.rank), into: least)
    guard least.item >= 0 else {
      throw ShapeError(
        operation, [a.shape, exponents.shape],
        "a whole number to the negative power \(Int(least.item)) is no whole number",
        hint: "convert first, with cast(to: .float64)")
    }
  }
}
