import BackpropFiles

/// An end of a text.
public enum TextDirection: Sendable, Hashable {
  /// The beginning.
  case left
  /// The end.
  case right
}

/// How texts are cut that have too many tokens.
public struct Truncation: Sendable, Hashable {
  /// Which of two texts is cut.
  public enum Strategy: Sendable, Hashable {
    /// The longer one, until both are of one length; then both.
    case longestFirst
    /// The first; the second only where the first is too short for that.
    case onlyFirst
    /// The second; the first only where there is no second, or it is too short for that.
    case onlySecond
  }

  /// How many tokens there are at most, those that the tokenizer puts in included.
  public var maximumLength: Int
  /// Which of two texts is cut.
  public var strategy: Strategy
  /// How many tokens each part that is cut off shares with the one before.
  public var stride: Int
  /// At which end is cut.
  public var direction: TextDirection

  /// Describes how to cut.
  ///
  /// - Parameters:
  ///   - maximumLength: how many tokens there are at most.
  ///   - strategy: which of two texts is cut.
  ///   - stride: how many tokens each part that is cut off shares with the one before.
  ///   - direction: at which end is cut.
  public init(
    maximumLength: Int, strategy: Strategy = .longestFirst, stride: Int = 0,
    direction: TextDirection = .right
  ) {
    self.maximumLength = maximumLength
    self.strategy = strategy
    self.stride = stride
    self.direction = direction
  }

  /// Reads `truncation` of a `tokenizer.json`; `nil` for `null`.
  init?(_ json: JSONDocument?) throws(TokenizerError) {
    guard let component = try ComponentJSON(untyped: json, at: "truncation") else { return nil }
    try component.expectOnly("direction", "max_length", "strategy", "stride")
    let strategy = try component.string("strategy", standard: "LongestFirst")
    switch strategy {
    case "LongestFirst": self.strategy = .longestFirst
    case "OnlyFirst": self.strategy = .onlyFirst
    case "OnlySecond": self.strategy = .onlySecond
    default:
      throw TokenizerError(
        .unsupported("the strategy '\(strategy)'"), at: "truncation.strategy")
    }
    maximumLength = try component.count("max_length")
    stride = try component.count("stride", standard: 0)
    direction = try component.direction(standard: "Right")
  }

  /// Cuts one or two texts.
  ///
  /// - Parameters:
  ///   - first: the first.
  ///   - second: the second.
  ///   - limit: how many tokens both may have.
  func apply(to first: inout Encoding, _ second: inout Encoding?, limit: Int) {
    let lengths = lengths(first.count, second?.count, limit: limit)
    first.truncate(to: lengths.first, stride: stride, direction)
    second?.truncate(to: lengths.second, stride: stride, direction)
  }

  /// How many tokens are left of texts with so many.
  func lengths(_ first: Int, _ second: Int?, limit: Int) -> (first: Int, second: Int) {
    let other = second ?? 0
    let surplus = first + other - limit
    if surplus <= 0 { return (first, other) }
    if limit <= 0 { return (0, 0) }
    guard second != nil else { return (limit, 0) }
    switch strategy {
    case .longestFirst:
      let shorter = min(first, other)
      if shorter <= limit / 2 {
        return first <= other ? (first, limit - first) : (limit - other, other)
      }
      let half = limit / 2
      return first <= other ? (half, limit - half) : (limit - half, half)
    case .onlyFirst:
      let cut = min(first, surplus)
      return (first - cut, other - (surplus - cut))
    case .onlySecond:
      let cut = min(other, surplus)
      return (first - (surplus - cut), other - cut)
    }
  }
}

extension ComponentJSON {
  /// The member `direction`.
  func direction(standard: String? = nil) throws(TokenizerError) -> TextDirection {
    let name = try string("direction", standard: standard)
    switch name {
    case "Left": return .left
    case "Right": return .right
    default: throw invalid("direction", "expected Left or Right, found '\(name)'")
    }
  }
}
