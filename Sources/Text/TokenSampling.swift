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
/// The scores z become probabilities p = softmax(z / temperature), of which the `topK` greatest stay,
/// and of these the greatest whose sum reaches `topP`; from what stays one is drawn.
///
/// Source: Fan, Lewis and Dauphin, "Hierarchical Neural Story Generation" (2018), for topK; Holtzman et
/// al., "The Curious Case of Neural Text Degeneration" (2020), for topP.
public struct TokenSampling: Sendable, Hashable {
  /// How even the probabilities become: 1 leaves them, less sharpens, 0 takes the likeliest always.
  public let temperature: Double
  /// How many of the likeliest tokens may be drawn; `nil` for all.
  public let topK: Int?
  /// The share of the probability that the tokens which may be drawn have together, the likeliest first;
  /// `nil` for all of it.
  public let topP: Double?

  /// The likeliest token, always.
  public static let greedy = TokenSampling(temperature: 0)

  /// A way to draw.
  ///
  /// Traps if the temperature is negative or no number, `topK` is not positive, or `topP` is not in
  /// 0...1.
  ///
  /// - Parameters:
  ///   - temperature: how even the probabilities become; 0 takes the likeliest.
  ///   - topK: how many of the likeliest tokens may be drawn.
  ///   - topP: the share of the probability from which to draw. Of 0, only the likeliest stays.
  public init(temperature: Double = 1, topK: Int? = nil, topP: Double? = nil) {
    guard temperature.isFinite, temperature >= 0, topK ?? 1 > 0, (0...1).contains(topP ?? 1) else {
      fatalError(
        "TokenSampling: temperature \(temperature), topK \(topK.map(String.init) ?? "nil"), topP "
          + "\(topP.map { "\($0)" } ?? "nil"); expected 0 or more, 1 or more, and 0 to 1")
    }
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
  }

  /// The probabilities with which tokens are drawn, in the order of the scores. They sum to 1; tokens
  /// that may not be drawn have 0.
  ///
  /// Of tokens with equal scores the first counts as the likelier.
  ///
  /// - Parameter scores: one for each token, at least one; of type `float32` or `float64`.
  public func probabilities(of scores: Tensor) -> [Double] {
    let numbers = scores.array.cast(to: .float64).scalars(as: Double.self)
    guard !numbers.isEmpty else { fatalError("TokenSampling: there are no scores to draw from") }
    let order = numbers.indices.sorted { (numbers[$1], $0) < (numbers[$0], $1) }
    var result = [Double](repeating: 0, count: numbers.count)
    if temperature == 0 {
      result[order[0]] = 1
      return result
    }
    let highest = numbers[order[0]]
    var kept = order.prefix(topK ?? order.count)
    for index in kept {
      // Equal infinities are equally likely.
      let difference = numbers[index] == highest ? 0 : (numbers[index] - highest) / temperature
      result[index] = exp(difference)
    }
    if let topP {
      let goal = topP * kept.reduce(0) { $0 + result[$1] }
      var sum = 0.0
      let end = kept.firstIndex { index in
        sum += result[index]
        return sum >= goal
      }
      for index in kept[((end ?? kept.endIndex - 1) + 1)...] { result[index] = 0 }
      kept = kept[...(end ?? kept.endIndex - 1)]
    }
    let sum = kept.reduce(0) { $0 + result[$1] }
    for index in kept { result[index] /= sum }
    return result
  }

  /// A token drawn from these scores; takes one number from `random`, unless the temperature is 0.
  ///
  /// - Parameters:
  ///   - scores: one for each token.
  ///   - random: decides.
  public func draw(from scores: Tensor, using random: inout RandomSource) -> Int32 {
    let probabilities = probabilities(of: scores)
    if temperature == 0 { return Int32(probabilities.firstIndex(of: 1)!) }
    var rest = random.uniform()
    for (token, probability) in probabilities.enumerated() {
      rest -= probability
      if rest < 0 { return Int32(token) }
    }
    // What rounding left over.
    return Int32(probabilities.lastIndex { $0 > 0 }!)
  }
}
