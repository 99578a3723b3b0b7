import BackpropArrays
import Testing

@testable import BackpropPretrained

@Suite struct BestScoresTests {
  private static func best(_ scores: [Float], _ limit: Int, parts: Int = 1) -> [Int] {
    var best = BestScores(limit)
    scores.withUnsafeBufferPointer { scores in
      for start in stride(from: 0, to: scores.count, by: parts) {
        let end = min(start + parts, scores.count)
        best.add(UnsafeBufferPointer(rebasing: scores[start..<end]), from: start)
      }
    }
    return best.sorted.map(\.position)
  }

  /// As a stable sort of all has them, with many that are equal, in parts of any size.
  @Test func areThoseOfASort() {
    var random = RandomSource(seed: 1)
    for count in [0, 1, 2, 3, 17, 100] {
      let scores = (0..<count).map { _ in Float(random.next() % 7) - 3 }
      let sorted = scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
      for limit in [0, 1, 2, 5, 50, 200] {
        for parts in [1, 3, 1000] {
          #expect(Self.best(scores, limit, parts: parts) == Array(sorted.prefix(limit)))
        }
      }
    }
  }

  @Test func whatIsNoNumberIsTheWorst() {
    #expect(Self.best([.nan, 1, .nan, 2, -.infinity], 3) == [3, 1, 0])
    #expect(Self.best([.nan, .nan], 2) == [0, 1])
    #expect(Self.best([1, .infinity, .nan], 2) == [1, 0])
  }
}
