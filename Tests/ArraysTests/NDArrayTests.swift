import BackpropTestSupport
import Testing

@testable import BackpropArrays

@Suite struct NDArrayTests {
  @Test func creation() {
    let matrix = NDArray([[1, 2, 3], [4, 5, 6]], scalarType: .float64)
    #expect(matrix.shape == [2, 3] && matrix.rank == 2 && matrix.count == 6)
    #expect(matrix.strides == [3, 1] && matrix.isContiguous)
    #expect(matrix.doubles == [1, 2, 3, 4, 5, 6])
    #expect(
      NDArray(scalar: 3.0, scalarType: .float64).shape == []
        && NDArray(scalar: 3.0, scalarType: .float64).item == 3)
    #expect(NDArray([] as [Double], scalarType: .float64).shape == [0])
    #expect(NDArray([[]], scalarType: .float64).shape == [1, 0])
    #expect(NDArray([] as [[Double]], scalarType: .float64).shape == [0, 0])
    #expect(NDArray.identity(3).doubles == [1, 0, 0, 0, 1, 0, 0, 0, 1])
    #expect(NDArray.identity(0).shape == [0, 0])
    for type in ScalarType.allCases {
      #expect(NDArray.zeros([2, 2], scalarType: type).doubles == [0, 0, 0, 0])
      #expect(NDArray.ones([2, 2], scalarType: type).doubles == [1, 1, 1, 1])
      #expect(NDArray.ones([0, 2], scalarType: type).doubles == [])
      #expect(NDArray(repeating: 1, shape: [3], scalarType: type).scalarType == type)
    }
  }

  /// Fractions are float32 unless another type is asked for, whole numbers and flags keep theirs.
  @Test func swiftArraysBecomeWhatIsAskedFor() {
    #expect(NDArray([1, 2, 3]).scalarType == .float32)
    #expect(NDArray([0.5, 2]).scalarType == .float32)
    #expect(NDArray([[1, 2], [3, 4]]).scalarType == .float32)
    #expect(NDArray([1, 2, 3, 4], shape: [2, 2]).scalarType == .float32)
    #expect(NDArray(scalar: 3).scalarType == .float32)
    let (whole, exact, single) = ([1, 2], [0.1, 2], [0.1 as Float, 2])
    #expect(NDArray(exact).scalars() == [0.1 as Float, 2])
    #expect(NDArray([exact]).scalarType == .float32)
    #expect(NDArray(exact, shape: [2, 1]).scalarType == .float32)
    #expect(NDArray(single).scalars() == single)
    #expect(NDArray(whole).scalarType == .int64)
    #expect(NDArray([whole]).scalarType == .int64)
    #expect(NDArray(whole, shape: [2, 1]).scalarType == .int64)
    #expect(NDArray([1, 2] as [Int32]).scalarType == .int32)
    #expect(NDArray([1, 2] as [UInt8]).scalarType == .uint8)
    #expect(NDArray([true, false]).scalarType == .bool)
    #expect(NDArray(scalar: 3 as Int32).scalarType == .int32)
  }

  /// With all digits of a float64, written out or not.
  @Test func noDigitIsLostOnTheWayToFloat64() {
    let exact = [0.1, -1e300]
    for array in [
      NDArray(exact, scalarType: .float64), NDArray([0.1, -1e300], scalarType: .float64),
      NDArray([exact], scalarType: .float64)[0],
      NDArray(exact, shape: [2], scalarType: .float64),
    ] { #expect(array.scalars() == exact) }
    #expect(NDArray(scalar: 0.1, scalarType: .float64).item == 0.1)
    #expect(NDArray([0.1 as Float], scalarType: .float64).scalars() == [Double(0.1 as Float)])
    for type in ScalarType.allCases {
      #expect(NDArray([1, 0], scalarType: type).doubles == [1, 0])
    }
  }

  @Test func whatAWholeTypeCannotHoldTraps() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = NDArray([1, 2.5], scalarType: .int32)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("NDArray: int32 numbers were asked for, which cannot hold 2.5"))
    #expect(text.contains("cast(to: .int32), which rounds"))
    await #expect(processExitsWith: .failure) { _ = NDArray([256], scalarType: .uint8) }
    await #expect(processExitsWith: .failure) { _ = NDArray([0x1p63], scalarType: .int64) }
    await #expect(processExitsWith: .failure) { _ = NDArray([Float.nan], scalarType: .bool) }
  }

  @Test func rangesGiveNumPysNumbers() throws {
    try NumPyCases.check("range") { _, c in
      NDArray.range(from: c.numbers![0], to: c.numbers![1], by: c.numbers![2], scalarType: c.type!)
    }
    try NumPyCases.check("linearSpace") { _, c in
      NDArray.linearSpace(
        from: c.numbers![0], to: c.numbers![1], count: c.count!, scalarType: c.type!)
    }
  }

  @Test func bytesAreTakenAsTheyLie() {
    let numbers: [Int32] = [1, -2, 3]
    let array = numbers.withUnsafeBytes { NDArray(bytes: $0, shape: [3], scalarType: .int32) }
    #expect(array.scalars() == numbers)
    let bytes = array[Slice(by: -1)].withContiguousBytes { Array($0) }
    #expect(bytes == [Int32(3), -2, 1].withUnsafeBytes { Array($0) })
  }

  /// A Swift Bool is 0 or 1 in memory; a file may hold anything.
  @Test func anyByteButZeroIsTrue() {
    let flags = [UInt8(0), 1, 2, 255].withUnsafeBytes {
      NDArray(bytes: $0, shape: [4], scalarType: .bool)
    }
    #expect(flags.scalars() == [false, true, true, true])
    #expect(flags.cast(to: .uint8).scalars() == [0, 1, 1, 1] as [UInt8])
    #expect(flags == NDArray([false, true, true, true]))
  }

  @Test func castsGiveNumPysNumbers() throws {
    try NumPyCases.check("cast") { $0[0].cast(to: $1.type!) }
  }

  /// What NumPy leaves undefined: the nearest bound, and 0 for NaN.
  @Test func castsHoldToTheBoundsOfWholeTypes() {
    let x = NDArray(
      [.nan, .infinity, -.infinity, 1e300, -1e300, 256, -0.9, 255.9], scalarType: .float64)
    for source in [x, x.cast(to: .float32)] {
      #expect(source.cast(to: .uint8).scalars() == [0, 255, 0, 255, 0, 255, 0, 255] as [UInt8])
      #expect(
        source.cast(to: .int32).scalars()
          == [0, .max, .min, .max, .min, 256, 0, 255] as [Int32])
      #expect(
        source.cast(to: .int64).scalars()
          == [0, .max, .min, .max, .min, 256, 0, 255] as [Int64])
    }
    let whole = NDArray([Int64.max, .min, -1, 300, 7])
    #expect(whole.cast(to: .int32).scalars() == [.max, .min, -1, 300, 7] as [Int32])
    #expect(whole.cast(to: .uint8).scalars() == [255, 0, 0, 255, 7] as [UInt8])
    #expect(whole.cast(to: .bool).scalars() == [true, true, true, true, true])
    #expect(NDArray(repeating: 1e300, shape: [1], scalarType: .int32).scalars() == [Int32.max])
    #expect(NDArray(repeating: .nan, shape: [1], scalarType: .bool).scalars() == [true])
  }

  @Test func copiesAreValues() {
    let original = NDArray([1, 2, 3], scalarType: .float64)
    var copy = original
    copy.withMutableScalars(as: Double.self) { $0[0] = 9 }
    #expect(original.doubles == [1, 2, 3] && copy.doubles == [9, 2, 3])
    for layout in original.everyLayout {
      var changed = layout.array
      changed.withMutableScalars(as: Double.self) { $0[1] = 0 }
      #expect(changed.doubles == [1, 0, 3] && layout.array == original, "\(layout.name)")
    }
  }

  /// A view holds the memory, so its owner may not write in place while the view lives.
  @Test func writingCopiesWhileAViewLives() {
    var whole = NDArray((0..<6).map { Double($0) }, shape: [2, 3], scalarType: .float64)
    let view = whole.transposed()
    whole.add(NDArray.ones([2, 3], scalarType: .float64), to: [])
    #expect(view.doubles == [0, 3, 1, 4, 2, 5])
    #expect(whole.doubles == [1, 2, 3, 4, 5, 6])
    let viewOfView = whole[0][1...]
    whole[0] = NDArray(scalar: 0.0, scalarType: .float64)
    #expect(viewOfView.doubles == [2, 3])
  }

  @Test func writingAloneWritesInPlace() {
    var x = NDArray.zeros([4])
    let memory = x.storage.base
    x.add(NDArray.ones([4]), to: [])
    x[0..<2] = NDArray(scalar: 5, scalarType: .float32)
    x.withMutableScalars(as: Float.self) { $0[3] = 7 }
    #expect(x.storage.base == memory)
    #expect(x.doubles == [5, 5, 1, 7])
  }

  @Test func equality() {
    let x = NDArray([[1, 2], [3, 4]], scalarType: .float64)
    for layout in x.everyLayout { #expect(layout.array == x, "\(layout.name)") }
    #expect(x != NDArray([[1, 2], [3, 5]], scalarType: .float64))
    #expect(x != x.reshaped(to: [4]))
    #expect(x != x.cast(to: .float32))
    #expect(NDArray([0.0], scalarType: .float64) == NDArray([-0.0], scalarType: .float64))
    let nan = NDArray([Double.nan], scalarType: .float64)
    #expect(nan != nan)
    #expect(NDArray.zeros([0, 2]) == NDArray.zeros([0, 2]))
    #expect(NDArray.zeros([0, 2]) != NDArray.zeros([2, 0]))
  }

  @Test func itemReadsTheOnlyElement() async throws {
    #expect(NDArray([[7]] as [[Int32]]).item == 7)
    #expect(NDArray([true]).item == 1)
    #expect(NDArray([1, 2, 3] as [UInt8])[-1].item == 3)
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = NDArray.zeros([2]).item
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("item: the array of shape (2,) holds 2 elements"))
  }

  @Test func mistakesTrap() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let _: [Float] = NDArray([1, 2], scalarType: .float64).scalars()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("the numbers are float64 but were asked for as float32"))
    await #expect(processExitsWith: .failure) {
      _ = NDArray([1, 2], shape: [3], scalarType: .float64)
    }
    await #expect(processExitsWith: .failure) { _ = NDArray([[1, 2], [3]], scalarType: .float64) }
    await #expect(processExitsWith: .failure) { _ = NDArray.range(from: 0, to: 1, by: 0) }
    let endless = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = NDArray.range(from: 0, to: 1, by: 1e-300)
    }
    let other = String(decoding: try #require(endless).standardErrorContent, as: UTF8.self)
    #expect(other.contains("NDArray.range: from 0.0 to 1.0 by 1e-300 has no finite length"))
    await #expect(processExitsWith: .failure) { _ = NDArray.range(from: 0, to: .nan) }
    let long = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = NDArray.range(from: 0, to: 0x1p61)
    }
    let whole = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = NDArray.range(from: 0, to: 0x1p61, scalarType: .int64)
    }
    for result in [long, whole] {
      let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
      #expect(text.contains("takes more bytes than can be counted"))
    }
    await #expect(processExitsWith: .failure) { _ = NDArray.linearSpace(from: 0, to: 1, count: -1) }
  }
}
