import Foundation
import Testing

@testable import BackpropArrays

@Suite struct ShapeTests {
  @Test func lengths() {
    let shape: Shape = [2, 3, 4]
    #expect(shape.rank == 3)
    #expect(shape.elementCount == 24)
    #expect(Array(shape) == [2, 3, 4])
    #expect(shape.last == 4)
    #expect(Shape([]).elementCount == 1)
    #expect(Shape([2, 0]).elementCount == 0)
    #expect((0..<3).map { shape.rowMajorStrides[$0] } == [12, 4, 1])
    var changed = shape
    changed[1] = 5
    #expect(changed == [2, 5, 4] && shape == [2, 3, 4])
  }

  @Test func equalityAndHashIgnoreNothingElse() {
    #expect(Shape([2, 3]) == [2, 3])
    #expect(Shape([2, 3]) != [3, 2])
    #expect(Shape([2]) != [2, 1])
    #expect(Shape([]) != [0])
    #expect(Set([Shape([1, 2, 3]).removing(axis: 1), [1, 3]]).count == 1)
  }

  @Test func axesCountFromEitherEnd() {
    let shape: Shape = [2, 3, 4]
    #expect((-4...3).map { shape.normalizedAxis($0) } == [nil, 0, 1, 2, 0, 1, 2, nil])
    #expect(Shape([]).normalizedAxis(0) == nil)
    #expect(Shape([]).normalizedAxis(-1) == nil)
  }

  @Test func broadcasting() {
    func check(_ a: Shape, _ b: Shape, _ expected: Shape?) {
      #expect(Shape.broadcast(a, b) == expected, "\(a) and \(b)")
      #expect(Shape.broadcast(b, a) == expected, "\(b) and \(a)")
    }
    check([], [], [])
    check([], [2, 3], [2, 3])
    check([3], [2, 3], [2, 3])
    check([2, 1], [3], [2, 3])
    check([1], [0], [0])
    check([2, 1, 0], [1, 4, 1], [2, 4, 0])
    check([2], [3], nil)
    check([2], [0], nil)
    check([2, 3], [2], nil)
    check([1, 2, 1, 2, 1, 2, 1, 2], [3, 1], [1, 2, 1, 2, 1, 2, 3, 2])
  }

  @Test func printsAsNumPyDoes() {
    #expect("\(Shape([100, 784])) \(Shape([50])) \(Shape([]))" == "(100, 784) (50,) ()")
  }

  @Test func codesAsAList() throws {
    let data = try JSONEncoder().encode(Shape([2, 0, 3]))
    #expect(String(decoding: data, as: UTF8.self) == "[2,0,3]")
    #expect(try JSONDecoder().decode(Shape.self, from: data) == [2, 0, 3])
    for text in ["[-1]", "[1,1,1,1,1,1,1,1,1]", "[4294967296,4294967296]", "3"] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(Shape.self, from: Data(text.utf8))
      }
    }
  }

  @Test func whatIsNoShapeTraps() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Shape([1, 1, 1, 1, 1, 1, 1, 1, 2])
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("Shape: 9 axes"))
    await #expect(processExitsWith: .failure) { _ = Shape([2, -1]) }
    await #expect(processExitsWith: .failure) { _ = Shape([2])[1] }
    await #expect(processExitsWith: .failure) {
      var shape: Shape = [2]
      shape[0] = -1
    }
  }

  /// 2³² × 2³² elements must not pass for none.
  @Test func countsThatOverflowTrap() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = NDArray.zeros([1 << 32, 1 << 32])
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("Shape: (4294967296, 4294967296) holds more elements"))
    await #expect(processExitsWith: .failure) { _ = NDArray.zeros([1 << 61], scalarType: .float64) }
  }
}
