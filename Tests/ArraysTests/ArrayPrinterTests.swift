import Foundation
import BackpropTestSupport
import Testing

@testable import BackpropArrays

/// Against NumPy's str and repr, character by character.
@Suite struct ArrayPrinterTests {
  struct Fixture: Decodable {
    let arrays: [Case]
    let scalars: [Scalar]
  }

  struct Case: Decodable {
    let type: String
    let shape: [Int]
    /// Floating-point numbers in hexadecimal, others in decimal.
    let values: [String]?
    /// [start, scale]: element i is start + scale i.
    let rule: [Double]?
    let str: String
    let repr: String

    var numbers: [Double] {
      if let values { return values.map { Double($0)! } }
      return (0..<shape.reduce(1, *)).map { rule![0] + rule![1] * Double($0) }
    }

    var elements: ArrayPrinter.Values {
      switch type {
      case "float64": return .float64(numbers)
      case "float32": return .float32(numbers.map(Float.init))
      case "int64": return .int64(values?.map { Int64($0)! } ?? numbers.map { Int64($0) })
      case "int32": return .int32(numbers.map { Int32($0) })
      case "uint8": return .uint8(numbers.map { UInt8(truncatingIfNeeded: Int($0)) })
      default: return .bool(numbers.map { values == nil ? $0 >= 0 : $0 != 0 })
      }
    }
  }

  struct Scalar: Decodable {
    let value: String
    let double: String
    let float: String
  }

  let fixture: Fixture

  init() throws {
    fixture = try Fixtures.decode(from: "numpy_printing.json")
  }

  @Test func arraysMatchNumPy() {
    #expect(fixture.arrays.count > 400)
    for example in fixture.arrays {
      let elements = example.elements
      #expect(ArrayPrinter.str(elements, shape: example.shape) == example.str)
      #expect(ArrayPrinter.repr(elements, shape: example.shape) == example.repr)
    }
  }

  @Test func scalarsMatchNumPy() {
    #expect(fixture.scalars.count > 200)
    for example in fixture.scalars {
      let value = Double(example.value)!
      #expect(ArrayPrinter.numpyString(value) == example.double)
      #expect(ArrayPrinter.numpyString(Float(value)) == example.float)
    }
  }

  /// The fewest digits give the number back.
  @Test func scalarsReadBack() {
    var random = RandomSource(seed: 1)
    for _ in 0..<500 {
      let double = Double(bitPattern: random.next())
      if double.isFinite { #expect(Double(ArrayPrinter.numpyString(double)) == double) }
      let float = Float(bitPattern: random.nextWord())
      if float.isFinite { #expect(Float(ArrayPrinter.numpyString(float)) == float) }
    }
  }

  @Test func aWrongShapeStopsTheProgram() async {
    await #expect(processExitsWith: .failure) {
      _ = ArrayPrinter.str(.int64([1, 2, 3]), shape: [2, 2])
    }
  }
}
