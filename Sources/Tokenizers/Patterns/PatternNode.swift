/// What a regular expression is made of.
indirect enum PatternNode: Sendable {
  /// One character.
  case set(CharacterSet)
  /// One after another.
  case sequence([PatternNode])
  /// The first of them with which the whole matches.
  case alternatives([PatternNode])
  /// Several times; without end if `maximum` is `nil`.
  case repetition(PatternNode, minimum: Int, maximum: Int?, Greed)
  /// A place in the text.
  case assertion(Assertion)

  /// How much a repetition takes.
  enum Greed: Sendable {
    /// As much as it can, less if the rest does not match then.
    case greedy
    /// As little as it can.
    case lazy
    /// As much as it can, and nothing is given back.
    case possessive
  }

  /// What must be true of a place; nothing is taken.
  enum Assertion: Sendable {
    case lookahead(CharacterSet, isNegative: Bool)
    case lookbehind(CharacterSet, isNegative: Bool)
    case lineStart, lineEnd, textStart, textEnd
    case wordBoundary(isNegative: Bool)
  }

  /// Whether it can match without taking anything.
  var isNullable: Bool {
    switch self {
    case .set: false
    case .sequence(let nodes): nodes.allSatisfy(\.isNullable)
    case .alternatives(let nodes): nodes.contains(where: \.isNullable)
    case .repetition(let node, let minimum, _, _): minimum == 0 || node.isNullable
    case .assertion: true
    }
  }

  /// Whether it matches everywhere, if with nothing.
  var alwaysMatches: Bool {
    switch self {
    case .set, .assertion: false
    case .sequence(let nodes): nodes.allSatisfy(\.alwaysMatches)
    case .alternatives(let nodes): nodes.contains(where: \.alwaysMatches)
    case .repetition(let node, let minimum, _, _): minimum == 0 || node.alwaysMatches
    }
  }

  /// The bytes with which it can begin, if it takes something.
  var firstBytes: ByteSet {
    switch self {
    case .set(let set): return set.firstBytes
    case .sequence(let nodes):
      var result = ByteSet()
      for node in nodes {
        result.formUnion(node.firstBytes)
        if !node.isNullable { break }
      }
      return result
    case .alternatives(let nodes):
      return nodes.reduce(into: ByteSet()) { $0.formUnion($1.firstBytes) }
    case .repetition(let node, _, _, _): return node.firstBytes
    case .assertion: return ByteSet()
    }
  }
}
