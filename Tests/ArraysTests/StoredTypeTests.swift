import BackpropTestSupport
import Testing

@testable import BackpropArrays

/// Arrays of the types that are only stored.
@Suite struct StoredTypeTests {
  static let types = ScalarType.allCases.filter(\.isStoredOnly)

  @Test func thereAreSeven() {
    #expect(
      Self.types == [.int8, .int16, .uint16, .uint32, .uint64, .float16, .bfloat16])
    #expect(Self.types.map(\.size) == [1, 2, 2, 4, 8, 2, 2])
    #expect(Self.types.filter(\.isFloatingPoint) == [.float16, .bfloat16])
    #expect(ScalarType.allCases.filter(\.isDifferentiable) == [.float32, .float64])
  }

  /// Swift's arrays keep their type, and come back.
  @Test func swiftArraysKeepTheirType() {
    func check<I: FixedWidthInteger & Scalar>(_ type: I.Type, _ scalarType: ScalarType) {
      let numbers: [I] = [.min, 1, 42, .max]
      let array = NDArray(numbers)
      #expect(array.scalarType == scalarType)
      #expect(array.scalars(as: type) == numbers)
      #expect(NDArray(numbers, shape: [2, 2])[1, 1].scalars() == [I.max])
      #expect(NDArray([numbers, numbers]).shape == [2, 4])
      #expect(NDArray(scalar: I.max).scalars() == [I.max])
      #expect(array.doubles == numbers.map { Double($0) })
      #expect(array == NDArray(numbers) && array != NDArray(numbers.reversed()))
    }
    check(Int8.self, .int8)
    check(Int16.self, .int16)
    check(UInt16.self, .uint16)
    check(UInt32.self, .uint32)
    check(UInt64.self, .uint64)
    check(UInt.self, .uint64)
    #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
      let halves: [Float16] = [0.1, -2, .infinity]
      #expect(NDArray(halves).scalarType == .float16)
      #expect(NDArray(halves).scalars(as: Float16.self) == halves)
      #expect(NDArray(halves) == NDArray([0.1, -2, .infinity], scalarType: .float16))
    #endif
  }

  @Test func halvesAreReadAsFloatAndDouble() {
    for (type, tenth) in [(ScalarType.float16, 0.0999755859375), (.bfloat16, 0.10009765625)] {
      let array = NDArray([0.1, -2, .infinity], scalarType: type)
      #expect(array.scalarType == type)
      #expect(array.scalars(as: Double.self) == [tenth, -2, .infinity])
      #expect(array.scalars(as: Float.self) == [Float(tenth), -2, .infinity])
      #expect(array[1].item == -2)
      #expect(!array.isFinite && array[0..<2].isFinite)
      #expect(!NDArray([1, .nan], scalarType: type).isFinite)
    }
  }

  @Test func halvesAreEqualAsNumbers() {
    for type in [ScalarType.float16, .bfloat16] {
      #expect(NDArray([0, 1], scalarType: type) == NDArray([-0.0, 1], scalarType: type))
      let nan = NDArray([Double.nan], scalarType: type)
      #expect(nan != nan)
    }
  }

  @Test func bytesAreThoseOfTheNumbers() {
    let bytes: [UInt8] = [0x00, 0x3c, 0x00, 0xc0]
    let half = bytes.withUnsafeBytes { NDArray(bytes: $0, shape: [2], scalarType: .float16) }
    #expect(half.doubles == [1, -2])
    #expect(half.withContiguousBytes { Array($0) } == bytes)
    let brain: [UInt8] = [0x80, 0x3f, 0x00, 0xc0]
    #expect(
      brain.withUnsafeBytes { NDArray(bytes: $0, shape: [2], scalarType: .bfloat16) }.doubles
        == [1, -2])
  }

  @Test(arguments: types) func creationIsThatOfEveryType(_ type: ScalarType) {
    #expect(NDArray.identity(2, scalarType: type).doubles == [1, 0, 0, 1])
    #expect(NDArray.range(from: 1, to: 4, scalarType: type).doubles == [1, 2, 3])
    #expect(NDArray.linearSpace(from: 0, to: 8, count: 3, scalarType: type).doubles == [0, 4, 8])
    #expect(NDArray([[1, 2], [3, 4]], scalarType: type).transposed().doubles == [1, 3, 2, 4])
    #expect(NDArray(repeating: 7, shape: [70_000], scalarType: type).doubles.allSatisfy { $0 == 7 })
  }

  @Test func theLargestNumbersKeepTheirDigits() {
    let numbers: [UInt64] = [.max, .max - 1, 1 << 63]
    let array = NDArray(numbers)
    #expect(array.scalars(as: UInt64.self) == numbers)
    #expect(array.cast(to: .int64).scalars(as: Int64.self) == [.max, .max, .max])
    #expect(array.cast(to: .uint32).scalars(as: UInt32.self) == [.max, .max, .max])
    #expect(NDArray([-1 as Int8, 5]).cast(to: .uint64).scalars(as: UInt64.self) == [0, 5])
  }

  private struct Cast: Decodable {
    let from: ScalarType
    let to: ScalarType
    let numbers: String
    let results: String

    /// The array of bits in hexadecimal.
    static func array(_ text: String, _ type: ScalarType) throws -> NDArray {
      let digits = Array(text.utf8)
      let width = 2 * type.size
      var bytes: [UInt8] = []
      for start in stride(from: 0, to: digits.count, by: width) {
        let word = String(decoding: digits[start..<start + width], as: UTF8.self)
        let bits = try #require(UInt64(word, radix: 16))
        withUnsafeBytes(of: bits.littleEndian) { bytes += $0.prefix(type.size) }
      }
      return bytes.withUnsafeBytes {
        NDArray(bytes: $0, shape: [digits.count / width], scalarType: type)
      }
    }
  }

  /// Bit by bit, and in pieces on several threads.
  @Test func castsAreNumPysAndPyTorchs() throws {
    let cases = try Fixtures.decode([Cast].self, from: "types/casts.json")
    #expect(cases.count > 90)
    for example in cases {
      let numbers = try Cast.array(example.numbers, example.from)
      let expected = try Cast.array(example.results, example.to)
      let label: Comment = "\(example.from) to \(example.to)"
      let cast = numbers.cast(to: example.to)
      #expect(mismatch(cast, expected) == nil, label)
      #expect(signs(cast) == signs(expected), label)
      let many = numbers.broadcast(to: [100, numbers.count]).copy()
      #expect(
        mismatch(many.cast(to: example.to), expected.broadcast(to: many.shape)) == nil, label)
    }
  }

  /// The signs of all but NaN.
  private func signs(_ array: NDArray) -> [Bool] {
    array.doubles.map { !$0.isNaN && $0.sign == .minus }
  }

  /// From any type to any other and back, for numbers that all of them hold.
  @Test func everyTypeCastsToEveryOther() {
    for from in ScalarType.allCases {
      let numbers = NDArray([0, 1, 1, 0], scalarType: from)
      for to in ScalarType.allCases {
        let cast = numbers.cast(to: to)
        #expect(cast.scalarType == to && cast.doubles == [0, 1, 1, 0], "\(from) to \(to)")
      }
    }
  }

  @Test func printingIsNumPys() throws {
    let cases = try Fixtures.decode([ArrayPrinterTests.Case].self, from: "types/printing.json")
    #expect(cases.count > 200)
    for example in cases {
      let type = try #require(ScalarType(rawValue: example.type))
      let values = try #require(example.values)
      let array: NDArray =
        switch type {
        case .uint64: NDArray(values.map { UInt64($0)! }, shape: Shape(example.shape))
        default:
          NDArray(values.map { Double($0)! }, shape: Shape(example.shape), scalarType: type)
        }
      #expect(array.description == example.str)
      #expect(array.debugDescription == example.repr)
    }
  }

  /// The fewest digits that tell a number from its neighbours, in the notation that NumPy would choose
  /// for two digits.
  @Test func bfloat16IsPrintedInItsOwnDigits() {
    #expect(NDArray([0.1, 0.25, -1], scalarType: .bfloat16).description == "[ 0.1   0.25 -1.  ]")
    #expect(NDArray([256, 1], scalarType: .bfloat16).description == "[2.56e+02 1.00e+00]")
    #expect(NDArray(scalar: 1.0 / 3, scalarType: .bfloat16).description == "0.334")
    #expect(NDArray([.nan, 3], scalarType: .bfloat16).description == "[nan  3.]")
    #expect(
      NDArray([1, 2], scalarType: .bfloat16).debugDescription == "array([1., 2.], dtype=bfloat16)")
    #expect(NDArray(scalar: 3.3895313892515355e38, scalarType: .bfloat16).description == "3.39e+38")
    #expect(NDArray(scalar: 0x1p-133, scalarType: .bfloat16).description == "9e-41")
  }
}
