import CBackpropKernels
import Testing

/// Conversions between all types, against Swift's.
@Suite struct ConversionTests {
  private static let floats: [Double] = [
    0, -0.0, 0.25, -0.75, 1, 2.9, -2.9, 127.5, 255, 255.9, 256, -1, 1e10, -1e10, 0x1p31, -0x1p31,
    0x1p53 + 2, 0x1p62, 0x1p63, -0x1p63, 1e30, -1e30, .infinity, -.infinity, .nan,
  ]
  private static let wholes: [Int64] = [
    0, 1, -1, 2, 127, 128, 255, 256, -300, .max, .min, 1 << 31, -1 << 31, (1 << 24) + 1,
    (1 << 53) + 1, (1 << 62) + 12345,
  ]

  private func convert<A: BitwiseCopyable, B: BitwiseCopyable>(
    _ from: bp_scalar, _ to: bp_scalar, _ values: [A], _: B.Type
  ) -> [B] {
    [B](unsafeUninitializedCapacity: values.count) { buffer, count in
      bp_convert(from, to, values.count, values, buffer.baseAddress!)
      count = values.count
    }
  }

  private func whole<I: FixedWidthInteger>(_ value: Double) -> I {
    if value.isNaN { return 0 }
    return I(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
  }

  @Test func fromFractions() {
    check(Self.floats, BP_FLOAT64)
    check(Self.floats.map { Float($0) }, BP_FLOAT32)
  }

  private func check<T: BinaryFloatingPoint & BitwiseCopyable>(_ values: [T], _ type: bp_scalar) {
    func check<I: FixedWidthInteger & BitwiseCopyable>(_ target: bp_scalar, _: I.Type) {
      let expected: [I] = values.map { whole(Double($0)) }
      #expect(convert(type, target, values, I.self) == expected)
    }
    check(BP_UINT8, UInt8.self)
    check(BP_INT8, Int8.self)
    check(BP_INT16, Int16.self)
    check(BP_UINT16, UInt16.self)
    check(BP_INT32, Int32.self)
    check(BP_UINT32, UInt32.self)
    check(BP_INT64, Int64.self)
    check(BP_UINT64, UInt64.self)
    let flags: [UInt8] = values.map { $0 != 0 ? 1 : 0 }
    #expect(convert(type, BP_BOOL, values, UInt8.self) == flags)
    let floats = convert(type, BP_FLOAT32, values, Float.self)
    #expect(floats.description == values.map { Float($0) }.description)
    let doubles = convert(type, BP_FLOAT64, values, Double.self)
    #expect(doubles.description == values.map { Double($0) }.description)
  }

  @Test func fromWholeNumbers() {
    check(Self.wholes, BP_INT64)
    check(Self.wholes.map { Int32(truncatingIfNeeded: $0) }, BP_INT32)
    check(Self.wholes.map { UInt8(truncatingIfNeeded: $0) }, BP_UINT8)
    check(Self.wholes.map { Int8(truncatingIfNeeded: $0) }, BP_INT8)
    check(Self.wholes.map { Int16(truncatingIfNeeded: $0) }, BP_INT16)
    check(Self.wholes.map { UInt16(truncatingIfNeeded: $0) }, BP_UINT16)
    check(Self.wholes.map { UInt32(truncatingIfNeeded: $0) }, BP_UINT32)
    check(Self.wholes.map { UInt64(bitPattern: $0) }, BP_UINT64)
    check([0, 1] as [UInt8], BP_BOOL)
  }

  private func check<T: FixedWidthInteger & BitwiseCopyable>(_ values: [T], _ type: bp_scalar) {
    func check<I: FixedWidthInteger & BitwiseCopyable>(_ target: bp_scalar, _: I.Type) {
      #expect(convert(type, target, values, I.self) == values.map { I(clamping: $0) })
    }
    check(BP_UINT8, UInt8.self)
    check(BP_INT8, Int8.self)
    check(BP_INT16, Int16.self)
    check(BP_UINT16, UInt16.self)
    check(BP_INT32, Int32.self)
    check(BP_UINT32, UInt32.self)
    check(BP_INT64, Int64.self)
    check(BP_UINT64, UInt64.self)
    let flags: [UInt8] = values.map { $0 != 0 ? 1 : 0 }
    #expect(convert(type, BP_BOOL, values, UInt8.self) == flags)
    // Rounded once, and not by way of the other floating-point type.
    let floats: [Float] = values.map { Float($0) }
    #expect(convert(type, BP_FLOAT32, values, Float.self) == floats)
    let doubles: [Double] = values.map { Double($0) }
    #expect(convert(type, BP_FLOAT64, values, Double.self) == doubles)
  }
}
