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
    let least = exponents.min().item
    guard least >= 0 else {
      throw ShapeError(
        operation, [a.shape, exponents.shape],
        "a whole number to the negative power \(Int(least)) is no whole number",
        hint: "convert first, with cast(to: .float64)")
    }
  }

  private static func combine(
    _ op: bp_binary, _ name: String, _ a: NDArray, _ b: NDArray
  ) -> NDArray {
    do throws(ShapeError) {
      let result = NDArray(uninitialized: try arithmeticShape(op, name, a, b), a.scalarType)
      if op == BP_POWER { try checkExponents(name, a, b) }
      Elementwise.binary(op, a, b, into: result)
      return result
    } catch { error.trap() }
  }

  /// `caller` is `exp()` for exp.
  private func map(_ op: bp_unary, _ caller: String = #function) -> NDArray {
    guard bp_unary_loop(scalarType.code, op) != nil else {
      ShapeError.noKernel(String(caller.prefix { $0 != "(" }), [shape], scalarType).trap()
    }
    let result = NDArray(uninitialized: shape, scalarType)
    Elementwise.unary(op, self, into: result)
    return result
  }

  /// `value` beside this array in `op`.
  private func number(_ value: Double, _ op: bp_binary, _ name: String) -> NDArray {
    do throws(ShapeError) { return try scalar(value, for: op, name) } catch { error.trap() }
  }

  /// a + b, element by element, with broadcasting.
  public static func + (a: NDArray, b: NDArray) -> NDArray { combine(BP_ADD, "add", a, b) }
  /// a − b, element by element, with broadcasting.
  public static func - (a: NDArray, b: NDArray) -> NDArray {
    combine(BP_SUBTRACT, "subtract", a, b)
  }
  /// a · b, element by element, with broadcasting.
  public static func * (a: NDArray, b: NDArray) -> NDArray {
    combine(BP_MULTIPLY, "multiply", a, b)
  }
  /// a / b, element by element, with broadcasting. Floating-point arrays only.
  public static func / (a: NDArray, b: NDArray) -> NDArray { combine(BP_DIVIDE, "divide", a, b) }
  /// −a, element by element.
  public static prefix func - (a: NDArray) -> NDArray {
    a.map(BP_NEGATE, "negate")
  }

  /// The number takes the array's type: it never changes the type of the result. A whole type takes
  /// whole numbers only, modulo 2^bits as all of its arithmetic.
  public static func + (a: NDArray, b: Double) -> NDArray { a + a.number(b, BP_ADD, "add") }
  /// See ``+(_:_:)-(NDArray,Double)``.
  public static func - (a: NDArray, b: Double) -> NDArray {
    a - a.number(b, BP_SUBTRACT, "subtract")
  }
  /// See ``+(_:_:)-(NDArray,Double)``.
  public static func * (a: NDArray, b: Double) -> NDArray {
    a * a.number(b, BP_MULTIPLY, "multiply")
  }
  /// See ``+(_:_:)-(NDArray,Double)``.
  public static func / (a: NDArray, b: Double) -> NDArray { a / a.number(b, BP_DIVIDE, "divide") }
  /// See ``+(_:_:)-(NDArray,Double)``.
  public static func + (a: Double, b: NDArray) -> NDArray { b.number(a, BP_ADD, "add") + b }
  /// See ``+(_:_:)-(NDArray,Double)``.
  public static func - (a: Double, b: NDArray) -> NDArray {
    b.number(a, BP_SUBTRACT, "subtract") - b
  }
  /// See ``+(_:_:)-(NDArray,Double)``.
  public static func * (a: Double, b: NDArray) -> NDArray {
    b.number(a, BP_MULTIPLY, "multiply") * b
  }
  /// See ``+(_:_:)-(NDArray,Double)``.
  public static func / (a: Double, b: NDArray) -> NDArray { b.number(a, BP_DIVIDE, "divide") / b }

  /// Adds in place.
  public static func += (a: inout NDArray, b: NDArray) { a.update(BP_ADD, "add", b) }
  /// Subtracts in place.
  public static func -= (a: inout NDArray, b: NDArray) { a.update(BP_SUBTRACT, "subtract", b) }
  /// Multiplies in place.
  public static func *= (a: inout NDArray, b: NDArray) { a.update(BP_MULTIPLY, "multiply", b) }
  /// Divides in place.
  public static func /= (a: inout NDArray, b: NDArray) { a.update(BP_DIVIDE, "divide", b) }

  /// Adds a number in place.
  public static func += (a: inout NDArray, b: Double) { a += a.number(b, BP_ADD, "add") }
  /// Subtracts a number in place.
  public static func -= (a: inout NDArray, b: Double) { a -= a.number(b, BP_SUBTRACT, "subtract") }
  /// Multiplies by a number in place.
  public static func *= (a: inout NDArray, b: Double) { a *= a.number(b, BP_MULTIPLY, "multiply") }
  /// Divides by a number in place.
  public static func /= (a: inout NDArray, b: Double) { a /= a.number(b, BP_DIVIDE, "divide") }

  private mutating func update(_ op: bp_binary, _ name: String, _ b: NDArray) {
    do throws(ShapeError) {
      let result = try Self.arithmeticShape(op, name, self, b)
      guard result == shape else {
        throw ShapeError(
          name + " in place", [shape, b.shape],
          "the result has the shape \(result) and does not fit in the left side")
      }
      makeUnique()
      // A right side that shares this memory was retained before makeUnique, which then copied.
      Elementwise.binary(op, self, b, into: self)
    } catch { error.trap() }
  }

  /// self to the power of `exponent`, element by element, with broadcasting; as C's `pow`.
  public func power(_ exponent: NDArray) -> NDArray {
    Self.combine(BP_POWER, "power", self, exponent)
  }
  /// self to the power of `exponent`, element by element.
  public func power(_ exponent: Double) -> NDArray { power(number(exponent, BP_POWER, "power")) }
  /// The larger of the two, element by element; NaN where either is NaN.
  public func maximum(_ other: NDArray) -> NDArray {
    Self.combine(BP_MAXIMUM, "maximum", self, other)
  }
  /// The larger of each element and `other`.
  public func maximum(_ other: Double) -> NDArray { maximum(number(other, BP_MAXIMUM, "maximum")) }
  /// The smaller of the two, element by element; NaN where either is NaN.
  public func minimum(_ other: NDArray) -> NDArray {
    Self.combine(BP_MINIMUM, "minimum", self, other)
  }
  /// The smaller of each element and `other`.
  public func minimum(_ other: Double) -> NDArray { minimum(number(other, BP_MINIMUM, "minimum")) }

  /// |x|, element by element.
  public func absolute() -> NDArray { map(BP_ABSOLUTE) }
  /// −1, 0 or 1, element by element.
  public func sign() -> NDArray { map(BP_SIGN) }
  /// x², element by element.
  public func squared() -> NDArray { map(BP_SQUARE) }
  /// √x, element by element.
  public func squareRoot() -> NDArray { map(BP_SQUARE_ROOT) }
  /// eˣ, element by element.
  public func exp() -> NDArray { map(BP_EXP) }
  /// The natural logarithm, element by element.
  public func log() -> NDArray { map(BP_LOG) }
  /// The hyperbolic tangent, element by element.
  public func tanh() -> NDArray { map(BP_TANH) }
  /// 1 / (1 + e⁻ˣ), element by element.
  public func sigmoid() -> NDArray { map(BP_SIGMOID) }
  /// The error function, element by element.
  public func erf() -> NDArray { map(BP_ERF) }
  /// max(x, 0), element by element.
  public func relu() -> NDArray { map(BP_RELU) }
  /// 1 where x > 0, else 0.
  public func step() -> NDArray { map(BP_STEP) }
  /// The sine of radians, element by element.
  public func sin() -> NDArray { map(BP_SIN) }
  /// The cosine of radians, element by element.
  public func cos() -> NDArray { map(BP_COS) }
  /// The largest whole number not above x, element by element.
  public func floor() -> NDArray { map(BP_FLOOR) }
}
