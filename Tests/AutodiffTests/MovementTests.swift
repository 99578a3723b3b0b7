import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

/// Functions that move, repeat and pick out elements.
@Suite struct MovementTests {
  @Test func copiesAreNumPys() throws {
    try NumPyCases.check("tile") { $0[0].tiled($1.rows!) }
    try NumPyCases.check("repeat") { $0[0].repeated($1.count!, axis: $1.axis!) }
    try NumPyCases.check("repeatCounts") { $0[0].repeated($1.rows!, axis: $1.axis!) }
    try NumPyCases.check("pad") { x, c in
      let widths = c.rows!.indices.filter { $0 % 2 == 0 }.map {
        (before: c.rows![$0], after: c.rows![$0 + 1])
      }
      let modes: [String: PaddingMode] = [
        "constant": .constant(c.number ?? 0), "reflect": .reflect, "edge": .replicate,
        "wrap": .circular,
      ]
      return x[0].padded(widths, mode: modes[c.text!]!)
    }
    try NumPyCases.check("outer") { x, _ in x[0].outer(x[1]) }
    try NumPyCases.check("meshgrid") { x, c in
      Tensor.meshgrid(x, indexing: c.flag! ? .ij : .xy)[c.axis!]
    }
  }

  @Test func movesAreNumPys() throws {
    try NumPyCases.check("flip") { $0[0].flipped(axes: $1.axes) }
    try NumPyCases.check("roll") { $0[0].rolled($1.count!, axis: $1.axis) }
    try NumPyCases.check("moveAxis") { $0[0].movingAxis($1.axes![0], to: $1.axes![1]) }
    try NumPyCases.check("swapAxes") { $0[0].swappingAxes($1.axes![0], $1.axes![1]) }
  }

  @Test func partsOfMatricesAreNumPys() throws {
    try NumPyCases.check("diagonal") {
      $0[0].diagonal(offset: $1.count!, rows: $1.axes![0], columns: $1.axes![1])
    }
    try NumPyCases.check("diagonalMatrix") { $0[0].diagonalMatrix(offset: $1.count!) }
    try NumPyCases.check("trace") { $0[0].trace(offset: $1.count!) }
    try NumPyCases.check("lowerTriangle") { $0[0].lowerTriangle(offset: $1.count!) }
    try NumPyCases.check("upperTriangle") { $0[0].upperTriangle(offset: $1.count!) }
  }

  @Test func sumsOfProductsAreNumPys() throws {
    try NumPyCases.check("einsum") { Tensor.einsum($1.text!, $0) }
  }

  @Test func viewsTakeNoMemory() {
    let x = Tensor.range(from: 0, to: 6).reshaped(to: [2, 3])
    let memory = x.array.storage.owner
    for view in [
      x.flipped(), x.diagonal(offset: 1), x.movingAxis(0, to: 1), x.swappingAxes(0, 1),
      Tensor.einsum("ij->ji", x), Tensor.broadcast([x, Tensor.zeros([4, 1, 1])])[0],
    ] { #expect(view.array.storage.owner === memory) }
  }

  @Test func aTriangleOfFlagsIsAMask() {
    let mask = Tensor(repeating: 1, shape: [2, 2], scalarType: .bool).lowerTriangle()
    #expect(mask.scalars(as: Bool.self) == [true, false, true, true])
    #expect(Tensor([[.nan, .nan], [1, .nan]]).upperTriangle(offset: 2).doubles == [0, 0, 0, 0])
  }

  @Test func whatDoesNotFitIsAnError() throws {
    let x = Tensor(shapeOnly: TensorType([3, 4]))
    func reason(_ result: Tensor) throws -> String {
      try #require(throws: ShapeError.self) { _ = try result.checkedType() }.description
    }
    #expect(try reason(x.tiled([-1])).contains("no repetitions"))
    #expect(try reason(x.tiled([1 << 60, 1 << 60])).contains("more elements than can be counted"))
    #expect(try reason(x.repeated([1, 2], axis: 1)).contains("a single count"))
    #expect(try reason(x.repeated(-1, axis: 0)).contains("-1 times"))
    #expect(try reason(x.padded([(before: 1, after: 1)])).contains("for 2 axes"))
    let empty = Tensor(shapeOnly: TensorType([0]))
    #expect(
      try reason(empty.padded([(before: 1, after: 0)], mode: .reflect)).contains("no element"))
    #expect(try empty.padded([(before: 1, after: 0)]).checkedType().shape == [1])
    let bytes = Tensor(shapeOnly: TensorType([2], .uint8))
    #expect(try reason(bytes.padded([(before: 1, after: 0)], mode: .constant(-1))).contains("hold"))
    #expect(try reason(x.flipped(axes: [0, 0])).contains("twice"))
    #expect(try reason(x.rolled([1], axes: [0, 1])).contains("shifts [1]"))
    #expect(try reason(x.movingAxis(2, to: 0)).contains("no axis 2"))
    #expect(
      try reason(x.diagonal(rows: 1, columns: -1)).contains("no two different ones of 2 axes"))
    #expect(try reason(x[0].lowerTriangle()).contains("there are 1 axes"))
    #expect(try reason(Tensor.meshgrid([x])[0]).contains("vectors"))
    #expect(try reason(Tensor.broadcast([x, x.transposed()])[1]).contains("do not broadcast"))
  }

  @Test func equationsThatCannotBeReadAreAnError() throws {
    let x = Tensor(shapeOnly: TensorType([3, 4]))
    func reason(_ equation: String, _ tensors: Tensor...) throws -> String {
      try #require(throws: ShapeError.self) {
        _ = try Tensor.einsum(equation, tensors).checkedType()
      }.description
    }
    #expect(try reason("ij,jk", x).contains("2 terms for 1 tensors"))
    #expect(try reason("i", x).contains("... stands for axes without a letter"))
    #expect(try reason("ijk", x).contains("names 3 axes of a tensor that has 2"))
    #expect(
      try reason("ij,ij", x, x.transposed()).contains("i has the length 3 in one place and 4"))
    #expect(try reason("ij->ik", x).contains("one that no tensor has"))
    #expect(try reason("ij->ii", x).contains("a letter twice"))
    #expect(try reason("i$", x).contains("\"$\" is no letter"))
    #expect(try reason("ii", x).contains("i has the length 3"))
    #expect(try reason("ij->j->i", x).contains("arrow"))
    #expect(try reason("ab,cd,ef,gh,ij->abcdefghij", x, x, x, x, x).contains("10 axes"))
  }
}
