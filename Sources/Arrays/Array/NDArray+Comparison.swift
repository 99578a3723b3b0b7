import CBackpropKernels

infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence
infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence

extension NDArray {
  private static func compare(
    _ op: bp_comparison, _ name: String, _ a: NDArray, _ b: NDArray
  ) -> NDArray {
    do throws(ShapeError) {
      let result = NDArray(uninitialized: try broadcastShape(name, a, b), .bool)
      Elementwise.compare(op, a, b, into: result)
      return result
    } catch { error.trap() }
  }

  /// Compares with a number as it is, whether or not a whole type holds it.
  private static func compare(
    _ op: bp_comparison, _ name: String, _ a: NDArray, _ b: Double
  ) -> NDArray {
    guard let range = a.scalarType.wholeNumbers else {
      return compare(op, name, a, NDArray(scalar: b, a.scalarType))
    }
    let below = b.rounded(.down)
    if range.contains(below) {
      // Between two neighbours, what is smaller is at most the lower one.
      let between = op == BP_LESS || op == BP_LESS_EQUAL ? BP_LESS_EQUAL : BP_GREATER
      let isOrder = op != BP_EQUAL && op != BP_NOT_EQUAL
      if below == b || isOrder {
        let number = NDArray(wholeNumber: below, a.scalarType)
        return compare(below == b ? op : between, name, a, number)
      }
    }
    // Any number of the type compares with b as all of them do.
    let some = NDArray(scalar: range.lowerBound, .float64).broadcast(to: a.shape)
    return compare(op, name, some, NDArray(scalar: b, .float64))
  }

  /// Where both are equal, element by element, with broadcasting; the result is `bool`.
  public static func .== (a: NDArray, b: NDArray) -> NDArray { compare(BP_EQUAL, "equal", a, b) }
  /// Where the two differ.
  public static func .!= (a: NDArray, b: NDArray) -> NDArray {
    compare(BP_NOT_EQUAL, "notEqual", a, b)
  }
  /// Where the left side is smaller.
  public static func .< (a: NDArray, b: NDArray) -> NDArray { compare(BP_LESS, "less", a, b) }
  /// Where the left side is not larger.
  public static func .<= (a: NDArray, b: NDArray) -> NDArray {
    compare(BP_LESS_EQUAL, "lessOrEqual", a, b)
  }
  /// Where the left side is larger.
  public static func .> (a: NDArray, b: NDArray) -> NDArray { compare(BP_GREATER, "greater", a, b) }
  /// Where the left side is not smaller.
  public static func .>= (a: NDArray, b: NDArray) -> NDArray {
    compare(BP_GREATER_EQUAL, "greaterOrEqual", a, b)
  }

  /// Where the elements equal a number.
  public static func .== (a: NDArray, b: Double) -> NDArray {
    compare(BP_EQUAL, "equal", a, b)
  }
  /// Where the elements differ from a number.
  public static func .!= (a: NDArray, b: Double) -> NDArray {
    compare(BP_NOT_EQUAL, "notEqual", a, b)
  }
  /// Where the elements are smaller than a number.
  public static func .< (a: NDArray, b: Double) -> NDArray {
    compare(BP_LESS, "less", a, b)
  }
  /// Where the elements are at most a number.
  public static func .<= (a: NDArray, b: Double) -> NDArray {
    compare(BP_LESS_EQUAL, "lessOrEqual", a, b)
  }
  /// Where the elements are larger than a number.
  public static func .> (a: NDArray, b: Double) -> NDArray {
    compare(BP_GREATER, "greater", a, b)
  }
  /// Where the elements are at least a number.
  public static func .>= (a: NDArray, b: Double) -> NDArray {
    compare(BP_GREATER_EQUAL, "greaterOrEqual", a, b)
  }

  /// The elements of `a` where self (a `bool` array) is true and those of `b` elsewhere, with
  /// broadcasting: NumPy's `where(condition, a, b)`.
  public func select(_ a: NDArray, otherwise b: NDArray) -> NDArray {
    do throws(ShapeError) {
      guard scalarType == .bool else {
        throw ShapeError(
          "select", [shape, a.shape, b.shape], "the condition is \(scalarType), not bool",
          hint: "make a condition with a comparison such as x .> 0")
      }
      let values = try Self.broadcastShape("select", a, b)
      guard let result = Shape.broadcast(shape, values) else {
        throw ShapeError.broadcast("select", shape, values)
      }
      let out = NDArray(uninitialized: result, a.scalarType)
      Elementwise.select(self, a, b, into: out)
      return out
    } catch { error.trap() }
  }

  /// Whether two arrays of one shape hold the same numbers but for rounding:
  /// |a − b| ≤ absoluteTolerance + relativeTolerance · |b| for every element. NumPy's `allclose`,
  /// without broadcasting. A NaN is close to nothing.
  public func isClose(
    to other: NDArray, relativeTolerance: Double = 1e-5, absoluteTolerance: Double = 1e-8
  ) -> Bool {
    shape == other.shape
      && zip(doubles, other.doubles).allSatisfy { a, b in
        let tolerance = absoluteTolerance + relativeTolerance * b.magnitude
        return a == b || (b.isFinite && (a - b).magnitude <= tolerance)
      }
  }

  /// Whether every element is finite: neither infinite nor NaN. Whole numbers always are.
  public var isFinite: Bool {
    guard let allFinite = scalarType.kernels.pointee.all_finite else { return true }
    let source = contiguous().storage
    return allFinite(source.elementCount, source.base)
  }
}
