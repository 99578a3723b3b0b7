import CBackpropKernels

// A number beside an array takes the array's type. Floating-point types round it; a whole type must
// not change it quietly.

extension ScalarType {
  /// The numbers that a whole type holds, in bounds that are exact; `nil` for fractions.
  var wholeNumbers: Range<Double>? {
    switch self {
    case .bool: 0..<2
    case .uint8: 0..<0x1p8
    case .int8: -0x1p7..<0x1p7
    case .int16: -0x1p15..<0x1p15
    case .uint16: 0..<0x1p16
    case .int32: -0x1p31..<0x1p31
    case .uint32: 0..<0x1p32
    case .int64: -0x1p63..<0x1p63
    case .uint64: 0..<0x1p64
    case .float16, .bfloat16, .float32, .float64: nil
    }
  }
}

extension NDArray {
  /// A whole number, modulo 2^bits, as an array of shape `[]`.
  init(wholeNumber value: Double, _ scalarType: ScalarType) {
    // The remainder is exact, and smaller than 2⁶⁴.
    let rest = value.truncatingRemainder(dividingBy: 0x1p64)
    let word = UInt64(rest.magnitude)
    let bits = rest < 0 ? 0 &- word : word
    self =
      switch scalarType {
      case .uint8: NDArray(scalar: UInt8(truncatingIfNeeded: bits))
      case .int8: NDArray(scalar: Int8(truncatingIfNeeded: bits))
      case .int16: NDArray(scalar: Int16(truncatingIfNeeded: bits))
      case .uint16: NDArray(scalar: UInt16(truncatingIfNeeded: bits))
      case .int32: NDArray(scalar: Int32(truncatingIfNeeded: bits))
      case .uint32: NDArray(scalar: UInt32(truncatingIfNeeded: bits))
      case .int64: NDArray(scalar: Int64(bitPattern: bits))
      case .uint64: NDArray(scalar: bits)
      case .bool, .float16, .bfloat16, .float32, .float64:
        NDArray(scalar: value, scalarType: scalarType)
      }
  }

  /// A number of the source as an array of shape `[]` and of the type of the array of shape `shape`
  /// that it stands beside. Arithmetic of whole numbers is modulo 2^bits, and so is a number in a
  /// sum or product; elsewhere, the type must hold it.
  package init(
    literal value: Double, _ scalarType: ScalarType, for op: bp_binary, _ operation: String,
    beside shape: Shape
  ) throws(ShapeError) {
    guard let range = scalarType.wholeNumbers else {
      self.init(scalar: value, scalarType: scalarType)
      return
    }
    _ = try bp_binary_loop(scalarType.code, op).orNoKernel(operation, [shape], scalarType)
    let wraps = op == BP_ADD || op == BP_SUBTRACT || op == BP_MULTIPLY
    try self.init(whole: value, scalarType, wraps ? nil : range, operation, beside: shape)
  }

  /// A number of the source that is chosen beside an array of shape `shape` and this type, which must
  /// hold it.
  package init(
    literal value: Double, _ scalarType: ScalarType, _ operation: String, beside shape: Shape
  ) throws(ShapeError) {
    guard let range = scalarType.wholeNumbers else {
      self.init(scalar: value, scalarType: scalarType)
      return
    }
    try self.init(whole: value, scalarType, range, operation, beside: shape)
  }

  private init(
    whole value: Double, _ scalarType: ScalarType, _ range: Range<Double>?, _ operation: String,
    beside shape: Shape
  ) throws(ShapeError) {
    guard value == value.rounded(), value.isFinite else {
      throw ShapeError(
        operation, [shape], "the numbers are \(scalarType), and \(value) is no whole number",
        hint: "convert first, with cast(to: .float32)")
    }
    guard range?.contains(value) ?? true else {
      throw ShapeError(
        operation, [shape], "the numbers are \(scalarType), which cannot hold \(value)",
        hint: "convert first, with cast(to: .float64)")
    }
    self.init(wholeNumber: value, scalarType)
  }

  /// start, start + step, … before `end` without rounding, where all are whole numbers of 64 bits.
  static func wholeRange(
    from start: Double, to end: Double, by step: Double, _ scalarType: ScalarType
  ) -> NDArray? {
    guard scalarType.wholeNumbers != nil, let first = Int64(exactly: start),
      let step = Int64(exactly: step), step != 0,
      let end = Int64(exactly: end.rounded(step > 0 ? .up : .down))
    else { return nil }
    let isEmpty = step > 0 ? first >= end : first <= end
    let distance = UInt64(bitPattern: step > 0 ? end &- first : first &- end)
    let count = isEmpty ? 0 : (distance - 1) / step.magnitude + 1
    guard count < 1 << 62 else { return nil }
    return computed(Int(count)) { first &+ Int64($0) &* step }.cast(to: scalarType)
  }
}
