/// Why a regular expression is not taken.
struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
  enum Reason: Hashable, Sendable { case malformed, unsupported }
  let reason: Reason
  let description: String

  static func malformed(_ what: String) -> PatternError {
    PatternError(reason: .malformed, description: what)
  }

  static func unsupported(_ what: String) -> PatternError {
    PatternError(reason: .unsupported, description: what)
  }
}

/// Reads regular expressions in the syntax of Oniguruma, which the reference uses, as far as
/// tokenizers use it. What is left out is named.
struct PatternParser {
  private let source: [Unicode.Scalar]
  private var position = 0
  private var depth = 0
  private var ignoresCase = false
  private var dotMatchesNewline = false

  /// The deepest nesting of groups and classes.
  static let maximumDepth = 32
  /// The longest expression, in characters.
  static let maximumLength = 20_000
  /// The largest number in braces.
  static let maximumCount = 255

  private init(_ source: String) { self.source = Array(source.unicodeScalars) }

  /// Reads a whole expression.
  ///
  /// - Throws: `PatternError`.
  static func parse(_ source: String) throws(PatternError) -> PatternNode {
    var parser = PatternParser(source)
    guard parser.source.count <= maximumLength else {
      throw .unsupported("an expression of more than \(maximumLength) characters")
    }
    let node = try parser.alternatives()
    guard parser.position == parser.source.count else { throw .malformed("')' without '('") }
    return node
  }

  private var next: Unicode.Scalar? { position < source.count ? source[position] : nil }

  private func isNext(_ text: String) -> Bool {
    source[position...].starts(with: text.unicodeScalars)
  }

  private mutating func take(_ text: String) -> Bool {
    guard isNext(text) else { return false }
    position += text.unicodeScalars.count
    return true
  }

  private mutating func takeCharacter() throws(PatternError) -> Unicode.Scalar {
    guard let next else { throw .malformed("it ends too early") }
    position += 1
    return next
  }

  private func text(_ characters: [Unicode.Scalar]) -> String {
    String(String.UnicodeScalarView(characters))
  }

