import BackpropArrays
import BackpropAutodiff

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How the next token is drawn from a language model's scores.
///
/// ```swift
/// var random = RandomSource(seed: 0)
/// let sampling = TokenSampling(temperature: 0.8, topK: 40)
/// let token = sampling.draw(from: scores, using: &random)
/// ```
///
/// In this order: the scores of tokens that the text has already are made less by the
/// `repetitionPenalty`, divided by it if positive and multiplied by it if negative; the scores z become
/// probabilities p = softmax(z / temperature), of which the `topK` greatest stay, with those that equal
/// the last of them; and of these the greatest whose sum reaches `topP`. From what stays one is drawn.
/// These are the rules of the library `transformers`, and the probabilities its.
///
/// Sources: Keskar et al., "CTRL" (2019), for the penalty; Fan, Lewis and Dauphin, "Hierarchical Neural
/// Story Generation" (2018), for topK; Holtzman et al., "The Curious Case of Neural Text Degeneration"
/// (2020), for topP.
public struct TokenSampling: Sendable, Hashable {
  /// How even the probabilities become: 1 leaves them, less sharpens, 0 takes the likeliest always.
  public let temperature: Double
  /// How many of the likeliest tokens may be drawn; `nil` for all.
  public let topK: Int?
  /// The share of the probability that the tokens which may be drawn have together, the likeliest first;
  /// `nil` for all of it.
  public let topP: Double?
  /// By what the scores of tokens that were there before are made less; 1 leaves them.
  public let repetitionPenalty: Double

  /// The likeliest token, always.
  public static let greedy = TokenSampling(temperature: 0)

  /// A way to draw.
  ///
  /// Traps if the temperature is negative or no number, `topK` is not positive, `topP` is not in
  /// 0...1, or the penalty is not positive.
  ///
  /// - Parameters:
  ///   - temperature: how even the probabilities become; 0 takes the likeliest.
  ///   - topK: how many of the likeliest tokens may be drawn.
  ///   - topP: the share of the probability from which to draw. Of 0, only the likeliest stays.
  ///   - repetitionPenalty: by what the scores of tokens that were there before are made less; below 1,
  ///     more.
  public init(
    temperature: Double = 1, topK: Int? = nil, topP: Double? = nil, repetitionPenalty: Double = 1
  ) {
    guard temperature.isFinite, temperature >= 0, topK ?? 1 > 0, (0...1).contains(topP ?? 1) else {
      fatalError(
        "TokenSampling: temperature \(temperature), topK \(topK.map(String.init) ?? "nil"), topP "
          + "\(topP.map { "\($0)" } ?? "nil"); expected 0 or more, 1 or more, and 0 to 1")
    }
    guard repetitionPenalty.isFinite, repetitionPenalty > 0 else {
      fatalError(
        "TokenSampling: repetitionPenalty \(repetitionPenalty); expected more than 0")
    }
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.repetitionPenalty = repetitionPenalty
  }

  /// The probabilities with which tokens are drawn, in the order of the scores. They sum to 1; tokens
  /// that may not be drawn have 0.
  ///
  /// Where only the likeliest may be drawn, the first of equals is it.
  ///
  /// - Parameters:
  ///   - scores: one for each token, at least one; of type `float32` or `float64`.
  ///   - earlier: the tokens that the text has already, for the penalty. Those that have no score are
  ///     passed over.
  public func probabilities(
    of scores: Tensor, after earlier: some Sequence<Int32> = EmptyCollection<Int32>()
  ) -> [Double] {
    let scores = penalized(scores, after: earlier)
    guard temperature > 0 else {
      var result = [Double](repeating: 0, count: scores.count)
      result[Self.likeliest(of: scores)] = 1
      return result
    }
    return shares(of: scores)
  }

