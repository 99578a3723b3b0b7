/// A regular expression as steps of a machine that goes back where it must.
struct PatternProgram: Sendable {
  /// A step. Unless it says otherwise the next one follows.
  struct Step: Sendable {
    enum Kind: UInt8, Sendable {
      /// One character of the set.
      case set
      /// As many characters of the set as there are; none is given back.
      case run
      /// The same, but they are given back one by one if the rest does not match.
      case greedyRun
      /// A character of the set if there is one; it is not given back.
      case optional
      /// On with `first`, and with `second` if that does not match. `first` is not tried where what
      /// follows cannot begin with the next byte.
      case choice
      /// On with `first`.
      case jump
      /// The place must be one of those that the assertion means.
      case assertion
      /// The end.
      case accept
    }

    var kind: Kind
    /// The number of the set, the assertion, or the bytes with which `first` of a choice begins.
    var operand = 0
    var first = 0
    var second = 0
  }

  private(set) var steps: [Step] = []
  private(set) var sets: [CharacterSet] = []
  private(set) var assertions: [PatternNode.Assertion] = []
  private var byteSets: [ByteSet] = []
  /// For each set and each character of ASCII, whether it is a member.
  private(set) var asciiMembers: [Bool] = []
  /// For each set of bytes with which something begins and each byte, whether it is a member; then
  /// whether what begins may be empty, so that the end of the text will do.
  private(set) var beginnings: [Bool] = []
  /// How many of them belong to one set.
  static let beginningsStride = 257
  /// The bytes with which a match can begin; `nil` if it can be empty.
  private(set) var firstBytes: ByteSet?

  /// The most steps that a program may have.
  static let maximumSize = 512

  /// Writes the program of an expression.
  ///
  /// - Throws: `PatternError`.
  init(_ node: PatternNode) throws(PatternError) {
    try compile(node, restAlwaysMatches: true)
    try add(Step(kind: .accept))
    firstBytes = node.isNullable ? nil : node.firstBytes
    asciiMembers = sets.flatMap { set in (UInt32(0)..<128).map { set.contains($0) } }
    beginnings = byteSets.flatMap { set in
      (UInt8.min...UInt8.max).map { set.contains($0) } + [set == .all]
    }
  }

  @discardableResult
  private mutating func add(_ step: Step) throws(PatternError) -> Int {
    guard steps.count < Self.maximumSize else {
      throw .unsupported("an expression of more than \(Self.maximumSize) steps")
    }
    steps.append(step)
    return steps.count - 1
  }

  private mutating func number(of set: CharacterSet) -> Int {
    if let index = sets.firstIndex(of: set) { return index }
    sets.append(set)
    return sets.count - 1
  }

  private mutating func number(of bytes: ByteSet) -> Int {
    if let index = byteSets.firstIndex(of: bytes) { return index }
    byteSets.append(bytes)
    return byteSets.count - 1
  }

  /// Writes the steps of a part.
  ///
  /// - Parameters:
  ///   - node: the part.
  ///   - restAlwaysMatches: whether what follows it matches everywhere, so that nothing that a
  ///     repetition took must ever be given back.
  private mutating func compile(
    _ node: PatternNode, restAlwaysMatches: Bool
  ) throws(PatternError) {
    switch node {
    case .set(let set): try add(Step(kind: .set, operand: number(of: set)))
    case .assertion(let assertion):
      assertions.append(assertion)
      try add(Step(kind: .assertion, operand: assertions.count - 1))
    case .sequence(let nodes):
      for (index, node) in nodes.enumerated() {
        try compile(
          node,
          restAlwaysMatches: restAlwaysMatches
            && nodes[(index + 1)...].allSatisfy(\.alwaysMatches))
      }
    case .alternatives(let nodes):
      var jumps: [Int] = []
      for node in nodes.dropLast() {
        let choice = try addChoice(of: node, .greedy)
        try compile(node, restAlwaysMatches: restAlwaysMatches)
        jumps.append(try add(Step(kind: .jump)))
        endChoice(choice, .greedy)
      }
      if let last = nodes.last { try compile(last, restAlwaysMatches: restAlwaysMatches) }
      for jump in jumps { steps[jump].first = steps.count }
    case .repetition(let node, let minimum, let maximum, let greed):
      for _ in 0..<minimum {
        let start = steps.count
        try compile(node, restAlwaysMatches: false)
        // An empty group adds no step, so that no limit would end its repetitions in each other.
        if steps.count == start { break }
      }
      if let maximum {
        try compileChoices(
          of: node, count: maximum - minimum, greed, restAlwaysMatches: restAlwaysMatches)
      } else {
        try compileLoop(of: node, greed, restAlwaysMatches: restAlwaysMatches)
      }
    }
  }

  /// Adds the choice between a part, which is written next, and what comes after it. A lazy
  /// repetition tries what comes after it first, whatever that begins with.
  private mutating func addChoice(
    of node: PatternNode, _ greed: PatternNode.Greed
  ) throws(PatternError) -> Int {
    let isAnything = greed == .lazy || node.isNullable
    let choice = try add(
      Step(kind: .choice, operand: number(of: isAnything ? .all : node.firstBytes)))
    if greed == .lazy {
      steps[choice].second = steps.count
    } else {
      steps[choice].first = steps.count
    }
    return choice
  }

  /// Lets what comes after the part of a choice be what is written next.
  private mutating func endChoice(_ choice: Int, _ greed: PatternNode.Greed) {
    if greed == .lazy {
      steps[choice].first = steps.count
    } else {
      steps[choice].second = steps.count
    }
  }

  private mutating func compileChoices(
    of node: PatternNode, count: Int, _ greed: PatternNode.Greed, restAlwaysMatches: Bool
  ) throws(PatternError) {
    var choices: [Int] = []
    for _ in 0..<max(0, count) {
      if case .set(let set) = node, greed == .possessive || greed == .greedy && restAlwaysMatches {
        try add(Step(kind: .optional, operand: number(of: set)))
        continue
      }
      choices.append(try addChoice(of: node, greed))
      try compile(node, restAlwaysMatches: restAlwaysMatches)
    }
    for choice in choices { endChoice(choice, greed) }
  }

  private mutating func compileLoop(
    of node: PatternNode, _ greed: PatternNode.Greed, restAlwaysMatches: Bool
  ) throws(PatternError) {
    if case .set(let set) = node, greed != .lazy {
      let isRun = greed == .possessive || restAlwaysMatches
      try add(Step(kind: isRun ? .run : .greedyRun, operand: number(of: set)))
      return
    }
    let start = try addChoice(of: node, greed)
    // What comes after one round is another, which need not come.
    try compile(node, restAlwaysMatches: restAlwaysMatches && !node.isNullable)
    try add(Step(kind: .jump, first: start))
    endChoice(start, greed)
  }
}
