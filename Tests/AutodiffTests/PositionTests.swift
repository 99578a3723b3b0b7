import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

/// Picking and putting elements by arrays of positions and masks.
@Suite struct PositionTests {
  @Test func picksAreNumPys() throws {
    try NumPyCases.check("pick", masksKeepNumbers: true) { x, c in
      x[0].part(c.selections(x.dropFirst().map(\.stored)))
    }
    try NumPyCases.check("take") { $0[0].gather($0[1], axis: $1.axis!) }
    try NumPyCases.check("takeAlong") { $0[0].gatherAlong($0[1], axis: $1.axis!) }
  }

  @Test func putsAreNumPys() throws {
    try NumPyCases.check("put", masksKeepNumbers: true) { x, c in
      x[0].scatter(x[1], to: c.selections(x.dropFirst(2).map(\.stored)))
    }
    try NumPyCases.check("addAt", masksKeepNumbers: true) { x, c in
      x[0].scatterAdd(x[1], to: c.selections(x.dropFirst(2).map(\.stored)))
    }
    try NumPyCases.check("assign") { x, c in x[0].scatter(x[1], to: c.selections) }
    try NumPyCases.check("putAlong") { $0[0].scatterAlong($0[1], to: $0[2], axis: $1.axis!) }
    try NumPyCases.check("addAlong") { $0[0].scatterAddAlong($0[1], to: $0[2], axis: $1.axis!) }
  }

  @Test func truePlacesAreNumPys() throws {
    let failures = try NumPyCases.failures(of: "nonzero") { x, c in
      Tensor(x[0]).nonzero()[c.axis!].array
    }
    #expect(failures == [])
  }

  /// How a program writes them.
  @Test func everyKindOfIndex() {
    let x = Tensor.range(from: 0, to: 12).reshaped(to: [3, 4])
    func check(_ part: Tensor, _ shape: Shape, _ expected: [Double], line: Int = #line) {
      #expect(part.shape == shape && part.doubles == expected, "line \(line): \(part)")
    }
    check(x[stride(from: 0, to: 3, by: 2), 0], [2], [0, 8])
    check(x[stride(from: 2, through: 0, by: -1), 0], [3], [8, 4, 0])
    check(x[0, stride(from: -1, through: -3, by: -2)], [2], [3, 1])
    check(x[0, stride(from: -3, through: -1, by: 2)], [2], [1, 3])
    check(x[0, stride(from: 1, to: 1, by: 2)], [0], [])
    check(x[stride(from: 1, to: 2, by: 5)], [1, 4], [4, 5, 6, 7])
    check(x[[2, 0], 1], [2], [9, 1])
    check(x[Tensor([2, 0] as [Int32]), [1, -1]], [2], [9, 3])
    check(x[x .> 8], [3], [9, 10, 11])
    check(x[.all, x[0] .> 1], [3, 2], [2, 3, 6, 7, 10, 11])
    let places = (x .> 9).nonzero()
    #expect(places.count == 2 && places[0].doubles == [2, 2] && places[1].doubles == [2, 3])
  }

  @Test func assignmentGivesANewValue() {
    var x = Tensor.zeros([3, 3])
    x[.all, [0, 2]] = Tensor([1, 2])
    x[x .== 2] = Tensor(7)
    x[[0, 1], [1, 1]] += Tensor([5, 6])
    #expect(x.doubles == [1, 5, 7, 1, 6, 7, 1, 0, 7])

    let variable = Tensor([1, 2, 3]).requiringGradient()
    var y = variable
    y[1] = variable[0] * 10
    y[[0, 2]] *= Tensor(2)
    #expect(y.doubles == [2, 10, 6] && variable.doubles == [1, 2, 3])
    #expect((y * y).sum().backward()[variable].doubles == [208, 0, 24])
  }

  /// A constant is changed where it lies, if nothing else holds it.
  @Test func aConstantIsChangedInPlace() {
    var x = Tensor.zeros([100])
    let memory = x.array.storage.base
    for index in 0..<10 { x[index] = Tensor(Double(index)) }
    x[[50, 51]] = Tensor([1, 2])
    withoutGradient { x[60] = Tensor(3).requiringGradient() }
    #expect(x.array.storage.base == memory && x.sum().item == 51)
  }

