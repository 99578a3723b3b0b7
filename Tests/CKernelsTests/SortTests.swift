import CBackpropKernels
import Testing

/// Orders and places in what is sorted, of every type and instruction set.
@Suite struct SortTests {
  @Test func ordersOfEveryType() {
    for kernels in Float.allKernels { check(kernels.table, testNumbers(300, of: Float.self)) }
    for kernels in Double.allKernels { check(kernels.table, testNumbers(300, of: Double.self)) }
    check(bp_kernels_of(BP_INT32).pointee, whole(Int32.self))
    check(bp_kernels_of(BP_INT64).pointee, whole(Int64.self))
    check(bp_kernels_of(BP_UINT8).pointee, whole(UInt8.self))
    check(bp_kernels_of(BP_BOOL).pointee, whole(UInt8.self).map { $0 & 1 })
  }

  /// Some numbers many times, and both ends.
  private func whole<I: FixedWidthInteger & BitwiseCopyable>(_: I.Type) -> [I] {
    (0..<298).map { I(truncatingIfNeeded: $0 &* 2_654_435_761) >> ($0 % 3) } + [.min, .max]
  }

  private func check<S: Comparable & BitwiseCopyable>(_ kernels: bp_kernels, _ numbers: [S]) {
    for count in [0, 1, 2, 47, 48, 300] {
      let a = Array(numbers.suffix(count))
      for isDescending in [false, true] {
        let order = argsort(kernels, a, isDescending)
        let expected = a.indices.sorted {
          a[$0] == a[$1] ? $0 < $1 : isDescending ? a[$0] > a[$1] : a[$0] < a[$1]
        }
        #expect(order == expected.map { Int64($0) })
      }
      let rising = a.sorted()
      for right in [false, true] {
        var places = [Int64](repeating: 77, count: 50)
        kernels.search(count, rising, 50, Array(numbers[..<50]), right, &places)
        let expected = numbers[..<50].map { value in
          Int64(rising.count { right ? $0 <= value : $0 < value })
        }
        #expect(places == expected)
      }
    }
  }

  private func argsort(
    _ kernels: bp_kernels, _ a: [some BitwiseCopyable], _ isDescending: Bool
  ) -> [Int64] {
    var work = [bp_ranked](repeating: bp_ranked(key: 7, position: 7), count: 2 * a.count)
    var order = [Int64](repeating: 77, count: a.count)
    kernels.argsort(a.count, a, isDescending, &work, &order)
    return order
  }

  /// NaN of either sign is largest, and -0 equals 0.
  @Test func oddNumbers() {
    for kernels in Double.allKernels {
      let a: [Double] = [-.nan, 0, -0.0, .infinity, -1, .nan, -.infinity]
      #expect(argsort(kernels.table, a, false) == [6, 4, 1, 2, 3, 0, 5])
      #expect(argsort(kernels.table, a, true) == [0, 5, 3, 1, 2, 4, 6])
      var places = [Int64](repeating: 7, count: 2)
      kernels.search(
        3, [1, .infinity, .nan] as [Double], 2, [.infinity, .nan] as [Double], false, &places)
      #expect(places == [1, 2])
      kernels.search(
        3, [1, .infinity, .nan] as [Double], 2, [.infinity, .nan] as [Double], true, &places)
      #expect(places == [2, 3])
    }
  }

  @Test func remaindersHaveTheSignOfTheDivisor() {
    for kernels in Float.allKernels {
      let (a, b): ([Float], [Float]) = ([7, -7, 7, -7, 6, 1, 5], [3, 3, -3, -3, 3, .infinity, 0])
      var out = a
      kernels.binary(BP_REMAINDER, 7, a, 1, b, 1, &out)
      #expect(out[..<6] == [1, 2, -2, -1, 0, 1] && out[6].isNaN, "\(kernels.name)")
      kernels.binary(BP_FLOOR_DIVIDE, 7, a, 1, b, 1, &out)
      #expect(out == [2, -3, -3, 2, 2, 0, .infinity], "\(kernels.name)")
    }
  }
}
