import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

/// Bits, flags, and division that rounds down.
@Suite struct LogicTests {
  @Test func bitsAreNumPys() throws {
    try NumPyCases.check("bitAnd") { x, _ in x[0] & x[1] }
    try NumPyCases.check("bitOr") { x, _ in x[0] | x[1] }
    try NumPyCases.check("bitXor") { x, _ in x[0] ^ x[1] }
    try NumPyCases.check("bitNot") { x, _ in ~x[0] }
    try NumPyCases.check("shiftLeft") { x, _ in x[0] << x[1] }
    try NumPyCases.check("shiftRight") { x, _ in x[0] >> x[1] }
  }

  @Test func flagsAreNumPys() throws {
    try NumPyCases.check("logicalAnd") { x, _ in x[0] .& x[1] }
    try NumPyCases.check("logicalOr") { x, _ in x[0] .| x[1] }
    try NumPyCases.check("logicalXor") { x, _ in x[0] .^ x[1] }
    try NumPyCases.check("logicalNot") { x, _ in .!x[0] }
    try NumPyCases.check("isNaN") { x, _ in x[0].isNaN() }
    try NumPyCases.check("isInfinite") { x, _ in x[0].isInfinite() }
    try NumPyCases.check("isFinite") { x, _ in x[0].isFinite() }
  }

  /// With the signs of zeros, which carry the divisor's.
  @Test func divisionIsNumPys() throws {
    func signed(_ actual: NDArray, _ expected: NDArray) -> String? {
      mismatch(actual, expected)
        ?? (zip(actual.doubles, expected.doubles).allSatisfy { $0.sign == $1.sign || $0.isNaN }
          ? nil : "the sign of a zero: \(actual) and not \(expected)")
    }
    try NumPyCases.check("floorDivide", { x, _ in x[0].floorDivide(x[1]) }, signed)
    try NumPyCases.check("remainder", { x, _ in x[0].remainder(x[1]) }, signed)
  }

  @Test func numbersOfTheSourceTakePart() throws {
    let x = Tensor([5, 12] as [Int32])
    #expect((x & 4).scalars() == [4, 4] as [Int32])
    #expect((x | 3).scalars() == [7, 15] as [Int32])
    #expect((x ^ -1).scalars() == [-6, -13] as [Int32])
    #expect(((x << 2) >> 1).scalars() == [10, 24] as [Int32])
    #expect(x.floorDivide(-5).scalars() == [-1, -3] as [Int32])
    #expect(x.remainder(-5).scalars() == [0, -3] as [Int32])
    let large = Tensor([Int.max]) & (1 << 62 | 1)
    #expect(large.scalars() == [1 << 62 | 1])
    let bytes = Tensor(shapeOnly: TensorType([2], .uint8))
    let error = try #require(throws: ShapeError.self) { _ = try (bytes & 256).checkedType() }
    #expect(error.reason == "the numbers are uint8, which cannot hold the bits of 256")
    let floats = Tensor(shapeOnly: TensorType([2]))
    for result in [floats & 1, floats & floats, ~floats, floats << 1] {
      #expect(throws: ShapeError.self) { try result.checkedType() }
    }
    let flags = Tensor(shapeOnly: TensorType([2], .bool))
    #expect(throws: ShapeError.self) { try (flags << flags).checkedType() }
  }

  @Test func comparisonsBindMoreTightly() {
    let x = Tensor([-1, 0.5, 2])
    #expect((x .> 0 .& x .< 1).scalars() == [false, true, false])
    #expect((x .< 0 .| .!(x .< 1)).scalars() == [true, false, true])
    #expect(x[x .> 0 .& x .< 1].doubles == [0.5])
  }
}
