import BackpropTestSupport
import Testing

@testable import BackpropArrays

@Suite struct ViewsTests {
  @Test func viewsHoldWhatNumPysHold() throws {
    try NumPyCases.check("reshape") { $0[0].reshaped(to: $1.target!) }
    try NumPyCases.check("transpose") { $0[0].transposed($1.axes) }
    try NumPyCases.check("matrixTranspose") { x, _ in x[0].matrixTransposed }
    try NumPyCases.check("flatten") { x, _ in x[0].flattened() }
    try NumPyCases.check("squeeze") { x, _ in x[0].squeezed() }
    try NumPyCases.check("expandDims") { $0[0].expandingDimension(at: $1.axis!) }
    try NumPyCases.check("broadcast") { $0[0].broadcast(to: Shape($1.target!)) }
  }

  /// The helper on which all these tests stand, read one element at a time.
  @Test func everyLayoutHoldsTheSameElements() {
    let x = NDArray((0..<24).map { Int64($0) }, shape: [2, 3, 4])
    var names: Set<String> = []
    for layout in x.everyLayout + x[.all, 0..<1].broadcast(to: [2, 3, 4]).copy().everyLayout {
      names.insert(layout.name)
      for i in 0..<2 {
        for j in 0..<3 {
          for k in 0..<4 {
            // Of the repeated array, every j holds what is at j = 0.
            let row = layout.array[0, 1, 0].item == 0 ? 0 : j
            #expect(layout.array[i, j, k].item == Double(12 * i + 4 * row + k), "\(layout.name)")
          }
        }
      }
    }
    #expect(names.count == 6)
    #expect(x.everyLayout.filter { !$0.array.isContiguous }.count == 3)
  }

  @Test func viewsShareMemory() {
    let x = NDArray.zeros([4, 6])
    let views = [
      x[1], x[.all, 2..<4], x.transposed(), x.reshaped(to: [24]), x.broadcast(to: [2, 4, 6]),
      x.matrixTransposed, x[Slice(by: -1)], x.transposed().expandingDimension(at: 1),
      x.transposed()[0..<1].squeezed(), x[.all, 1..<2].squeezed(),
    ]
    for (index, view) in views.enumerated() {
      #expect(view.storage.owner === x.storage, "view \(index) is a copy")
    }
    #expect(x.transposed().strides == [1, 6])
    #expect(x.broadcast(to: [2, 4, 6]).strides == [0, 6, 1])
  }

  /// A view keeps the memory it looks into, however many views lie between.
  @Test func viewsOutliveTheirArray() {
    func view() -> NDArray {
      NDArray((0..<100).map { Double($0) }, shape: [10, 10], scalarType: .float64)[2...]
        .transposed()[1..<3][.all, -1]
    }
    let part = view()
    let others = (0..<8).map {
      NDArray(repeating: Double($0), shape: [10, 10], scalarType: .float64)
    }
    #expect(part.doubles == [91, 92])
    #expect(others.count == 8)
  }

  /// Whatever lies evenly is a view under another shape too, and what does not is a copy of the same
  /// elements.
  @Test func reshapedViewsHoldTheElementsInOrder() {
    let x = NDArray((0..<720).map { Int64($0) }, shape: [6, 4, 30])
    // Parts of rows, as heads.
    let heads = x[.all, .all, 10..<20].reshaped(to: [6, 4, 2, 5])
    #expect(heads.storage.owner === x.storage && heads.strides == [120, 30, 5, 1])
    // No strides say what comes of a transposed matrix.
    #expect(x.transposed().reshaped(to: [720]).storage.owner !== x.storage)
    let views = [
      x, x.transposed(), x.transposed([1, 0, 2]), x[.all, .all, 10..<20], x[1..<5, 2],
      x[Slice(by: -1)], x[.all, Slice(by: 2), 0..<1], x[0..<1].broadcast(to: [6, 4, 30]),
      x[.all, 0..<1].broadcast(to: [6, 4, 30]), x[.all, .all, Slice(by: 3)], x[2, 3],
    ]
    for view in views {
      var shapes: [[Int]] = [[view.count], [1, view.count, 1]]
      for a in [2, 3, 4, 5, 6, 8, 12] where view.count % a == 0 {
        shapes += [[a, view.count / a], [view.count / a, 1, a]]
        for b in [2, 3, 4, 5] where view.count / a % b == 0 {
          shapes += [[view.count / a / b, a, b], [b, view.count / a / b, a]]
        }
      }
      for shape in shapes {
        let reshaped = view.reshaped(to: shape)
        #expect(reshaped == view.copy().reshaped(to: shape), "\(view.strides) \(shape)")
      }
    }
  }

