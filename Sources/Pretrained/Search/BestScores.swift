/// The positions of the highest scores among many that come part by part.
///
/// A heap of at most k of them, its root the worst: one look at a score that is not better than that.
/// Positions must come in ascending order; of equal scores the earlier position is the better one. A
/// score that is no number is worse than any.
struct BestScores {
  private let limit: Int
  private var heap: [(score: Float, position: Int)] = []

  /// The `limit` best ones.
  init(_ limit: Int) {
    self.limit = limit
    heap.reserveCapacity(min(limit, 1 << 16))
  }

  /// Looks at the scores of the positions from `start` on.
  mutating func add(_ scores: UnsafeBufferPointer<Float>, from start: Int) {
    if limit == 0 { return }
    var index = 0
    while index < scores.count && heap.count < limit {
      heap.append((scores[index].isNaN ? -.infinity : scores[index], start + index))
      rise(heap.count - 1)
      index += 1
    }
    while index < scores.count {
      // False for what is no number. An equal score comes later, and so is the worse one.
      if scores[index] > heap[0].score {
        heap[0] = (scores[index], start + index)
        sink(0)
      }
      index += 1
    }
  }

  /// The best ones, the best first.
  var sorted: [(score: Float, position: Int)] {
    heap.sorted { Self.isWorse($1, than: $0) }
  }

  private static func isWorse(
    _ a: (score: Float, position: Int), than b: (score: Float, position: Int)
  ) -> Bool {
    a.score < b.score || (a.score == b.score && a.position > b.position)
  }

  private mutating func rise(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard Self.isWorse(heap[child], than: heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func sink(_ start: Int) {
    var parent = start
    while true {
      var worst = parent
      for child in 2 * parent + 1...2 * parent + 2
      where child < heap.count && Self.isWorse(heap[child], than: heap[worst]) {
        worst = child
      }
      if worst == parent { return }
      heap.swapAt(parent, worst)
      parent = worst
    }
  }
}
