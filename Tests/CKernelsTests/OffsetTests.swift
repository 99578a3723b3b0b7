import CBackpropKernels
import Testing

/// Elements by their offsets, against loops in Swift.
@Suite struct OffsetTests {
  @Test func elementsOfEveryType() {
    check(Float.allKernels.map(\.table), (0..<20).map { Float($0) })
    check(Double.allKernels.map(\.table), (0..<20).map { Double($0) })
    check([bp_kernels_of(BP_UINT8).pointee], [UInt8](236...255))
    check([bp_kernels_of(BP_INT32).pointee], (0..<20).map { Int32.max - 19 + $0 })
    check([bp_kernels_of(BP_INT64).pointee], (0..<20).map { Int64.max - 19 + $0 })
  }

  private func check(_ kernels: [bp_kernels], _ numbers: [some AdditiveArithmetic & Wrapping]) {
    for kernels in kernels { check(kernels, numbers) }
  }

  private func check<S: AdditiveArithmetic & Wrapping>(_ kernels: bp_kernels, _ numbers: [S]) {
    for count in [0, 1, 5, 17] {
      let offsets = (0..<count).map { Int64($0 * $0 % 11) }
      var gathered = [S](repeating: numbers[3], count: count)
      kernels.gather_elements(count, numbers, offsets, &gathered)
      let expected = offsets.map { numbers[Int($0)] }
      #expect(gathered == expected)
      for stride in [0, 1] {
        var (put, expectedPut) = (numbers, numbers)
        kernels.scatter_elements(count, numbers.reversed(), stride, offsets, &put)
        var (sums, expectedSums) = (numbers, numbers)
        kernels.add_elements(count, numbers.reversed(), stride, offsets, &sums)
        for (index, offset) in offsets.enumerated() {
          let value = numbers[19 - index * stride]
          expectedPut[Int(offset)] = value
          expectedSums[Int(offset)] = expectedSums[Int(offset)].adding(value)
        }
        #expect(put == expectedPut)
        #expect(sums == expectedSums)
      }
    }
  }
}

/// Numbers whose kernels add them modulo 2^bits, if they are whole.
private protocol Wrapping: BitwiseCopyable {
  func adding(_ other: Self) -> Self
}

extension Wrapping where Self: FixedWidthInteger {
  fileprivate func adding(_ other: Self) -> Self { self &+ other }
}
extension Wrapping where Self: FloatingPoint {
  fileprivate func adding(_ other: Self) -> Self { self + other }
}

extension Float: Wrapping {}
extension Double: Wrapping {}
extension UInt8: Wrapping {}
extension Int32: Wrapping {}
extension Int64: Wrapping {}
