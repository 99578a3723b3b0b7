/// Words of tokens, in which the most frequent pairs are joined.
struct PairJoiner {
  /// Two tokens side by side.
  struct Pair: Hashable, Comparable {
    var left: Int32
    var right: Int32

    static func < (a: Pair, b: Pair) -> Bool { (a.left, a.right) < (b.left, b.right) }
  }

  /// A pair that waits, with how often it was there when it was noted.
  private struct Waiting {
    var pair: Pair
    var count: Int
    /// The words that had it.
    var words: [Int32]

    /// The most frequent comes first; of equally frequent ones that of the lower ids.
    func comesBefore(_ other: Waiting) -> Bool {
      count != other.count ? count > other.count : pair < other.pair
    }
  }

  private var words: [[Int32]] = []
  private var wordCounts: [Int] = []
  private var pairCounts: [Pair: Int] = [:]
  private var places: [Pair: [Int32]] = [:]
  private var heap: [Waiting] = []
  /// The words of the pair that was taken last.
  private var taken: [Int32] = []

  /// Adds a word that was there so often.
  mutating func add(_ word: [Int32], count: Int) {
    let index = Int32(words.count)
    words.append(word)
    wordCounts.append(count)
    for (left, right) in zip(word, word.dropFirst()) {
      note(Pair(left: left, right: right), count, in: index)
    }
  }

  /// Puts the pairs in order, after the last word.
  mutating func begin() { queueNoted() }

  /// Takes the most frequent pair; `nil` if none is as frequent as this.
  mutating func mostFrequent(atLeast least: Int) -> Pair? {
    while var top = pop() {
      let count = pairCounts[top.pair] ?? 0
      if top.count != count {
        // Other pairs have taken tokens from it since.
        top.count = count
        push(top)
        continue
      }
      if count < least { return nil }
      taken = top.words
      return top.pair
    }
    return nil
  }

  /// Joins the pair that was taken, in the words in which it was noted.
  ///
  /// - Parameters:
  ///   - pair: the pair.
  ///   - joined: what it becomes.
  mutating func join(_ pair: Pair, to joined: Int32) {
    for index in taken {
      let count = wordCounts[Int(index)]
      var word = words[Int(index)]
      words[Int(index)] = []
      // What is left of the word is written over it.
      var (read, write) = (0, 0)
      while read < word.count {
        guard read + 1 < word.count, word[read] == pair.left, word[read + 1] == pair.right else {
          word[write] = word[read]
          write += 1
          read += 1
          continue
        }
        if write > 0 {
          let before = word[write - 1]
          pairCounts[Pair(left: before, right: pair.left), default: 0] -= count
          note(Pair(left: before, right: joined), count, in: index)
        }
        if read + 2 < word.count {
          let after = word[read + 2]
          pairCounts[Pair(left: pair.right, right: after), default: 0] -= count
          note(Pair(left: joined, right: after), count, in: index)
        }
        word[write] = joined
        write += 1
        read += 2
      }
      word.removeSubrange(write...)
      words[Int(index)] = word
    }
    queueNoted()
  }

  private mutating func note(_ pair: Pair, _ count: Int, in word: Int32) {
    pairCounts[pair, default: 0] += count
    var list = places[pair] ?? []
    places[pair] = nil
    if list.last != word { list.append(word) }
    places[pair] = list
  }

  private mutating func queueNoted() {
    let noted = places
    places = [:]
    for (pair, words) in noted {
      if let count = pairCounts[pair], count > 0 {
        push(Waiting(pair: pair, count: count, words: words))
      }
    }
  }

  private mutating func push(_ waiting: Waiting) {
    heap.append(waiting)
    var index = heap.count - 1
    while index > 0 {
      let above = (index - 1) / 2
      if !heap[index].comesBefore(heap[above]) { break }
      heap.swapAt(index, above)
      index = above
    }
  }

  private mutating func pop() -> Waiting? {
    if heap.isEmpty { return nil }
    heap.swapAt(0, heap.count - 1)
    let result = heap.removeLast()
    var index = 0
    while true {
      var below = 2 * index + 1
      if below >= heap.count { break }
      if below + 1 < heap.count, heap[below + 1].comesBefore(heap[below]) { below += 1 }
      if !heap[below].comesBefore(heap[index]) { break }
      heap.swapAt(index, below)
      index = below
    }
    return result
  }
}
