import BackpropArrays
import BackpropAutodiff
import BackpropTestSupport
import Testing

@testable import BackpropPretrained

@Suite struct VectorIndexTests {
  static func texts(_ range: Range<Int>) -> [String] { range.map { "text \($0) 글" } }

  static func vectors(_ shape: Shape, seed: UInt64) -> Tensor {
    var random = RandomSource(seed: seed)
    return .normal(shape, using: &random)
  }

  /// Each score in `Double`, and a sort of all.
  private static func sorted(
    _ rows: [[Double]], _ question: [Double], _ similarity: VectorIndex.Similarity
  ) -> [(position: Int, score: Double)] {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    return rows.enumerated().map { position, row in
      let length = (dot(row, row) * dot(question, question)).squareRoot()
      let product = dot(row, question)
      return (position, similarity == .dotProduct ? product : length == 0 ? 0 : product / length)
    }.sorted { ($1.score, $0.position) < ($0.score, $1.position) }
  }

  private static func rows(_ tensor: Tensor) -> [[Double]] {
    let (numbers, width) = (tensor.doubles, tensor.shape[1])
    return (0..<tensor.shape[0]).map { Array(numbers[$0 * width..<($0 + 1) * width]) }
  }

  /// The nearest are those that looking at each by itself finds, over more than one block of vectors.
  @Test(arguments: VectorIndex.Similarity.allCases)
  func findsTheNearest(_ similarity: VectorIndex.Similarity) throws {
    let (count, width) = (8192 + 300, 12)
    let all = Self.vectors([count, width], seed: 1)
    var index = VectorIndex(width: width, similarity: similarity)
    // Added in parts of several sizes.
    var start = 0
    for size in [1, 2, 1000, 7000, count - 8003] {
      try index.add(all[start..<start + size], texts: Self.texts(start..<start + size))
      start += size
    }
    #expect(index.count == count && index.vectors.shape == [count, width])
    let questions = Self.vectors([5, width], seed: 2)
    let rows = Self.rows(all)
    let found = index.nearest(to: questions, count: 20)
    #expect(found.count == 5)
    for (question, matches) in zip(Self.rows(questions), found) {
      let expected = Self.sorted(rows, question, similarity).prefix(20)
      #expect(matches.map(\.position) == expected.map(\.position))
      #expect(matches.map(\.text) == expected.map { Self.texts($0.position..<$0.position + 1)[0] })
      for (match, wanted) in zip(matches, expected) {
        #expect(abs(Double(match.score) - wanted.score) < 1e-5)
      }
    }
  }

  @Test func ofEqualScoresTheFirstComesFirst() throws {
    var index = VectorIndex(width: 2, similarity: .dotProduct)
    try index.add(
      Tensor([[1, 0], [0, 1], [1, 0], [2, 0], [1, 0]]), texts: ["a", "b", "c", "d", "e"])
    #expect(index.nearest(to: Tensor([1, 0]), count: 3)[0].map(\.text) == ["d", "a", "c"])
    #expect(
      index.nearest(to: Tensor([1, 0]), count: 9)[0].map(\.text) == ["d", "a", "c", "e", "b"])
    #expect(index.nearest(to: Tensor([1, 0]), count: 0)[0].isEmpty)
  }

  @Test func lengthsDoNotMatterToTheCosine() throws {
    var index = VectorIndex(width: 2)
    try index.add(
      Tensor([[1e-30, 0], [0, 0], [3e30, 3e30], [-5, 0]]), texts: ["right", "none", "up", "left"])
    let matches = index.nearest(to: Tensor([7, 0]), count: 4)[0]
    #expect(matches.map(\.text) == ["right", "up", "none", "left"])
    #expect(zip(matches, [1, 0.70710677, 0, -1]).allSatisfy { abs($0.score - $1) < 1e-6 })
    #expect(index.text(at: 1) == "none")
  }

  @Test func anEmptyOneFindsNothing() {
    let index = VectorIndex(width: 3)
    #expect(index.nearest(to: .ones([2, 3]), count: 5) == [[], []])
    #expect(index.nearest(to: .ones([0, 3]), count: 5) == [])
  }

  @Test func whatIsNotFiniteIsNotAdded() throws {
    var index = VectorIndex(width: 2)
    try index.add(Tensor([1, 2]), texts: ["a"])
    let error = #expect(throws: VectorIndexError.self) {
      try index.add(Tensor([[1, 2], [.nan, 1], [1, 1]]), texts: ["b", "c", "d"])
    }
    #expect(error?.reason == .notFinite(position: 1))
    #expect(index.count == 1)
    #expect(index.nearest(to: Tensor([1, 2]), count: 5)[0].map(\.text) == ["a"])
  }

  @Test func theSameBitsOnAnyThreads() throws {
    var index = VectorIndex(width: 33)
    try index.add(Self.vectors([9000, 33], seed: 3), texts: Self.texts(0..<9000))
    let questions = Self.vectors([300, 33], seed: 4)
    let threads = Parallel.threadCount
    defer { Parallel.threadCount = threads }
    Parallel.threadCount = 1
    let one = index.nearest(to: questions, count: 7)
    for count in [2, 3, 8] {
      Parallel.threadCount = count
      #expect(index.nearest(to: questions, count: 7) == one)
    }
  }
}