  /// Long rows are added by several threads, each sum in one order.
  @Test func sumsOfRowsDoNotDependOnThreads() {
    var random = RandomSource(seed: 3)
    let rows = Tensor.uniform([3000, 64], using: &random)
    let places = Tensor((0..<3000).map { $0 * $0 % 17 })
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    let sums = [1, 2, 5].map { count in
      Parallel.threadCount = count
      return Tensor.zeros([17, 64]).scatterAdd(rows, at: places).array
    }
    #expect(sums[0] == sums[1] && sums[0] == sums[2])
    var expected = [Double](repeating: 0, count: 17 * 64)
    for (index, value) in rows.doubles.enumerated() {
      expected[index / 64 * (index / 64) % 17 * 64 + index % 64] += value
    }
    #expect(mismatch(sums[0], NDArray(expected, shape: [17, 64]), relative: 1e-5) == nil)
  }

  @Test func whatIsNotThereIsAnError() throws {
    let x = Tensor(shapeOnly: TensorType([3, 4]))
    func error(_ result: Tensor) throws -> ShapeError {
      try #require(throws: ShapeError.self) { _ = try result.checkedType() }
    }
    let mask = Tensor([true, false, true])
    let wrong = try error(x[.all, mask])
    #expect(
      wrong.reason == "a mask of shape (3,) for axes from 1 on, whose shape is (4,)")
    #expect(try error(x[0, 0, mask]).reason.hasSuffix("whose shape is no such axes"))
    #expect(
      try error(x[Tensor([true]).reshaped(to: [])]).hint
        == "make it a vector, with reshaped(to: [1])")
    #expect(try error(x[Tensor(shapeOnly: TensorType([3], .bool))]).reason.contains("its numbers"))
    #expect(try error(x[Tensor([0.5])]).reason == "the positions are float32 and not whole numbers")
    let pair = try error(x[[0, 1, 2], [0, 1]])
    #expect(pair.reason == "the shapes of the positions, (3,) and (2,), do not broadcast")
    #expect(pair.hint?.contains("reshaped(to: [-1, 1])") == true)
    #expect(try error(x[[0], [0], [0]]).reason == "3 indices for 2 axes")
    #expect(try error(x.gather(Tensor([0] as [Int]), axis: 2)).reason.contains("no axis 2"))
    #expect(
      try error(x.gatherAlong(Tensor([0] as [Int]), axis: 0)).hint?.contains("any shape") == true)
    let along = Tensor([[0], [0]] as [[Int]])
    #expect(
      try error(x.gatherAlong(along, axis: 1)).reason
        == "axis 0 has the length 3, and that of the positions 2")
    #expect(try error(x.scatter(Tensor.zeros([5]), at: [0, 1])).operation == "assignment")
    let flags = Tensor(shapeOnly: TensorType([3], .bool))
    #expect(
      try error(flags.scatterAdd(Tensor([true]), at: [0])).reason.hasPrefix("the numbers are bool"))
    // The shape of a result is known where that of the positions is.
    let unknown = Tensor(shapeOnly: TensorType([2, 5], .int64))
    #expect(try Tensor.zeros([3, 4])[unknown].checkedType() == TensorType([2, 5, 4]))
    var changed = Tensor.zeros([3, 4])
    changed[unknown] = Tensor.ones([4])
    #expect(changed.isShapeOnly)
    #expect(try changed.checkedType() == TensorType([3, 4]))
    #expect(
      try x[.all, mask.reshaped(to: [3, 1])[.all, 0].nonzero()[0]].checkedType().shape == [3, 2])
  }

  @Test func trapsSayWhatDoesNotFit() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3])[[0, 1], [1, 3]]
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(
      text.contains(
        "position 3 of axis 1, whose length is 3; it is at [1] of array 1 of the positions"))
    await #expect(processExitsWith: .failure) { _ = NDArray.zeros([3])[[0, 1]] }
    await #expect(processExitsWith: .failure) {
      var x = Tensor.zeros([3])
      x[[0, 1]] = Tensor([1, 2, 3])
    }
  }
}

extension Tensor {
  /// The array, be it of a shape alone.
  fileprivate var stored: NDArray { NDArray(storage: storage) }
}
