import CBackpropKernels

/// Arithmetic and comparison of whole numbers, which wrap around as NumPy's do. They count and
/// index, so these loops need not be the fastest.
enum WholeNumbers {
  static func binary<I: FixedWidthInteger>(
    _ op: bp_binary, _ x: Storage, _ y: Storage, _ out: Storage, as type: I.Type
  ) {
    switch op {
    case BP_ADD: forEach(x, y, out, type) { $0 &+ $1 }
    case BP_SUBTRACT: forEach(x, y, out, type) { $0 &- $1 }
    case BP_MULTIPLY: forEach(x, y, out, type) { $0 &* $1 }
    case BP_MAXIMUM: forEach(x, y, out, type) { max($0, $1) }
    case BP_MINIMUM: forEach(x, y, out, type) { min($0, $1) }
    case BP_POWER: forEach(x, y, out, type) { power($0, $1) }
    default:
      fatalError(
        "\(x.scalarType) has no such operation (whole numbers do not divide evenly); "
          + "convert first, with cast(to: .float32)")
    }
  }

  static func compare<I: FixedWidthInteger>(
    _ op: bp_comparison, _ x: Storage, _ y: Storage, _ out: Storage, as type: I.Type
  ) {
    func each(_ holds: (I, I) -> Bool) {
      forEach(x, y, out, type) { holds($0, $1) ? 1 : 0 as UInt8 }
    }
    switch op {
    case BP_EQUAL: each { $0 == $1 }
    case BP_NOT_EQUAL: each { $0 != $1 }
    case BP_LESS: each { $0 < $1 }
    case BP_LESS_EQUAL: each { $0 <= $1 }
    case BP_GREATER: each { $0 > $1 }
    default: each { $0 >= $1 }
    }
  }

  private static func forEach<I, R>(
    _ x: Storage, _ y: Storage, _ out: Storage, _ type: I.Type, _ body: (I, I) -> R
  ) {
    let first = x.base.assumingMemoryBound(to: I.self)
    let second = y.base.assumingMemoryBound(to: I.self)
    let target = out.base.assumingMemoryBound(to: R.self)
    StridedLoop(over: out.shape, x, y).forEachRow { row in
      for i in 0..<row.count {
        target[row.output &+ i] = body(
          first[row.a &+ i &* row.strideA], second[row.b &+ i &* row.strideB])
      }
    }
  }

  private static func power<I: FixedWidthInteger>(_ base: I, _ exponent: I) -> I {
    guard exponent >= 0 else {
      fatalError(
        "power: \(base) to the negative power \(exponent) is no whole number; "
          + "convert first, with cast(to: .float64)")
    }
    var (result, factor, rest) = (1 as I, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = result &* factor }
      factor = factor &* factor
      rest >>= 1
    }
    return result
  }
}
