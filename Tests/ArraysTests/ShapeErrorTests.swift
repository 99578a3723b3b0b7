import Testing

@testable import BackpropArrays

@Suite struct ShapeErrorTests {
  @Test func saysOperationReasonShapesAndHint() {
    let error = ShapeError("add", [[2, 3], []], "they differ", hint: "reshape one")
    #expect(
      error.description == """
        add: they differ
          shapes: (2, 3) and ()
          hint: reshape one
        """)
    #expect(ShapeError("sum", [[4]], "no").description == "sum: no\n  shapes: (4,)")
  }

  @Test func broadcastErrorsNameTheAxisAndTheLikelyMistake() {
    func error(_ a: Shape, _ b: Shape) -> ShapeError { .broadcast("add", a, b) }
    #expect(
      error([2, 3], [2, 4]).reason
        == "the shapes do not broadcast: axis -1 has the length 3 on the left and 4 on the right")
    #expect(error([2, 3], [5, 1]).reason.contains("axis -2 has the length 2"))
    #expect(
      error([2, 3], [2]).hint == "for one number a row, reshape the right side to (2, 1)")
    #expect(error([2], [2, 3]).hint == "for one number a row, reshape the left side to (2, 1)")
    #expect(
      error([2, 3], [3, 2]).hint == "both hold 6 elements; transpose or reshape one of them")
    #expect(error([2, 3], [4]).hint == nil)
    // As when two rows are assigned to one, or a matrix is to be repeated to a row.
    #expect(
      error([3], [2, 3]).reason
        == "the shapes broadcast to (2, 3), which is not the shape wanted here")
  }

  @Test func trapsWithItsText() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      ShapeError("stack", [[1], [2]], "the shapes differ", hint: "pad them").trap()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("stack: the shapes differ\n  shapes: (1,) and (2,)\n  hint: pad them"))
  }
}
