import BackpropArrays

/// How far two numbers lie apart in units in the last place: how many numbers of the type lie
/// between them, plus one. 0 for equal numbers and for two NaNs, `UInt64.max` for a NaN and a number.
public func ulpDistance(_ a: Double, _ b: Double) -> UInt64 {
  if a == b || (a.isNaN && b.isNaN) { return 0 }
  if a.isNaN || b.isNaN { return .max }
  return distance(Int64(bitPattern: a.bitPattern), Int64(bitPattern: b.bitPattern), .min)
}

/// How far two numbers lie apart in units in the last place of `Float`.
public func ulpDistance(_ a: Float, _ b: Float) -> UInt64 {
  if a == b || (a.isNaN && b.isNaN) { return 0 }
  if a.isNaN || b.isNaN { return .max }
  let (x, y) = (Int32(bitPattern: a.bitPattern), Int32(bitPattern: b.bitPattern))
  return distance(Int64(x), Int64(y), Int64(Int32.min))
}

/// The distance of two bit patterns, after negative numbers are laid out below the positive ones.
private func distance(_ a: Int64, _ b: Int64, _ zero: Int64) -> UInt64 {
  let (x, y) = (a < 0 ? zero &- a : a, b < 0 ? zero &- b : b)
  return UInt64(bitPattern: x > y ? x &- y : y &- x)
}

/// The first difference between two arrays: in shape, in type, or of more than `ulps` units in the
/// last place in an element; `nil` if there is none. With 0, elements must be equal or both NaN.
///
/// ```swift
/// #expect(mismatch(x.exp(), expected, ulps: 2) == nil)
/// ```
public func mismatch(_ actual: NDArray, _ expected: NDArray, ulps: UInt64 = 0) -> String? {
  if let difference = kindMismatch(actual, expected) { return difference }
  switch expected.scalarType {
  case .float32:
    let (x, y): ([Float], [Float]) = (actual.scalars(), expected.scalars())
    return firstMismatch(x, y) { ulpDistance($0, $1) <= ulps }
  case .float64:
    let (x, y): ([Double], [Double]) = (actual.scalars(), expected.scalars())
    return firstMismatch(x, y) { ulpDistance($0, $1) <= ulps }
  case .int64:
    let (x, y): ([Int64], [Int64]) = (actual.scalars(), expected.scalars())
    return firstMismatch(x, y, ==)
  case .uint64:
    let (x, y): ([UInt64], [UInt64]) = (actual.scalars(), expected.scalars())
    return firstMismatch(x, y, ==)
  case .int8, .int16, .uint16, .int32, .uint32, .uint8, .bool:
    return firstMismatch(actual.doubles, expected.doubles, ==)
  case .float16, .bfloat16:
    // Nothing is computed in them, so nothing is rounded.
    return firstMismatch(actual.doubles, expected.doubles) { ulpDistance($0, $1) == 0 }
  }
}

/// The first difference between two arrays: in shape, in type, or an element with
/// |actual − expected| > absolute + relative · |expected|; `nil` if there is none.
public func mismatch(
  _ actual: NDArray, _ expected: NDArray, relative: Double, absolute: Double = 0
) -> String? {
  kindMismatch(actual, expected)
    ?? firstMismatch(actual.doubles, expected.doubles) { x, y in
      x == y || (x.isNaN && y.isNaN) || abs(x - y) <= absolute + relative * abs(y)
    }
}

private func kindMismatch(_ actual: NDArray, _ expected: NDArray) -> String? {
  if actual.shape != expected.shape {
    return "the shape is \(actual.shape) and not \(expected.shape)"
  }
  if actual.scalarType != expected.scalarType {
    return "the type is \(actual.scalarType) and not \(expected.scalarType)"
  }
  return nil
}

private func firstMismatch<S>(_ x: [S], _ y: [S], _ agree: (S, S) -> Bool) -> String? {
  for index in x.indices where !agree(x[index], y[index]) {
    return "element \(index) is \(x[index]) and not \(y[index])"
  }
  return nil
}
