import BackpropArrays
import Testing

@testable import BackpropAutodiff

/// Putting tensors together and taking them apart, with gradients.
@Suite struct IndexingTests {
  @Test func manyTensorsAreStacked() {
    let numbers = (0..<500).map { Tensor(Double($0)).requiringGradient() }
    let stacked = Tensor.stack(numbers)
    #expect(stacked.doubles == (0..<500).map { Double($0) })
    let joined = Tensor.concatenate(numbers.map { $0.reshaped(to: [1]) })
    let gradients = (stacked * joined).sum().backward()
    for (index, number) in numbers.enumerated() {
      #expect(gradients[number].item == 2 * Double(index))
    }
  }

  @Test func constantsBetweenHaveNoGradient() {
    let x = Tensor([1, 2]).requiringGradient()
    let y = Tensor.concatenate([Tensor([5]), x, Tensor([7, 8, 9])])
    #expect(y.doubles == [5, 1, 2, 7, 8, 9])
    #expect((y * Tensor([1, 2, 3, 4, 5, 6])).sum().backward()[x].doubles == [2, 3])
  }

  @Test func partsGiveBackTheWhole() {
    let x = Tensor.range(from: 0, to: 6).reshaped(to: [2, 3]).requiringGradient()
    let parts = x.split(lengths: [1, 2], axis: 1)
    let y = parts[0].sum() * 10 + (parts[1] * parts[1]).sum()
    #expect(y.backward()[x].doubles == [10, 2, 4, 10, 8, 10])
    #expect((x.split(into: 2)[1] * 3).sum().backward()[x].doubles == [0, 0, 0, 3, 3, 3])
  }

  @Test func rowsThatAreNamedTwiceAddUp() {
    let table = Tensor([[1, 2], [3, 4], [5, 6]]).requiringGradient()
    for type in [ScalarType.int32, .int64, .uint8] {
      let rows = table.gather(rows: Tensor([[2, 0], [2, 2]], scalarType: type))
      #expect(rows.shape == [2, 2, 2])
      #expect(rows.doubles == [5, 6, 1, 2, 5, 6, 5, 6])
      for isRecording in [false, true] {
        let gradients = (rows * rows).sum().backward(recordingGraph: isRecording)
        #expect(gradients[table].doubles == [2, 4, 0, 0, 30, 36])
        #expect(gradients[table].requiresGradient == isRecording)
      }
    }
    // Several look-ups add to one table.
    let sum = (0..<3).map { table.gather(rows: [$0, 1]).sum() }.reduce(Tensor(0), +)
    #expect(sum.backward()[table].doubles == [1, 1, 4, 4, 1, 1])
  }

  @Test func rowsThatAreNotThereAreAnError() throws {
    let rows = Gather(parts: [nil])
    func error(_ positions: Tensor) throws -> ShapeError {
      try #require(throws: ShapeError.self) { _ = try rows.evaluate([.zeros([3, 2]), positions]) }
    }
    let place = "of axis 0, whose length is 3; it is at"
    #expect(
      try error(Tensor([0, 3] as [Int])).reason == "position 3 \(place) [1] of the positions")
    #expect(
      try error(Tensor([[0, -4]], scalarType: .int32)).reason
        == "position -4 \(place) [0, 1] of the positions")
    #expect(
      try error(Tensor([3] as [Int])).hint == "positions are 0 to 2, or -3 to -1 from the end")
    #expect(try error(Tensor([1])).hint == "convert them, with cast(to: .int64)")
    #expect(throws: ShapeError.self) { try rows.evaluate([Tensor(1), Tensor([0] as [Int])]) }
  }

  @Test func labelsBecomeRows() throws {
    let labels = Tensor([2, 0] as [UInt8])
    #expect(labels.oneHot(classes: 3).doubles == [0, 0, 1, 1, 0, 0])
    #expect(
      try Tensor(shapeOnly: TensorType([4], .int32)).oneHot(classes: 3).checkedType()
        == TensorType([4, 3]))
    func reason(_ labels: Tensor, _ classes: Int) throws -> String {
      try #require(throws: ShapeError.self) {
        _ = try OneHot(classes: classes, scalarType: .float32).evaluate([labels])
      }.reason
    }
    #expect(try reason(labels, 2) == "label 0 is 2, and the classes are 0..<2")
    #expect(try reason(labels, -1) == "-1 classes")
    #expect(
      try reason(labels, .max) == "with \(Int.max) classes, more elements than can be counted")
    #expect(try reason(Tensor([0.5]), 2) == "labels are whole numbers, not float32")
  }

  @Test func joinsThatDoNotFitAreAnError() throws {
    func error(_ operation: some TensorOperation, _ shapes: [Shape]) throws -> ShapeError {
      let tensors = shapes.map { Tensor(shapeOnly: TensorType($0)) }
      return try #require(throws: ShapeError.self) { _ = try operation(tensors).checkedType() }
    }
    func concatenate(_ axis: Int) -> Concatenate { Concatenate(axis: axis, lengths: []) }
    #expect(try error(concatenate(0), [[], []]).hint == "single numbers are joined by stack")
    #expect(
      try error(concatenate(2), [[2, 3], [2, 3]]).reason == "there is no axis 2 among 2 axes")
    #expect(try error(concatenate(0), [[2], [2, 3]]).reason.contains("number of axes"))
    #expect(try error(concatenate(0), [[.max, 0], [1, 0]]).reason.contains("longer than can be"))
    #expect(
      try error(concatenate(0), [[1 << 62], [1 << 62]]).reason.contains("longer than can be"))
    #expect(
      try error(concatenate(0), [[1 << 60, 4], [1 << 60, 4]]).reason.hasPrefix("more elem"))
    #expect(try error(Stack(axis: 0), [[2], [3]]).reason == "the shapes differ")
    #expect(try error(Stack(axis: 2), [[2], [2]]).reason == "there is no place 2 for an axis")
    #expect(try error(Stack(axis: 0), [[1 << 62], [1 << 62]]).reason.hasPrefix("more elements"))
    let full: Shape = [1, 1, 1, 1, 1, 1, 1, 1]
    #expect(try error(Stack(axis: 0), [full, full]).reason == "an array has at most 8 axes")
    #expect(throws: ShapeError.self) {
      try Stack(axis: 0).evaluate([Tensor([1]), Tensor([1], scalarType: .float64)])
    }
  }
}