  @Test func reshapeSaysWhatIsWrong() throws {
    func reason(_ lengths: [Int], _ shape: Shape) throws -> String {
      try #require(throws: ShapeError.self) { _ = try NDArray.resolve(lengths, for: shape) }
        .reason
    }
    #expect(
      try reason([4, 2], [2, 3]) == "the array holds 6 elements and the new shape 8")
    #expect(try reason([4, -1], [2, 3]) == "6 elements do not divide evenly into [4, -1]")
    #expect(try reason([-1, -1], [2, 3]) == "[-1, -1] is no shape: one length at most may be -1")
    #expect(try reason([0, -1], [0, 3]) == "0 elements do not divide evenly into [0, -1]")
    #expect(try reason([-2], [2]).contains("is no shape"))
  }

  @Test func viewsThatCannotBeTrap() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = NDArray.zeros([2, 3]).transposed([0, 0])
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("transpose: [0, 0] does not name each of the 2 axes once"))
    await #expect(processExitsWith: .failure) { _ = NDArray.zeros([2, 3]).broadcast(to: [3]) }
    await #expect(processExitsWith: .failure) { _ = NDArray.zeros([2, 3]).broadcast(to: [1, 3]) }
    await #expect(processExitsWith: .failure) { _ = NDArray.zeros([2]).expandingDimension(at: 3) }
    await #expect(processExitsWith: .failure) { _ = NDArray.zeros([6]).reshaped(to: Shape([4])) }
  }

  /// Lengths whose product cannot be counted are said to be so, and do not end the process unsaid.
  @Test func lengthsBeyondCountingAreAnError() {
    for lengths in [
      [Int.max, 2], [1 << 62, 1 << 62], [-1, Int.max, 3], [1 << 40, 1 << 40, 0, 1],
    ] {
      #expect(throws: ShapeError.self) { try NDArray.resolve(lengths, for: [6]) }
    }
    let nine = Array(repeating: 1, count: 9)
    #expect(throws: ShapeError.self) { try NDArray.resolve(nine, for: [1]) }
    #expect(throws: ShapeError.self) {
      try ArrayLayout(of: NDArray.zeros([1, 1, 1, 1, 1, 1, 1, 1]).storage)
        .expandingDimension(at: 0)
    }
  }

  // MARK: Foreign memory

  private final class Owner: Sendable {
    nonisolated(unsafe) let memory: UnsafeMutableBufferPointer<Float>
    init(_ numbers: [Float]) {
      memory = .allocate(capacity: numbers.count)
      _ = memory.initialize(from: numbers)
    }
    deinit { memory.deallocate() }
  }

  @Test func anArrayMayLieOverForeignMemory() {
    weak var owner: Owner?
    var array: NDArray
    do {
      let strong = Owner([1, 2, 3, 4, 5, 6])
      owner = strong
      array = NDArray(
        memory: strong.memory.baseAddress!, shape: [2, 3], scalarType: .float32, owner: strong)
    }
    #expect(array.doubles == [1, 2, 3, 4, 5, 6])
    // Views hold the owner too.
    let view = array.transposed()[1]
    #expect(view.doubles == [2, 5])
    // Writing copies; the memory stays as it is.
    array[0, 1] = NDArray(scalar: 9, scalarType: .float32)
    #expect(array.doubles == [1, 9, 3, 4, 5, 6])
    #expect(owner != nil && view.doubles == [2, 5])
    withExtendedLifetime(view) {}
  }

  @Test func theOwnerIsLetGoOfWithTheLastArray() {
    weak var owner: Owner?
    do {
      let strong = Owner([1, 2])
      owner = strong
      let array = NDArray(
        memory: strong.memory.baseAddress!, shape: [2], scalarType: .float32, owner: strong)
      let view = array[1]
      #expect(view.item == 2)
    }
    #expect(owner == nil)
  }

  @Test func foreignMemoryIsAligned() async {
    await #expect(processExitsWith: .failure) {
      let owner = Owner([1, 2])
      let odd = UnsafeRawPointer(owner.memory.baseAddress!) + 1
      _ = NDArray(memory: odd, shape: [1], scalarType: .float32, owner: owner)
    }
  }
}
