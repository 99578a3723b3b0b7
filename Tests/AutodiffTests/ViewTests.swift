import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

/// Views and casts of tensors, as of arrays; and of shapes alone.
@Suite struct ViewTests {
  @Test func viewsHoldWhatNumPysHold() throws {
    try NumPyCases.check("index") { SliceView(selections: $1.selections)($0[0]) }
    try NumPyCases.check("reshape") { $0[0].reshaped(to: $1.target!) }
    try NumPyCases.check("transpose") { $0[0].transposed($1.axes) }
    try NumPyCases.check("matrixTranspose") { x, _ in x[0].matrixTransposed }
    try NumPyCases.check("flatten") { x, _ in x[0].flattened() }
    try NumPyCases.check("squeeze") { x, _ in x[0].squeezed() }
    try NumPyCases.check("expandDims") { $0[0].expandingDimension(at: $1.axis!) }
    try NumPyCases.check("broadcast") { $0[0].broadcast(to: Shape($1.target!)) }
  }

  @Test func castsGiveNumPysNumbers() throws {
    try NumPyCases.check("cast") { $0[0].cast(to: $1.type!) }
  }

  @Test func creationGivesNumPysNumbers() throws {
    try NumPyCases.check("range") { _, c in
      let n = c.numbers!
      return Tensor.range(from: n[0], to: n[1], by: n[2], scalarType: c.type!)
    }
    try NumPyCases.check("linearSpace") { _, c in
      let n = c.numbers!
      return Tensor.linearSpace(from: n[0], to: n[1], count: c.count!, scalarType: c.type!)
    }
  }

  /// A gradient goes through a change of precision, and no further than to whole numbers.
  @Test func gradientsPassThroughCasts() {
    let x = Tensor([1, 2]).requiringGradient()
    let y = (x.cast(to: .float64).cast(to: .float32) * 3 + x).sum()
    let gradient = y.backward()[x]
    #expect(gradient.doubles == [4, 4] && gradient.scalarType == .float32)
    #expect(x.cast(to: .float64).sum().backward()[x].scalarType == .float32)
    #expect(x.cast(to: .float32).node === x.node, "to its own type, nothing is done")
    #expect(!x.cast(to: .int32).requiresGradient && !x.cast(to: .bool).requiresGradient)
    #expect(!x.cast(to: .int32).cast(to: .float32).requiresGradient)
  }

  @Test func partsOfATensorAreItsSlices() {
    let x = Tensor.range(from: 0, to: 12).reshaped(to: [3, 4])
    let halves = x.split(into: 2, axis: 1)
    #expect(halves.map(\.doubles) == [[0, 1, 4, 5, 8, 9], [2, 3, 6, 7, 10, 11]])
    let parts = x.split(lengths: [1, 0, 2])
    #expect(parts.map(\.shape) == [[1, 4], [0, 4], [2, 4]])
    #expect(parts[2].doubles == [4, 5, 6, 7, 8, 9, 10, 11])
    #expect(Tensor.concatenate(parts).doubles == x.doubles)
    #expect(Tensor.zeros([0, 2]).split(lengths: []).isEmpty)
    #expect(Tensor.zeros([0, 2]).split(into: 3).map(\.shape) == [[0, 2], [0, 2], [0, 2]])
    let shapes = Tensor(shapeOnly: TensorType([3, 4])).split(into: 2, axis: -1)
    #expect(shapes.map(\.shape) == [[3, 2], [3, 2]])
  }

  @Test func partsThatDoNotFitAreAnError() async throws {
    let shape = Tensor(shapeOnly: TensorType([3, 4]))
    func reason(_ parts: [Tensor]) throws -> String {
      try #require(throws: ShapeError.self) { _ = try parts[0].checkedType() }.reason
    }
    let uneven = "the length 4 of axis 1 does not divide evenly into 3 parts"
    #expect(try reason(shape.split(into: 3, axis: 1)) == uneven)
    #expect(shape.split(into: 3, axis: 1).count == 3)
    #expect(try reason(shape.split(into: 0)).hasSuffix("evenly into 0 parts"))
    #expect(try reason(shape.split(into: 2, axis: 2)) == "there is no axis 2 among 2 axes")
    let short = "the lengths [1, 1] do not add up to the length 3 of axis 0"
    #expect(try reason(shape.split(lengths: [1, 1])) == short)
    #expect(try reason(shape.split(lengths: [4, -1])).contains("do not add up"))
    #expect(try reason(shape.split(lengths: [.max, .max, 5])).contains("do not add up"))
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([3]).split(into: 2) }
  }
}