  private mutating func alternatives() throws(PatternError) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maximumDepth {
      throw .unsupported("nesting deeper than \(Self.maximumDepth)")
    }
    var nodes = [try sequence()]
    while take("|") { nodes.append(try sequence()) }
    return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
  }

  private mutating func sequence() throws(PatternError) -> PatternNode {
    var nodes: [PatternNode] = []
    // Letters that the expression has side by side, for some pairs are one character in other case.
    var last: Unicode.Scalar?
    while let next, next != "|", next != ")" {
      let node = try quantified(try atom())
      if case .set(let set) = node, ignoresCase {
        let letter = set.smallLetter
        if let last, let letter, ["ss", "st", "ff", "fi", "fl"].contains(text([last, letter])) {
          throw .unsupported(
            "'\(text([last, letter]))' in any case, for which a ligature may stand")
        }
        last = letter
      } else {
        last = nil
      }
      nodes.append(node)
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private mutating func atom() throws(PatternError) -> PatternNode {
    let character = try takeCharacter()
    switch character {
    case "(": return try group()
    case "[": return .set(try cased(try bracket()))
    case ".":
      return .set(
        dotMatchesNewline
          ? CharacterSet(0...0x10ffff)
          : CharacterSet(unionOf: [CharacterSet(0xa...0xa)], isInverted: true))
    case "^": return .assertion(.lineStart)
    case "$": return .assertion(.lineEnd)
    case "*", "+", "?": throw .malformed("nothing stands before a quantifier")
    case "\\":
      switch next {
      case "A": position += 1; return .assertion(.textStart)
      case "z": position += 1; return .assertion(.textEnd)
      case "b": position += 1; return .assertion(.wordBoundary(isNegative: false))
      case "B": position += 1; return .assertion(.wordBoundary(isNegative: true))
      case "w", "W":
        defer { position += 1 }
        return .set(CharacterSet(unionOf: [.word], isInverted: next == "W"))
      default: return .set(try cased(try escape()))
      }
    default: return .set(try cased(CharacterSet(character)))
    }
  }

  private func cased(_ set: CharacterSet) throws(PatternError) -> CharacterSet {
    guard ignoresCase else { return set }
    guard let result = set.ignoringCase() else {
      throw .unsupported("'(?i)' for other letters than those of ASCII, and for a class of others")
    }
    return result
  }

  private mutating func group() throws(PatternError) -> PatternNode {
    var look: (isBehind: Bool, isNegative: Bool)?
    let options = (ignoresCase, dotMatchesNewline)
    if take("?") {
      if take(":") {
      } else if take("=") {
        look = (false, false)
      } else if take("!") {
        look = (false, true)
      } else if take("<=") {
        look = (true, false)
      } else if take("<!") {
        look = (true, true)
      } else if take("<") {
        while try takeCharacter() != ">" {}
      } else if take(">") {
        throw .unsupported("the atomic group '(?>'")
      } else if try !setOptions() {
        // They count to the end of the group around, `|` and all.
        defer { (ignoresCase, dotMatchesNewline) = options }
        return try alternatives()
      }
    }
    let node = try alternatives()
    (ignoresCase, dotMatchesNewline) = options
    guard take(")") else { throw .malformed("'(' without ')'") }
    guard let look else { return node }
    guard let set = Self.oneCharacter(node) else {
      throw .unsupported("a look at more or less than one character, '(?=' and the like")
    }
    return .assertion(
      look.isBehind
        ? .lookbehind(set, isNegative: look.isNegative)
        : .lookahead(set, isNegative: look.isNegative))
  }

  /// Reads options up to `:` or `)`; whether a group follows them.
  private mutating func setOptions() throws(PatternError) -> Bool {
    var value = true
    while true {
      let letter = try takeCharacter()
      switch letter {
      case "i": ignoresCase = value
      case "m": dotMatchesNewline = value
      case "-": value = false
      case ":": return true
      case ")": return false
      default: throw .unsupported("the group '(?\(text([letter]))'")
      }
    }
  }

  private static func oneCharacter(_ node: PatternNode) -> CharacterSet? {
    switch node {
    case .set(let set): return set
    case .alternatives(let nodes):
      let sets = nodes.compactMap(oneCharacter)
      return sets.count == nodes.count ? CharacterSet(unionOf: sets) : nil
    default: return nil
    }
  }

  private mutating func quantified(_ atom: PatternNode) throws(PatternError) -> PatternNode {
    var node = atom
    while let next {
      var (minimum, maximum): (Int, Int?) = (0, nil)
      var isInterval = false
      switch next {
      case "*": position += 1
      case "+":
        position += 1
        minimum = 1
      case "?":
        position += 1
        maximum = 1
      case "{":
        guard let bounds = try interval() else { return node }
        (minimum, maximum) = bounds
        isInterval = true
      default: return node
      }
      if case .assertion = node { throw .unsupported("a quantifier after an assertion") }
      var greed = PatternNode.Greed.greedy
      if isInterval, minimum == maximum {
        // `{n}?` is a choice in this syntax, and `{n}+` a repetition.
      } else if take("?") {
        greed = .lazy
      } else if !isInterval, take("+") {
        greed = .possessive
      }
      if maximum == nil, node.isNullable {
        throw .unsupported("a repetition without end of what may be empty")
      }
      if greed == .possessive {
        guard case .set = node else { throw .unsupported("a possessive quantifier after a group") }
      }
      node = .repetition(node, minimum: minimum, maximum: maximum, greed)
    }
    return node
  }

  /// The bounds in braces; `nil` if the brace stands for itself.
  private mutating func interval() throws(PatternError) -> (Int, Int?)? {
    var index = position + 1
    func number() throws(PatternError) -> Int? {
      var value: Int?
      while index < source.count, ("0"..."9").contains(source[index]) {
        value = (value ?? 0) * 10 + Int(source[index].value - 0x30)
        if value! > Self.maximumCount {
          throw .unsupported("a number above \(Self.maximumCount) in braces")
        }
        index += 1
      }
      return value
    }
    let low = try number()
    var high = low
    if index < source.count, source[index] == "," {
      index += 1
      high = try number()
      if low == nil, high == nil { return nil }
    }
    guard index < source.count, source[index] == "}", low != nil || high != nil else {
      return nil
    }
    if let low, let high, low > high { throw .unsupported("'{\(low),\(high)}'") }
    position = index + 1
    return (low ?? 0, high)
  }
}

extension PatternParser {
  /// A class in brackets, the first of which is taken.
  private mutating func bracket() throws(PatternError) -> CharacterSet {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maximumDepth {
      throw .unsupported("nesting deeper than \(Self.maximumDepth)")
    }
    let isInverted = take("^")
    var operands: [CharacterSet] = []
    var parts: [CharacterSet] = []
    var isFirst = true
    while true {
      if isFirst, take("]") {
        throw .unsupported("']' at the beginning of a class")
      } else if take("]") {
        break
      } else if take("&&") {
        operands.append(CharacterSet(unionOf: parts))
        parts = []
      } else if isNext("[:") {
        throw .unsupported("the class '[:'")
      } else if take("[") {
        parts.append(try bracket())
      } else {
        parts.append(try member())
      }
      isFirst = false
    }
    return CharacterSet(unionOf: parts, conditions: operands, isInverted: isInverted)
  }

  /// A character, a range, or a class by name, in brackets.
  private mutating func member() throws(PatternError) -> CharacterSet {
    let character = try takeCharacter()
    let first =
      character == "\\" ? try escape() : CharacterSet(character)
    guard isNext("-"), position + 1 < source.count, source[position + 1] != "]",
      let low = first.singleCharacter
    else { return first }
    position += 1
    let end = try takeCharacter()
    if end == "[" { throw .unsupported("'-[' in a class") }
    let last = end == "\\" ? try escape() : CharacterSet(end)
    guard let high = last.singleCharacter else { throw .unsupported("a range up to a class") }
    guard low <= high else { throw .malformed("a range that ends before it begins") }
    return CharacterSet(low...high)
  }

  /// What follows a backslash.
  private mutating func escape() throws(PatternError) -> CharacterSet {
    let letter = try takeCharacter()
    func one(_ value: UInt32) -> CharacterSet { CharacterSet(value...value) }
    switch letter {
    case "s", "S":
      return CharacterSet(property: UnicodePropertyData.space, isInverted: letter == "S")
    case "w", "W":
      return CharacterSet(property: UnicodePropertyData.word, isInverted: letter == "W")
    case "d", "D":
      return CharacterSet(
        categories: 1 << UnicodeProperties.Category.nd.rawValue,
        isInverted: letter == "D")
    case "p", "P": return try property(isInverted: letter == "P")
    case "n": return one(0xa)
    case "r": return one(0xd)
    case "t": return one(0x9)
    case "f": return one(0xc)
    case "v": return one(0xb)
    case "a": return one(0x7)
    case "e": return one(0x1b)
    case "x":
      if take("{") { return one(try hexadecimal(try takeToBrace("\\x{"))) }
      let value = try hexadecimal(try takeDigits(2))
      // One byte of several, beyond ASCII.
      if value > 0x7f { throw .unsupported("'\\x' above 7f") }
      return one(value)
    case "u": return one(try hexadecimal(try takeDigits(4)))
    case "0"..."9", "A"..."Z", "a"..."z": throw .unsupported("'\\\(text([letter]))'")
    default: return one(letter.value)
    }
  }

  private mutating func takeDigits(_ count: Int) throws(PatternError) -> [Unicode.Scalar] {
    var digits: [Unicode.Scalar] = []
    for _ in 0..<count { digits.append(try takeCharacter()) }
    return digits
  }

  /// What stands before the brace that closes this beginning; the brace is taken too.
  private mutating func takeToBrace(
    _ beginning: String
  ) throws(PatternError) -> [Unicode.Scalar] {
    var characters: [Unicode.Scalar] = []
    while let next, next != "}" {
      characters.append(next)
      position += 1
    }
    guard take("}") else { throw .malformed("'\(beginning)' without '}'") }
    return characters
  }

  private func hexadecimal(_ digits: [Unicode.Scalar]) throws(PatternError) -> UInt32 {
    guard (1...8).contains(digits.count), digits[0] != "+",
      let value = UInt32(text(digits), radix: 16), Unicode.Scalar(value) != nil
    else { throw .malformed("'\(text(digits))' is no character's number") }
    return value
  }

  /// What follows `\p`: a general category, or a group of them.
  private mutating func property(isInverted: Bool) throws(PatternError) -> CharacterSet {
    guard take("{") else { throw .unsupported("'\\p' without braces") }
    var isInverted = isInverted
    if take("^") { isInverted.toggle() }
    let property = text(try takeToBrace("\\p{"))
    let lowercased = property.lowercased()
    if lowercased == "han" {
      return CharacterSet(property: UnicodePropertyData.han, isInverted: isInverted)
    }
    var categories: UInt32 = 0
    for category in UnicodeProperties.Category.allCases {
      let known = "\(category)"
      if known == lowercased || property.count == 1 && known.hasPrefix(lowercased) {
        categories |= 1 << UInt32(category.rawValue)
      }
    }
    guard categories != 0 else { throw .unsupported("'\\p{\(property)}'") }
    return CharacterSet(categories: categories, isInverted: isInverted)
  }
}

extension CharacterSet {
  /// The small letter of a set that is one letter in any case.
  fileprivate var smallLetter: Unicode.Scalar? {
    let letters = (UInt8(ascii: "a")...UInt8(ascii: "z")).filter { contains(UInt32($0)) }
    return letters.count == 1 ? Unicode.Scalar(letters[0]) : nil
  }

  /// `\w` outside of brackets: in them six signs for numbers are left out.
  static let word = CharacterSet(
    unionOf: [CharacterSet(property: UnicodePropertyData.word)]
      + [0xb2...0xb3, 0xb9...0xb9, 0xbc...0xbe].map { CharacterSet($0) })

  /// One character.
  fileprivate init(_ character: Unicode.Scalar) { self.init(character.value...character.value) }
}
