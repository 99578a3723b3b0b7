import BackpropTestSupport
import Testing

@testable import BackpropArrays

@Suite struct IndexingTests {
  @Test func partsAreNumPys() throws {
    try NumPyCases.check("index") { $0[0].view($1.selections) }
  }

  @Test func assignmentsAreNumPys() throws {
    try NumPyCases.check("assign") { x, c in
      var changed = x[0]
      changed.assign(x[1], to: c.selections)
      return changed
    }
  }

  /// How a program writes them.
  @Test func everyKindOfIndex() {
    let x = NDArray((0..<12).map { Double($0) }, shape: [3, 4], scalarType: .float64)
    func check(_ part: NDArray, _ shape: Shape, _ expected: [Double], line: Int = #line) {
      #expect(part.shape == shape && part.doubles == expected, "line \(line): \(part)")
    }
    check(x[1], [4], [4, 5, 6, 7])
    check(x[1, -1], [], [7])
    check(x[.all, 1], [3], [1, 5, 9])
    check(x[0..<2, 1...2], [2, 2], [1, 2, 5, 6])
    check(x[1..., ..<1], [2, 1], [4, 8])
    check(x[...0, 2...], [1, 2], [2, 3])
    check(x[-2..<3, -3 ... -1], [2, 3], [5, 6, 7, 9, 10, 11])
    check(x[...(-2)], [2, 4], [0, 1, 2, 3, 4, 5, 6, 7])
    check(x[...(-1)], [3, 4], Array(stride(from: 0, to: 12, by: 1)))
    check(x[Slice(by: -1), 0], [3], [8, 4, 0])
    check(x[Slice(from: 2, to: 0, by: -1), 0], [2], [8, 4])
    check(x[.ellipsis, 3], [3], [3, 7, 11])
    check(x[.newAxis, 0, .newAxis, 1..<3], [1, 1, 2], [1, 2])
    check(x[2..<2], [0, 4], [])
  }

  @Test func stepsOfAnySizeAreSteps() {
    let x = NDArray([1, 2, 3], scalarType: .float64)
    #expect(x[Slice(by: .max)].doubles == [1])
    #expect(x[Slice(by: .min)].doubles == [3])
    #expect(x[Slice(from: 1, by: .max - 1)].doubles == [2])
  }

  /// The part of a part is changed in the whole.
  @Test func nestedAssignmentChangesTheWhole() {
    var a = NDArray((0..<12).map { Double($0) }, shape: [3, 4], scalarType: .float64)
    let before = a
    a[0..<2, 1..<3][0, 0] = NDArray(scalar: -1.0, scalarType: .float64)
    a[2][Slice(by: -1)][0] = NDArray(scalar: -2.0, scalarType: .float64)
    a[1, 1..<3] = NDArray([15, 26], scalarType: .float64)
    a[.all, 0] = NDArray([0, 8, 16], scalarType: .float64)
    #expect(a.doubles == [0, -1, 2, 3, 8, 15, 26, 7, 16, 9, 10, -2])
    #expect(before.doubles == (0..<12).map { Double($0) })
  }

  /// The right side shares the left side's memory, and must be read as it was before.
  @Test func assignmentOfPartsOfTheWhole() {
    let start = NDArray([[1, 2, 3], [4, 5, 6], [7, 8, 10]], scalarType: .float64)
    func check(_ expected: [[Double]], line: Int = #line, _ change: (inout NDArray) -> Void) {
      var a = start.copy()
      change(&a)
      #expect(a == NDArray(expected, scalarType: .float64), "line \(line)")
    }
    check([[1, 2, 3], [1, 2, 3], [4, 5, 6]]) { a in a[1...] = a[..<2] }
    check([[4, 5, 6], [7, 8, 10], [7, 8, 10]]) { a in a[..<2] = a[1...] }
    check([[7, 8, 10], [4, 5, 6], [1, 2, 3]]) { a in a[.ellipsis] = a[Slice(by: -1)] }
    check([[1, 4, 7], [2, 5, 8], [3, 6, 10]]) { a in a[.ellipsis] = a.transposed() }
  }

  @Test func addingToAPartAddsInPlace() {
    var a = NDArray.zeros([3, 2])
    let memory = a.storage.base
    a.add(NDArray([1, 2]), to: [.position(1)])
    a.add(NDArray([5, 6, 7]), to: [.wholeAxis, .position(0)])
    #expect(a.doubles == [5, 0, 7, 2, 7, 0])
    #expect(a.storage.base == memory)
  }

  @Test func assigningToAViewLeavesTheWholeAlone() {
    let whole = NDArray.zeros([2, 3])
    var part = whole[0]
    part[0] = NDArray(scalar: 1, scalarType: .float32)
    #expect(part.doubles == [1, 0, 0])
    #expect(whole == .zeros([2, 3]))
    var repeated = NDArray(scalar: 5.0, scalarType: .float64).broadcast(to: [3])
    repeated[1] = NDArray(scalar: 6.0, scalarType: .float64)
    #expect(repeated.doubles == [5, 6, 5], "a broadcast shares one element and must be copied")
  }

  /// The rule can be asked without dying.
  @Test func whatIsNotThereIsAnError() throws {
    func reason(_ shape: Shape, _ index: any AxisIndex...) throws -> String {
      try #require(throws: ShapeError.self) {
        _ = try NDArray.zeros(shape).checkedView(index.map(\.selection))
      }.reason
    }
    #expect(try reason([3], 3) == "position 3 of axis 0, whose length is 3")
    #expect(try reason([3, 2], 0, -3) == "position -3 of axis 1, whose length is 2")
    #expect(try reason([3], 1..<4) == "1..<4 of axis 0, whose length is 3")
    #expect(try reason([3], 0...(.max)).hasSuffix("of axis 0, whose length is 3"))
    #expect(try reason([3], 0...3) == "0..<4 of axis 0, whose length is 3")
    #expect(try reason([3], (-4)...) == "-4..<3 of axis 0, whose length is 3")
    #expect(
      try reason([3], Slice(from: 3, by: -1)) == "from 3 back to -1 of axis 0, whose length is 3")
    #expect(try reason([3], 0, 0) == "2 indices for 1 axes")
    #expect(try reason([], 0) == "1 indices for 0 axes")
    #expect(try reason([3], .ellipsis, .ellipsis) == "more than one ellipsis")
    #expect(try reason([0], 0) == "position 0 of axis 0, whose length is 0")
    let many = [AxisSelection](repeating: .newAxis, count: 9)
    let error = try #require(throws: ShapeError.self) {
      _ = try NDArray.zeros([3]).checkedView(many)
    }
    #expect(error.reason == "the result would have 10 axes, and an array has at most 8")
  }

  /// Where the strides of an array without elements are more than can be counted.
  @Test func partsOfNothingHaveAShape() {
    let x = NDArray.zeros([0, 1 << 61, 8])
    #expect(x[.all, -1].shape == [0, 8])
    #expect(x[.all, (1 << 60)..., 3].shape == [0, 1 << 60])
  }

  @Test func trapsSayWhatDoesNotFit() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var x = NDArray.zeros([2, 3])
      x[0] = NDArray.zeros([2])
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("assignment: the shapes do not broadcast: axis -1 has the length 3"))
    await #expect(processExitsWith: .failure) {
      var x = NDArray.zeros([2, 3])
      x[0] = NDArray.zeros([2, 3])
    }
    await #expect(processExitsWith: .failure) {
      var x = NDArray.zeros([2])
      x[0] = NDArray(scalar: 1, scalarType: .float64)
    }
    await #expect(processExitsWith: .failure) { _ = Slice(by: 0) }
  }
}