  /// A token drawn from these scores; takes one number from `random`, unless the temperature is 0.
  ///
  /// - Parameters:
  ///   - scores: one for each token.
  ///   - earlier: the tokens that the text has already, for the penalty.
  ///   - random: decides.
  public func draw(
    from scores: Tensor, after earlier: some Sequence<Int32> = EmptyCollection<Int32>(),
    using random: inout RandomSource
  ) -> Int32 {
    let scores = penalized(scores, after: earlier)
    if temperature == 0 { return Int32(Self.likeliest(of: scores)) }
    let probabilities = shares(of: scores)
    var rest = random.uniform()
    for (token, probability) in probabilities.enumerated() {
      rest -= probability
      if rest < 0 { return Int32(token) }
    }
    // What rounding left over; and of scores that are no numbers, any.
    return Int32(probabilities.lastIndex { $0 > 0 } ?? 0)
  }

  private func penalized(_ scores: Tensor, after earlier: some Sequence<Int32>) -> [Double] {
    var numbers = scores.array.cast(to: .float64).scalars(as: Double.self)
    guard !numbers.isEmpty else { fatalError("TokenSampling: there are no scores to draw from") }
    if repetitionPenalty == 1 { return numbers }
    // Once each, however often it was there.
    for token in Set(earlier) where numbers.indices.contains(Int(token)) {
      let score = numbers[Int(token)]
      numbers[Int(token)] = score < 0 ? score * repetitionPenalty : score / repetitionPenalty
    }
    return numbers
  }

  /// The first of the greatest.
  private static func likeliest(of scores: [Double]) -> Int {
    var best = 0
    for index in scores.indices where scores[index] > scores[best] { best = index }
    return best
  }

  private func shares(of scores: [Double]) -> [Double] {
    let highest = scores[Self.likeliest(of: scores)]
    let least = topK.flatMap { Self.score(ofRank: $0, among: scores) } ?? -.infinity
    var result = [Double](repeating: 0, count: scores.count)
    for (index, score) in scores.enumerated() where score >= least {
      // Equal infinities are equally likely.
      result[index] = exp(score == highest ? 0 : (score - highest) / temperature)
    }
    if let topP, topP < 1 { Self.keep(topP, of: &result) }
    let sum = result.reduce(0, +)
    for index in result.indices { result[index] /= sum }
    return result
  }

  /// The score that stands at place `rank` from 1, the greatest first; `nil` if there are no more.
  private static func score(ofRank rank: Int, among scores: [Double]) -> Double? {
    if rank >= scores.count { return nil }
    // The greatest so far, as a heap whose first is the least of them.
    var heap: [Double] = []
    heap.reserveCapacity(rank)
    for score in scores {
      if heap.count < rank {
        heap.append(score)
        if heap.count == rank { heap.sort() }
      } else if score > heap[0] {
        heap[0] = score
        sink(&heap)
      }
    }
    return heap[0]
  }

  /// Brings the first of a heap to its place.
  private static func sink(_ heap: inout [Double]) {
    var place = 0
    while 2 * place + 1 < heap.count {
      var child = 2 * place + 1
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      if heap[place] <= heap[child] { return }
      heap.swapAt(place, child)
      place = child
    }
  }

  /// Makes 0 of all but the greatest whose sum reaches a share of the whole.
  private static func keep(_ share: Double, of weights: inout [Double]) {
    let whole = weights.reduce(0, +)
    let goal = share * whole
    let most = weights.max() ?? 0
    // All that are at most the mean of what is to go have together no more than that, and go: so only
    // the others need an order. The greatest stays whatever the share.
    let mean = (1 - share) * whole / Double(weights.count)
    var candidates: [Int] = []
    for index in weights.indices {
      if weights[index] > mean || weights[index] == most {
        candidates.append(index)
      } else {
        weights[index] = 0
      }
    }
    candidates.sort { (weights[$1], $0) < (weights[$0], $1) }
    var sum = 0.0
    var isReached = false
    for index in candidates {
      if isReached { weights[index] = 0 }
      sum += weights[index]
      isReached = isReached || sum >= goal
    }
  }
}
