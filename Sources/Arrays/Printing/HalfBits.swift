import CBackpropKernels

// Half-precision numbers as they are stored, since `Float16` does not exist on every processor that
// Swift runs on, and no type of Swift's is `bfloat16`.

/// An element of a `float16` array.
package struct Float16Bits: HalfBits {
  package var bits: UInt16
  package init(bits: UInt16) { self.bits = bits }
  static var code: bp_scalar { BP_FLOAT16 }
}

/// An element of a `bfloat16` array.
package struct BFloat16Bits: HalfBits {
  package var bits: UInt16
  package init(bits: UInt16) { self.bits = bits }
  static var code: bp_scalar { BP_BFLOAT16 }
}

/// What the two have in common.
protocol HalfBits: BitwiseCopyable, Sendable {
  var bits: UInt16 { get }
  init(bits: UInt16)
  static var code: bp_scalar { get }
}

extension HalfBits {
  /// The number of the type that is nearest to `value`.
  package init(_ value: Double) {
    var bits: UInt16 = 0
    withUnsafePointer(to: value) { bp_convert(BP_FLOAT64, Self.code, 1, $0, &bits) }
    self.init(bits: bits)
  }

  /// The number.
  package var value: Double {
    var value = 0.0
    withUnsafePointer(to: bits) { bp_convert(Self.code, BP_FLOAT64, 1, $0, &value) }
    return value
  }

  static func rounded(_ x: Double) -> Double { Self(x).value }
}
